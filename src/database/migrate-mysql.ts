import { randomUUID } from 'node:crypto';
import * as mariadb from 'mariadb';
import { pendingMigrations, readMigrations, type AppliedMigration } from './migrations';
import { connectionSettings } from './mysql';

/** Seconds a second server waits for the first one's migrations. */
const LOCK_SECONDS = 120;

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at DATETIME(3),
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at DATETIME(3),
  started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;

async function appliedMigrations(connection: mariadb.Connection): Promise<AppliedMigration[]> {
  const rows = await connection.query<
    { migration_name: string; checksum: string; finished_at: Date | null }[]
  >('SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL');
  return rows.map((row) => ({
    name: row.migration_name,
    checksum: row.checksum,
    finished: row.finished_at !== null,
  }));
}

/**
 * Applies what is missing, under a lock of the database, on a connection of its own.
 * @returns the names of the migrations that this call applied
 */
export async function migrateMysql(databaseUrl: string): Promise<string[]> {
  const connection = await mariadb.createConnection({
    ...connectionSettings(databaseUrl),
    // Set below: a connection that breaks while the driver sets it ends the process (mysql-pool.ts).
    timezone: undefined,
    multipleStatements: true,
  });
  try {
    await connection.query("SET SESSION time_zone = '+00:00'");
    const [lock] = await connection.query<{ granted: number | null }[]>(
      "SELECT GET_LOCK(CONCAT('migrate:', LEFT(DATABASE(), 50)), ?) AS granted",
      [LOCK_SECONDS],
    );
    if (Number(lock?.granted) !== 1)
      throw new Error(`Another server has been migrating for over ${LOCK_SECONDS} s`);
    await connection.query(CREATE_TABLE);
    const pending = pendingMigrations(readMigrations('mysql'), await appliedMigrations(connection));
    for (const migration of pending) {
      const id = randomUUID();
      await connection.query(
        'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, 0)',
        [id, migration.checksum, migration.name, new Date()],
      );
      await connection.query(migration.sql);
      await connection.query(
        'UPDATE _prisma_migrations SET finished_at = ?, applied_steps_count = 1 WHERE id = ?',
        [new Date(), id],
      );
    }
    return pending.map((migration) => migration.name);
  } finally {
    // Closing the connection gives the lock back.
    await connection.end();
  }
}
