import { errors, type AppError } from '../../../src/helpers/errors';
import { countingWrong } from '../../../src/services/accounts/guesses';
import { LIMITS } from '../../../src/config/limit-table';
import { Limits } from '../../../src/services/limits/limits';

const NAME = 'wrongPassword';
const { points } = LIMITS[NAME];

/** How many records all limits together hold, and the longest key of them. */
function memoryOf(limits: Limits): { records: number; longestKey: number } {
  const { limiters } = limits as unknown as {
    limiters: Map<string, { dump(): { storage: { key: string }[] } }>;
  };
  const keys = [...limiters.values()].flatMap((limiter) => limiter.dump().storage.map(({ key }) => key));
  return { records: keys.length, longestKey: Math.max(0, ...keys.map(({ length }) => length)) };
}
const times = (count: number, work: () => Promise<unknown>) =>
  Promise.allSettled(Array.from({ length: count }, work));
const refusals = (results: PromiseSettledResult<unknown>[]): number =>
  results.filter(({ status }) => status === 'rejected').length;

test('what is refused is not counted', async () => {
  const limits = new Limits(true);
  expect(refusals(await times(points + 50, () => limits.consume(NAME, 'ada')))).toBe(50);
  await limits.refund(NAME, 'ada');
  await limits.consume(NAME, 'ada');
  await expect(limits.consume(NAME, 'ada')).rejects.toMatchObject({ code: 'rate_limited' });
});

test('right guesses at a busy moment lock nobody out, and leave nothing behind', async () => {
  const limits = new Limits(true);
  const right = () =>
    countingWrong(
      limits,
      [{ name: NAME, key: 'ada' }],
      ['invalid_credentials'],
      () => new Promise((resolve) => setImmediate(resolve)),
    );
  expect(refusals(await times(100, right))).toBe(100 - points);
  expect(refusals(await times(points, right))).toBe(0);
  expect(memoryOf(limits)).toEqual({ records: 0, longestKey: 0 });
});

test('a guess that the address is refused for leaves no record of its login', async () => {
  const limits = new Limits(true);
  const wrong = (key: string) =>
    countingWrong(
      limits,
      [
        { name: 'wrongPasswordAnywhere', key: '10.0.0.1' },
        { name: NAME, key },
      ],
      ['invalid_credentials'],
      () => Promise.reject(errors.invalidCredentials()),
    );
  const codes: string[] = [];
  for (let at = 0; at < 1_000; at += 1)
    await wrong(`${'\uFDFA'.repeat(200)}${at}`).catch((error: AppError) => codes.push(error.code));
  expect(codes.filter((code) => code === 'invalid_credentials')).toHaveLength(100);
  const { records, longestKey } = memoryOf(limits);
  expect(records).toBe(101);
  expect(longestKey).toBeLessThan(70);
});

test('a refund after the window has ended gives no guess on top', async () => {
  const limits = new Limits(true);
  await limits.refund(NAME, 'ada');
  expect(refusals(await times(points + 1, () => limits.consume(NAME, 'ada')))).toBe(1);
});
