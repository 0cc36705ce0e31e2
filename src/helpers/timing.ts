import { setTimeout as wait } from 'node:timers/promises';

/** Resolves when `ms` milliseconds have passed since `began`, a time of `performance.now()`; at once when they have. */
export async function notBefore(began: number, ms: number): Promise<void> {
  const left = ms - (performance.now() - began);
  if (left > 0) await wait(left);
}
