import { setTimeout as wait } from 'node:timers/promises';
import { isContention } from './failures';

const ATTEMPTS = 4;

/** Runs a transaction again when it was the victim of a deadlock or a lock time-out: three times more at most. */
export async function retryOnContention<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isContention(error)) throw error;
      // A little chance in the pause, or two victims meet again.
      await wait(attempt * 5 + Math.random() * 15);
    }
  }
}
