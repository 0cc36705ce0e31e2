import { readFile } from 'node:fs/promises';
import type { ProcessServer } from './process-server';

/** Memory that a server's process has now. */
export async function residentMiB({ pid }: Pick<ProcessServer, 'pid'>): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
