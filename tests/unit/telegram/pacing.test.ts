import { RetryLater } from '../../../src/services/notifications/outbox.jobs';
import { Pacing } from '../../../src/services/telegram/pacing';

/** Asks for `count` turns at once. @returns after how many milliseconds those who were sent away are to come back */
async function sentAway(pacing: Pacing, chatId: string, count: number): Promise<number[]> {
  const waiting = new AbortController();
  const turns = Array.from({ length: count }, () => pacing.turn(chatId, waiting.signal));
  const settled = Promise.allSettled(turns);
  waiting.abort();
  return (await settled).flatMap((turn) => {
    const reason: unknown = turn.status === 'rejected' ? turn.reason : undefined;
    return reason instanceof RetryLater && reason.afterMs > 0 ? reason.afterMs : [];
  });
}

test('a thousand messages to one chat come back one after the other, not all at once again and again', async () => {
  const after = await sentAway(new Pacing(() => 0), '1', 1_000);
  expect(new Set(after).size).toBe(after.length);
  expect(Math.max(...after)).toBe(999_000);
  // Hands of the outbox that wait for it.
  expect(1_000 - after.length).toBeLessThanOrEqual(3);
});

test('those who come back in their time get their turn, and the others are not kept waiting by them', async () => {
  let now = 0;
  const pacing = new Pacing(() => now);
  const [first = 0] = await sentAway(pacing, '1', 20);
  now = first;
  expect(await sentAway(pacing, '1', 1)).toEqual([]);
  expect(await sentAway(pacing, '2', 1)).toEqual([]);
});

test('a chat that has to wait for an hour holds up all others for no longer than another one is told to', () => {
  let now = 0;
  const pacing = new Pacing(() => now);
  pacing.hold('1', 3_600);
  expect(pacing.isHeld).toBe(false);
  pacing.hold('2', 5);
  expect(pacing.isHeld).toBe(true);
  now = 5_001;
  expect(pacing.isHeld).toBe(false);
});
