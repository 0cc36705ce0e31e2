import { Pool } from '../../src/helpers/pool';

/** A piece of work that ends when it is told to. */
function work() {
  let end!: (failure?: Error) => void;
  const run = jest.fn(
    () =>
      new Promise<void>((resolve, reject) => (end = (failure) => (failure ? reject(failure) : resolve()))),
  );
  return { run, end: (failure?: Error) => end(failure) };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('does so many at a time, lets so many wait in order, and refuses the rest', async () => {
  const pool = new Pool({ atATime: 2, waiting: 2 });
  const all = Array.from({ length: 4 }, work);
  const done = all.map(({ run }) => pool.run(run));
  await expect(pool.run(() => Promise.resolve())).rejects.toMatchObject({
    code: 'unavailable',
    retryAfterSeconds: 1,
  });
  const started = (): boolean[] => all.map(({ run }) => run.mock.calls.length === 1);
  expect(started()).toEqual([true, true, false, false]);
  all[1]?.end();
  await settle();
  expect(started()).toEqual([true, true, true, false]);
  all[0]?.end(new Error('broken'));
  await expect(done[0]).rejects.toThrow('broken');
  await settle();
  expect(started()).toEqual([true, true, true, true]);
  for (const { end } of all.slice(2)) end();
  await Promise.all(done.slice(1));
  await expect(pool.run(() => Promise.resolve('free again'))).resolves.toBe('free again');
});
