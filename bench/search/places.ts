import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mariadb';
import type { Database } from '../../src/database/database';
import { migrateMysql } from '../../src/database/migrate-mysql';
import { migrateSqlite } from '../../src/database/migrate-sqlite';
import { connectionSettings, openMysql } from '../../src/database/mysql';
import { openSqlite } from '../../src/database/sqlite';
import { startMariadb } from '../../tests/support/mariadb';
import { endAtExit } from '../processes';

/** A database of a run, gone with it. */
export interface Place {
  readonly name: string;
  readonly database: Database;
  close(): Promise<void>;
}

async function mysqlPlace(): Promise<Place> {
  const mariadb = await startMariadb();
  if (!mariadb) throw new Error('the bench needs a mariadbd on PATH (apt-get install mariadb-server)');
  const stop = endAtExit(() => mariadb.stop());
  const url = new URL(mariadb.url);
  const admin = await createConnection({ ...connectionSettings(url.href), database: undefined });
  const name = `chat_${randomBytes(4).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await admin.query('SET GLOBAL innodb_buffer_pool_size = 512 * 1024 * 1024');
  await admin.end();
  url.pathname = `/${name}`;
  await migrateMysql(url.href);
  const database = openMysql(url.href, 10);
  return {
    name: mariadb.version,
    database,
    async close() {
      await database.close();
      stop();
    },
  };
}

async function sqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-bench-'));
  const remove = endAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'chat.db');
  await migrateSqlite(file);
  const database = await openSqlite(file);
  return {
    name: 'SQLite',
    database,
    async close() {
      await database.close();
      remove();
    },
  };
}

export const PLACES = { mysql: mysqlPlace, sqlite: sqlitePlace } as const;
export type PlaceName = keyof typeof PLACES;
