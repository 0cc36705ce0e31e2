import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
const ROOMY_BYTES = 4 * 1024 ** 3;

/** Where a throw-away database lives: in memory where there is plenty, so that its commits wait for no disk. A killed process loses nothing there. */
export function quickFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ROOMY_BYTES) return MEMORY;
  } catch {
    // Not every system has one.
  }
  return tmpdir();
}
