import { AppError, type ErrorCode } from '../../helpers/errors';
import type { Origin } from './identity';
import type { CodePurpose } from './one-time-codes';
import type { Counting, LimitName, Limits } from '../limits/limits';

export const WRONG_CODES: readonly ErrorCode[] = ['code_invalid', 'code_expired'];

export interface Counter extends Counting {
  readonly name: LimitName;
  readonly key: string;
}

/** What counts wrong codes of a purpose for an e-mail address, whether anybody has it or not. */
export const codeCounters = (purpose: CodePurpose, emailKey: string, { limitKey, tell }: Origin) =>
  [
    { name: 'wrongCode', key: `${purpose}:${emailKey} ${limitKey}`, tell },
    { name: 'wrongCodeAnywhere', key: `${purpose}:${emailKey}`, tell, shared: true },
  ] as const satisfies readonly Counter[];

/**
 * Runs `guess` and counts it, by every counter, when it was wrong. It is counted before it is made and taken back after, so that
 * guesses at the same moment cannot pass the limit together. What is left is told of a wrong one only: nothing else counts.
 * @param counters asked in this order: one that refuses keeps the others from remembering anything
 * @param wrong what counts as wrong; anything else is taken back
 */
export async function countingWrong<T>(
  limits: Limits,
  [counter, ...others]: readonly Counter[],
  wrong: readonly ErrorCode[],
  guess: () => Promise<T>,
): Promise<T> {
  if (!counter) return guess();
  const { name, key, refusal, tell, shared } = counter;
  const left = await limits.consume(name, key, { refusal, tell, shared: true });
  let wasWrong = false;
  try {
    return await countingWrong(limits, others, wrong, guess);
  } catch (error) {
    wasWrong = error instanceof AppError && wrong.includes(error.code);
    if (wasWrong && left && !shared) tell?.(left);
    throw error;
  } finally {
    if (!wasWrong) await limits.refund(name, key);
  }
}
