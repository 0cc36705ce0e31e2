import { createClient, type Transaction } from '@libsql/client';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pendingMigrations, readMigrations, type AppliedMigration } from './migrations';
import { asText } from './rows';
import { sqliteUrl } from './sqlite';

/** Milliseconds a second process waits for the first one's migrations. */
const LOCK_TIMEOUT_MS = 60_000;

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL,
  "checksum" TEXT NOT NULL,
  "finished_at" DATETIME,
  "migration_name" TEXT NOT NULL,
  "logs" TEXT,
  "rolled_back_at" DATETIME,
  "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

async function appliedMigrations(transaction: Transaction): Promise<AppliedMigration[]> {
  const { rows } = await transaction.execute(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return rows.map((row) => ({
    name: asText(row.migration_name),
    checksum: asText(row.checksum),
    finished: row.finished_at !== null,
  }));
}

/**
 * Applies what is missing in one transaction (SQLite's DDL is transactional): all of it or nothing.
 * @returns the names of the migrations that this call applied
 */
export async function migrateSqlite(file: string): Promise<string[]> {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const client = createClient({ url: sqliteUrl(file), timeout: LOCK_TIMEOUT_MS });
  // Inside a transaction this is ignored, and a migration that makes a table anew would empty those that refer to it.
  await client.execute('PRAGMA foreign_keys = OFF');
  const transaction = await client.transaction('write');
  try {
    await transaction.execute(CREATE_TABLE);
    const pending = pendingMigrations(readMigrations('sqlite'), await appliedMigrations(transaction));
    for (const migration of pending) {
      await transaction.executeMultiple(migration.sql);
      const now = Date.now();
      await transaction.execute({
        sql: 'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
        args: [randomUUID(), migration.checksum, migration.name, now, now],
      });
    }
    const { rows: broken } = await transaction.execute('PRAGMA foreign_key_check');
    if (broken.length > 0)
      throw new Error(`The migrations leave ${broken.length} rows without what they refer to.`);
    await transaction.commit();
    return pending.map((migration) => migration.name);
  } finally {
    transaction.close();
    client.close();
  }
}
