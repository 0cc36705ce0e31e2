import { createClient } from '@libsql/client';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BatchSession, Database, Db, Row, SqlValue, Statement } from './database';
import { sqliteDialect } from './dialects/sqlite';
import type { PrismaClient as MysqlClient } from './generated/mysql/client';
import { PrismaClient } from './generated/sqlite/client';
import { PatientLibSql } from './patient-libsql';
import { retryOnContention } from './retry';

/** Milliseconds. */
const TRANSACTION_MS = 30_000;

/** Prisma's raw queries as a session, so that the message pipeline is one code on both databases. */
class SqliteSession implements BatchSession {
  constructor(private readonly db: Db) {}

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return this.db.$queryRawUnsafe<Row[]>(sql, ...parameters);
  }

  execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return this.db.$executeRawUnsafe(sql, ...parameters);
  }

  /** There is no way to save: its database is in this process. */
  async finish(statements: readonly Statement[]): Promise<void> {
    for (const statement of statements) await this.execute(...statement);
  }
}

export function sqliteUrl(file: string): string {
  return `file:${file}`;
}

function openClient(file: string): MysqlClient {
  const adapter = new PatientLibSql({ url: sqliteUrl(file) });
  // The two generated clients come from one schema and have one face.
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: TRANSACTION_MS, timeout: TRANSACTION_MS },
  }) as unknown as MysqlClient;
}

/**
 * The embedded database: one process, two clients. An open transaction blocks every other query of its
 * client, so reads have one of their own; WAL keeps them from waiting for the writer.
 */
export async function openSqlite(file: string): Promise<Database> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const setup = createClient({ url: sqliteUrl(file) });
  await setup.execute('PRAGMA journal_mode = WAL');
  setup.close();
  const reader = openClient(file);
  const writer = openClient(file);

  const transaction = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    retryOnContention(() => writer.$transaction(work));

  const sqlTransaction = <T>(work: (sql: BatchSession) => Promise<T>): Promise<T> =>
    transaction((db) => work(new SqliteSession(db)));

  return {
    kind: 'sqlite',
    dialect: sqliteDialect,
    writersAtOnce: 1,
    reader,
    writer,
    transaction,
    sqlTransaction,
    batchTransaction: sqlTransaction,
    async ping() {
      await reader.$queryRawUnsafe('SELECT 1');
    },
    poolUse: () => null,
    async close() {
      await writer.$disconnect();
      await reader.$disconnect();
    },
  };
}
