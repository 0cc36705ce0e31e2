import { setTimeout as wait } from 'node:timers/promises';
import { Gathered } from '../../src/helpers/gathered';

/** Loads that end when they are told to. */
function heldLoads(options?: ConstructorParameters<typeof Gathered>[1]) {
  const loads: { keys: readonly number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const gathered = new Gathered<number, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const values = new Map(keys.filter((key) => key > 0).map((key) => [key, `value ${key}`]));
        loads.push({ keys, end: () => resolve(values), fail: reject });
      }),
    options,
  );
  return { gathered, loads };
}

/** Two turns of the event loop. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what is asked in one turn is one load, each key once; what has no value is undefined', async () => {
  const { gathered, loads } = heldLoads();
  const answers = Promise.all([1, 2, 1, -3].map((key) => gathered.get(key)));
  await settled();
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2, -3]]);
  loads[0]?.end();
  expect(await answers).toEqual(['value 1', 'value 2', 'value 1', undefined]);
});

test('what is asked while loads are under way waits for the next, also for a key that is being loaded', async () => {
  const { gathered, loads } = heldLoads({ atATime: 1 });
  const first = gathered.get(1);
  await settled();
  const late = Promise.all([gathered.get(1), gathered.get(2)]);
  await settled();
  expect(loads).toHaveLength(1);
  loads[0]?.end();
  expect(await first).toBe('value 1');
  await settled();
  expect(loads.map(({ keys }) => keys)).toEqual([[1], [1, 2]]);
  loads[1]?.end();
  expect(await late).toEqual(['value 1', 'value 2']);
});

test('a load that hangs holds up nobody for long', async () => {
  const { gathered, loads } = heldLoads({ atATime: 1 });
  const first = gathered.get(1);
  await settled();
  const second = gathered.get(2);
  await wait(400);
  expect(loads.map(({ keys }) => keys)).toEqual([[1], [2]]);
  loads[1]?.end();
  expect(await second).toBe('value 2');
  loads[0]?.end();
  expect(await first).toBe('value 1');
  // And it counts no more, nor twice.
  void gathered.get(3);
  void gathered.get(4);
  await settled();
  void gathered.get(5);
  await settled();
  expect(loads).toHaveLength(3);
});

test('whoever waits for a load to begin for three seconds is told to come back; nobody else is', async () => {
  jest.useFakeTimers();
  try {
    const { gathered, loads } = heldLoads({ most: 1, atATime: 1 });
    const asked = Array.from({ length: 20 }, (_, index) => gathered.get(index + 1));
    const answers = Promise.allSettled(asked);
    await jest.advanceTimersByTimeAsync(2_000);
    const late = gathered.get(100);
    await jest.advanceTimersByTimeAsync(2_000);
    for (const { end } of loads) end();
    await jest.advanceTimersByTimeAsync(0);
    for (const { end } of loads) end();
    const refused = (await answers).flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason] : [],
    );
    // One load in each quarter of a second had begun by then.
    expect(refused.map(({ code }) => code)).toEqual(Array(8).fill('unavailable'));
    expect(await late).toBe('value 100');
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test('no load has more keys than it may', async () => {
  const { gathered, loads } = heldLoads({ most: 2, atATime: 1 });
  const answers = Promise.all([1, 2, 3, 4, 5].map((key) => gathered.get(key)));
  for (let index = 0; index < 3; index += 1) {
    await settled();
    loads[index]?.end();
  }
  expect(await answers).toHaveLength(5);
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2], [3, 4], [5]]);
});

test('a load that fails fails those who asked for it, and nobody after them', async () => {
  const { gathered, loads } = heldLoads({ atATime: 1 });
  const both = Promise.allSettled([gathered.get(1), gathered.get(2)]);
  await settled();
  const next = gathered.get(1);
  loads[0]?.fail(new Error('away'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await settled();
  loads[1]?.end();
  expect(await next).toBe('value 1');
});
