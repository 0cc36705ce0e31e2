import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/env';
import type { Logger } from '../helpers/logger';
import type { Database } from './database';
import { isUnavailable } from './failures';
import { migrateMysql } from './migrate-mysql';
import { migrateSqlite } from './migrate-sqlite';
import { connectionSettings, openMysql } from './mysql';
import { openSqlite } from './sqlite';

/** The database did not answer in time, or refused; says which host. */
export class DatabaseUnreachable extends Error {}

/** Applies missing migrations; waits for a MySQL server that is still starting. */
export async function migrate(config: Config['database'], logger: Logger): Promise<void> {
  const applied =
    config.kind === 'sqlite' ? await migrateSqlite(config.file) : await migrateWhenReachable(config, logger);
  for (const migration of applied) logger.info({ migration }, 'migration applied');
}

async function migrateWhenReachable(
  config: Extract<Config['database'], { kind: 'mysql' }>,
  logger: Logger,
): Promise<string[]> {
  const { host, port, database } = connectionSettings(config.url);
  const where = `${host}:${port}/${database}`;
  const deadline = Date.now() + config.waitSeconds * 1000;
  for (;;) {
    try {
      return await migrateMysql(config.url);
    } catch (error) {
      const reason = (error as Error).message;
      if (isRefusal(error)) throw new DatabaseUnreachable(`The database at ${where} refuses: ${reason}`);
      if (!isUnavailable(error)) throw error;
      if (Date.now() >= deadline)
        throw new DatabaseUnreachable(
          `The database at ${where} did not answer for ${config.waitSeconds} s: ${reason}`,
        );
      logger.warn({ database: where, reason }, 'the database does not answer yet; trying again');
      await wait(1_000);
    }
  }
}

/** Wrong user or password (1045, 1698), no right to the database (1044), no such database (1049): waiting does not help. */
function isRefusal(error: unknown): boolean {
  let current = error as { errno?: unknown; cause?: unknown } | undefined;
  for (let depth = 0; current && depth < 4; depth += 1) {
    if ([1044, 1045, 1049, 1698].includes(Number(current.errno))) return true;
    current = current.cause as typeof current;
  }
  return false;
}

/** Opens the configured database; `migrate` comes first. */
export async function openDatabase(config: Config['database']): Promise<Database> {
  return config.kind === 'sqlite' ? openSqlite(config.file) : openMysql(config.url, config.poolSize);
}
