import type { Database } from '../../../src/database/database';
import { sqliteDialect } from '../../../src/database/dialects/sqlite';
import { createLogger } from '../../../src/helpers/logger';
import { DomainEventBus } from '../../../src/services/domain-events';
import { PresenceAnnouncer } from '../../../src/services/presence/announcer';

let away: boolean;
let statements: number;
let stored: unknown[][];
let told: unknown[];
let there: Set<string>;
let announcer: PresenceAnnouncer;
beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  away = false;
  statements = 0;
  stored = [];
  told = [];
  there = new Set(['bob']);
  const bus = new DomainEventBus((error) => {
    throw error;
  });
  bus.on('presence.changed', ({ userId, online }) => told.push([userId, online]));
  const reader = {
    // Everybody asked for has an account, and no contacts.
    $queryRawUnsafe: (sql: string, ...ids: string[]) => {
      statements += 1;
      if (away) return Promise.reject(new Error('the database is away'));
      return Promise.resolve(
        sql.includes('FROM user u') ? ids.map((id) => ({ id, lastSeen: 'everyone', lastSeenAt: null })) : [],
      );
    },
  };
  const writer = {
    $executeRawUnsafe: (_sql: string, ...row: unknown[]) => Promise.resolve(stored.push(row)),
  };
  const database = { reader, writer, dialect: sqliteDialect } as unknown as Database;
  const leases = { online: () => Promise.resolve(there) };
  announcer = new PresenceAnnouncer({ database, bus, logger: createLogger('silent', false), leases });
});
afterEach(async () => {
  await announcer.close([]);
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

const lastSeenAt = new Date(1_000);
/** Those who come and go together are gathered. */
const SOON_MS = 20;

test('who went is stored, then told', async () => {
  announcer.add({ userId: 'ada', lastSeenAt });
  announcer.add({ userId: 'bob' });
  await jest.advanceTimersByTimeAsync(SOON_MS);
  expect([stored, told]).toEqual([
    [['ada', lastSeenAt]],
    [
      ['ada', false],
      ['bob', true],
    ],
  ]);
});

test('a hundred who change at once take as many statements as one', async () => {
  announcer.add({ userId: 'bob' });
  await jest.advanceTimersByTimeAsync(SOON_MS);
  const forOne = statements;
  there = new Set(Array.from({ length: 100 }, (_, number) => `person ${number}`));
  for (const userId of there) announcer.add({ userId });
  await jest.advanceTimersByTimeAsync(SOON_MS);
  expect([statements, told.length]).toEqual([2 * forOne, 101]);
});

test('who is back, or has gone again, by the time it would be told is not told of', async () => {
  there = new Set(['ada']);
  announcer.add({ userId: 'ada', lastSeenAt });
  announcer.add({ userId: 'bob' });
  await jest.advanceTimersByTimeAsync(SOON_MS);
  expect([stored, told]).toEqual([[['ada', lastSeenAt]], []]);
});

test('while the database is away changes wait, the last one of each person', async () => {
  away = true;
  announcer.add({ userId: 'ada' });
  announcer.add({ userId: 'bob' });
  await jest.advanceTimersByTimeAsync(SOON_MS);
  announcer.add({ userId: 'ada', lastSeenAt });
  await jest.advanceTimersByTimeAsync(5_000);
  expect([stored, told]).toEqual([[], []]);
  away = false;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(stored).toEqual([['ada', lastSeenAt]]);
  expect([...told].sort()).toEqual([
    ['ada', false],
    ['bob', true],
  ]);
});

test('closing stores who is still waiting and whoever is named, and tells nobody', async () => {
  away = true;
  announcer.add({ userId: 'ada', lastSeenAt });
  await jest.advanceTimersByTimeAsync(SOON_MS);
  away = false;
  await announcer.close([{ userId: 'bob', lastSeenAt }]);
  announcer.add({ userId: 'carol' });
  await jest.advanceTimersByTimeAsync(5_000);
  expect([stored, told]).toEqual([[['ada', lastSeenAt, 'bob', lastSeenAt]], []]);
});
