import type { Database } from '../../../src/database/database';
import { mysqlDialect } from '../../../src/database/dialects/mysql';
import { PostViews } from '../../../src/services/messages/post-views';

/** A database that answers what the test wants, and tells what was written. */
function tried(failures: readonly Error[]) {
  const left = [...failures];
  const written: unknown[][] = [];
  const warn = jest.fn();
  const database = {
    dialect: mysqlDialect,
    reader: { $queryRawUnsafe: () => Promise.resolve([]) },
    writer: {
      $executeRawUnsafe: (_sql: string, ...values: unknown[]) => {
        const failure = left.shift();
        if (failure) return Promise.reject(failure);
        written.push(values);
        return Promise.resolve(1);
      },
    },
  };
  const views = new PostViews(database as unknown as Database, { warn } as never);
  return { views, written, warn };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });

test('views are written once a second, by conversation and post, summed up', async () => {
  const { views, written } = tried([]);
  await views.seen('b', 'ada', 0, 2);
  await views.seen('b', 'bob', 1, 2);
  await views.seen('a', 'ada', 7, 8);
  await views.seen('a', 'ada', 8, 8);
  expect(written).toEqual([]);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual([['a', 8, 1, 'b', 1, 1, 'b', 2, 2]]);
  await jest.advanceTimersByTimeAsync(5_000);
  expect([written.length, jest.getTimerCount()]).toEqual([1, 0]);
});

test('views that could not be written are kept while the database is away, and let go when it does not want them', async () => {
  const { views, written, warn } = tried([away, new Error('no such channel')]);
  await views.seen('a', 'ada', 0, 1);
  await jest.advanceTimersByTimeAsync(1_000);
  await views.seen('a', 'bob', 0, 1);
  await jest.advanceTimersByTimeAsync(1_000);
  expect([written, warn.mock.calls.length]).toEqual([[], 2]);
  await views.seen('a', 'eve', 0, 1);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(written).toEqual([['a', 1, 1]]);
});

test('a close writes all that is left, a thousand posts a statement, and ends though the database is away', async () => {
  const whole = tried([]);
  for (let channel = 0; channel < 6; channel += 1) await whole.views.seen(`${channel}`, 'ada', 0, 200);
  await whole.views.close();
  expect(whole.written.map(({ length }) => length / 3)).toEqual([1_000, 200]);
  const lost = tried([away]);
  await lost.views.seen('a', 'ada', 0, 1);
  await lost.views.close();
  expect([lost.written, jest.getTimerCount()]).toEqual([[], 0]);
});

test('a close during a write leaves no timer behind', async () => {
  const { views, written } = tried([away]);
  await views.seen('a', 'ada', 0, 1);
  jest.advanceTimersByTime(1_000);
  await views.close();
  expect([written, jest.getTimerCount()]).toEqual([[['a', 1, 1]], 0]);
});
