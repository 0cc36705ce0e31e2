import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A disk of a megabyte in place of a folder; who may not make one cannot try. */
export function smallDisk(place: string): (() => void) | null {
  mkdirSync(place, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return () => void execFileSync('umount', [place]);
}
