import { NodeWatch } from '../../../src/services/presence/node-watch';

const BEAT_MS = 1_000;
const LEASE_MS = 5_000;

let time: number;
let watch: NodeWatch;
beforeEach(() => {
  jest.useFakeTimers();
  time = 1_000_000;
  watch = new NodeWatch();
});
afterEach(() => jest.useRealTimers());

const look = (beats: Record<string, number>): string[] => {
  watch.look(time, new Map(Object.entries(beats).map(([node, beat]) => [node, String(beat)])));
  return watch.dead.map(({ node }) => node);
};
const pass = (milliseconds: number): void => {
  jest.advanceTimersByTime(milliseconds);
  time += milliseconds;
};
/** Looks so often, with a pause before each, at one that does not beat. @returns what it said of it */
const looks = (count: number, everyMs: number, beat: number): string[] =>
  Array.from({ length: count }, () => {
    pass(everyMs);
    return look({ one: beat }).length > 0 ? 'dead' : 'alive';
  });
/** Both beat, until this one may judge. */
const settle = (): void => {
  for (let number = 0; number <= LEASE_MS / BEAT_MS; number += 1) {
    pass(BEAT_MS);
    look({ one: time });
  }
};
const alive = (count: number): string[] => Array.from({ length: count }, () => 'alive');

test('a node that has not beaten for a lease is dead since its last beat', () => {
  settle();
  const last = time;
  expect(looks(5, BEAT_MS, last)).toEqual([...alive(4), 'dead']);
  expect(watch.dead).toEqual([{ node: 'one', beat: String(last), goneAt: last }]);
});

test('one that beats is not, and no longer when it beats again', () => {
  settle();
  looks(5, BEAT_MS, time);
  pass(BEAT_MS);
  expect(look({ one: time, other: time })).toEqual([]);
  expect(look({})).toEqual([]);
});

test('whoever has just come says nothing of anybody for a lease', () => {
  const last = time - 60_000;
  look({ one: last });
  expect(watch.mayJudge).toBe(false);
  expect(looks(5, BEAT_MS, last)).toEqual([...alive(4), 'dead']);
  expect(watch.mayJudge).toBe(true);
  expect(watch.dead).toEqual([{ node: 'one', beat: String(last), goneAt: last }]);
});

test.each([1_600, 4_500, 7_000, 60_000])(
  'after %d ms without a beat of its own others have a lease',
  (gap) => {
    settle();
    const last = time;
    expect(looks(4, BEAT_MS, last)).toEqual(alive(4));
    pass(gap);
    expect(look({ one: last })).toEqual([]);
    expect(watch.mayJudge).toBe(false);
    expect(looks(5, BEAT_MS, last)).toEqual([...alive(4), 'dead']);
    expect(watch.mayJudge).toBe(true);
  },
);

test('people of a node that died while everything was away have had the grace since it is back', () => {
  settle();
  const last = time;
  pass(60_000);
  look({ one: last });
  const backAt = time;
  looks(5, BEAT_MS, last);
  expect(watch.dead).toEqual([{ node: 'one', beat: String(last), goneAt: backAt }]);
});

test('more beats in less time do not make a node look dead sooner', () => {
  settle();
  expect(looks(49, BEAT_MS / 10, time)).toEqual(alive(49));
});

test.each([1_600, 3_000, 5_000])('one that beats every %d ms only finds the dead in the end', (gap) => {
  settle();
  expect(looks(16, gap, time)).toEqual([...alive(15), 'dead']);
  expect(watch.mayJudge).toBe(true);
});

test('and gives everybody a lease again when it was away itself', () => {
  settle();
  looks(20, 3_000, time);
  expect(watch.mayJudge).toBe(true);
  pass(LEASE_MS + 1);
  look({ one: time });
  expect(watch.mayJudge).toBe(false);
});

test('one that misses every sixth beat finds the dead in the end, too', () => {
  settle();
  const last = time;
  const found = Array.from({ length: 4 }, () => [...looks(5, BEAT_MS - 1, last), ...looks(1, 1_600, last)]);
  expect(found.flat()).toContain('dead');
});
