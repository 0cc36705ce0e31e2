import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database, SqlSession, SqlValue } from '../../src/database/database';
import { classifyFailure } from '../../src/database/failures';
import { migrateMysql } from '../../src/database/migrate-mysql';
import { migrateSqlite } from '../../src/database/migrate-sqlite';
import { openMysql } from '../../src/database/mysql';
import { openSqlite } from '../../src/database/sqlite';
import { newId } from '../../src/helpers/ids';
import { createMysqlDatabase } from '../support/database';
import { freePort } from '../support/free-port';
import { mysqlAdminUrl } from '../support/admin-url';

interface Opened {
  readonly database: Database;
  remove(): Promise<void>;
}

async function mysql(): Promise<Opened> {
  const own = await createMysqlDatabase();
  await migrateMysql(own.url);
  const database = openMysql(own.url, 4);
  const remove = async (): Promise<void> => {
    await database.close();
    await own.drop();
  };
  return { database, remove };
}

async function sqlite(): Promise<Opened> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-failures-'));
  const file = path.join(folder, 'chat.db');
  await migrateSqlite(file);
  const database = await openSqlite(file);
  const remove = async (): Promise<void> => {
    await database.close();
    rmSync(folder, { recursive: true });
  };
  return { database, remove };
}

const failureOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'success',
    (error: unknown) => classifyFailure(error),
  );

const conversation = (id: string) => ({
  id,
  kind: 'chat',
  pairKey: null,
  lastSeq: 0,
  version: 0,
  createdAt: new Date(0),
  lastActivityAt: new Date(0),
});
const INSERT =
  'INSERT INTO conversation (id, kind, lastSeq, version, createdAt, lastActivityAt) VALUES (?, ?, 0, 0, ?, ?)';
const values = (id: string): SqlValue[] => [id, 'chat', new Date(0), new Date(0)];

const databases = [
  { name: 'MySQL', open: mysql, available: mysqlAdminUrl() !== undefined },
  { name: 'SQLite', open: sqlite, available: true },
];

for (const { name, open, available } of databases)
  (available ? describe : describe.skip)(`failures on ${name}`, () => {
    let opened: Opened;
    let database: Database;
    beforeAll(async () => {
      opened = await open();
      database = opened.database;
    });
    afterAll(() => opened.remove());

    test('a second row under a unique key is a unique violation, through Prisma', async () => {
      const data = conversation(newId());
      await database.writer.conversation.create({ data });
      expect(await failureOf(database.writer.conversation.create({ data }))).toBe('unique');
      expect(await failureOf(database.transaction((db) => db.conversation.create({ data })))).toBe('unique');
    });

    test('the same through raw SQL, on the driver and through Prisma', async () => {
      const insert = (sql: SqlSession) => sql.execute(INSERT, values(id));
      const id = newId();
      await database.sqlTransaction(insert);
      expect(await failureOf(database.sqlTransaction(insert))).toBe('unique');
      expect(await failureOf(database.writer.$executeRawUnsafe(INSERT, ...values(id)))).toBe('unique');
    });

    test('a value that is too long, a missing parent and wrong SQL are none of the known failures', async () => {
      const orphan = {
        conversationId: newId(),
        userId: newId(),
        role: 'member',
        createdAt: new Date(0),
        leftAt: null,
      };
      const counters = { version: 1, joinedVersion: 1, myVersion: 0 };
      expect(await failureOf(database.writer.membership.create({ data: { ...orphan, ...counters } }))).toBe(
        'other',
      );
      expect(
        await failureOf(database.sqlTransaction((sql) => sql.query('SELECT nothing FROM nowhere'))),
      ).toBe('other');
    });

    test('a transaction that failed left nothing, and its connection serves the next one', async () => {
      const id = newId();
      await expect(
        database.sqlTransaction(async (sql) => {
          await sql.execute(INSERT, values(id));
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
      expect(await database.reader.conversation.findUnique({ where: { id } })).toBeNull();
      expect(await failureOf(database.sqlTransaction((sql) => sql.execute(INSERT, values(id))))).toBe(
        'success',
      );
    });
  });

(mysqlAdminUrl() ? describe : describe.skip)('two transactions on MySQL', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await mysql();
  });
  afterAll(() => opened.remove());

  /** Locks one row, waits until the other transaction has locked its own, then wants the other's row, too. */
  async function crossing(): Promise<{ ids: [string, string]; meet: () => Promise<void> }> {
    const ids: [string, string] = [newId(), newId()];
    await opened.database.writer.conversation.createMany({ data: ids.map(conversation) });
    let arrived = 0;
    let open: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    return { ids, meet: () => ((arrived += 1) === 2 && open(), both) };
  }
  const BUMP = 'UPDATE conversation SET version = version + 1 WHERE id = ?';

  test('of two that lock each other out one is a victim of contention, on the driver', async () => {
    const { ids, meet } = await crossing();
    const cross = (first: string, second: string) =>
      failureOf(
        opened.database.sqlTransaction(async (sql) => {
          await sql.execute(BUMP, [first]);
          await meet();
          await sql.execute(BUMP, [second]);
        }),
      );
    const outcomes = await Promise.all([cross(ids[0], ids[1]), cross(ids[1], ids[0])]);
    expect(outcomes.sort()).toEqual(['contention', 'success']);
  });

  test('through Prisma the victim is run again, and both succeed', async () => {
    const { ids, meet } = await crossing();
    let runs = 0;
    const cross = (first: string, second: string) =>
      opened.database.transaction(async (db) => {
        runs += 1;
        await db.conversation.update({ where: { id: first }, data: { version: { increment: 1 } } });
        await meet();
        await db.conversation.update({ where: { id: second }, data: { version: { increment: 1 } } });
      });
    await Promise.all([cross(ids[0], ids[1]), cross(ids[1], ids[0])]);
    const rows = await opened.database.reader.conversation.findMany({ where: { id: { in: ids } } });
    expect(rows.map(({ version }) => version)).toEqual([2, 2]);
    expect(runs).toBe(3);
  });

  test('a connection that the server killed is unavailable, and the pool goes on', async () => {
    const failure = failureOf(
      opened.database.sqlTransaction(async (sql) => {
        const [row] = await sql.query('SELECT CONNECTION_ID() AS id');
        await opened.database.writer.$executeRawUnsafe(`KILL CONNECTION ${Number(row?.id)}`);
        await sql.query('SELECT 1');
      }),
    );
    expect(await failure).toBe('unavailable');
    await opened.database.ping(1_000);
  });

  test('a server that does not listen is unavailable', async () => {
    const nowhere = `mysql://nobody:x@127.0.0.1:${await freePort()}/none`;
    expect(await failureOf(migrateMysql(nowhere))).toBe('unavailable');
  });
});
