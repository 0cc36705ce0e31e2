import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../src/database/database';
import { isUniqueViolation } from '../../src/database/failures';
import { openSqlite } from '../../src/database/sqlite';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'chat-sqlite-'));
  database = await openSqlite(path.join(folder, 'chat.db'));
  await database.writer.$executeRawUnsafe('CREATE TABLE thing (id INTEGER PRIMARY KEY)');
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const add = (id: number, then?: Error): Promise<void> =>
  database.sqlTransaction(async (sql) => {
    await sql.execute('INSERT INTO thing VALUES (?)', [id]);
    if (then) throw then;
  });
const ids = async (): Promise<number[]> =>
  (await database.reader.$queryRawUnsafe<{ id: number | bigint }[]>('SELECT id FROM thing ORDER BY id')).map(
    ({ id }) => Number(id),
  );

test('transactions that were committed, broke or were given up keep no file open', async () => {
  await add(0);
  await ids();
  const before = (await readdir('/dev/fd')).length;
  for (let id = 1; id <= 100; id += 1) {
    await add(id);
    await expect(add(-id, new Error('given up'))).rejects.toThrow('given up');
    expect(isUniqueViolation(await add(id).catch((error: unknown) => error))).toBe(true);
  }
  expect((await readdir('/dev/fd')).length).toBeLessThan(before + 10);
  expect(await ids()).toEqual(Array.from({ length: 101 }, (_, id) => id));
});

test('what is written beside an open transaction waits for it, and is not undone with it', async () => {
  let beside: Promise<unknown> | undefined;
  const givenUp = database.sqlTransaction(async (sql) => {
    await sql.execute('INSERT INTO thing VALUES (1000)');
    beside = database.writer.$executeRawUnsafe('INSERT INTO thing VALUES (1001)');
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw new Error('given up');
  });
  await expect(givenUp).rejects.toThrow('given up');
  await beside;
  expect((await ids()).filter((id) => id >= 1000)).toEqual([1001]);
});

test('a statement that failed inside does not take the rest along', async () => {
  await database.sqlTransaction(async (sql) => {
    await sql.execute('INSERT INTO thing VALUES (2000)');
    await sql.execute('SAVEPOINT act');
    await sql.execute('INSERT INTO thing VALUES (2001)');
    const failed = await sql.execute('INSERT INTO thing VALUES (2000)').catch((error: unknown) => error);
    expect(isUniqueViolation(failed)).toBe(true);
    await sql.execute('ROLLBACK TO SAVEPOINT act');
    await sql.execute('INSERT INTO thing VALUES (2002)');
  });
  await add(2003);
  expect((await ids()).filter((id) => id >= 2000)).toEqual([2000, 2002, 2003]);
});
