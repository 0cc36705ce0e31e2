import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { until } from '../api/auth/answers';
import type { ProcessServer } from './process-server';

/** For `startProcessServer`. */
export const WATCHED_MEMORY = { flags: ['--expose-gc', '-r', path.join(__dirname, 'heap-on-signal.cjs')] };

/** What a server holds when garbage is collected: its heap and buffers. Of one that was started with `WATCHED_MEMORY`. */
export async function liveMiB({ pid, home }: ProcessServer): Promise<number> {
  const file = path.join(home.dataDir, 'heap.txt');
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  let bytes = Number.NaN;
  await until('the server to have collected', async () => {
    bytes = Number(await readFile(file, 'utf8').catch(() => 'none yet'));
    return !Number.isNaN(bytes);
  });
  return bytes / 1024 / 1024;
}

/** Memory that a server's process has now, garbage included. */
export async function residentMiB({ pid }: Pick<ProcessServer, 'pid'>): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
