import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Migration {
  /** the folder's name: `<timestamp>_<name>` */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hex, as Prisma stores it */
  readonly checksum: string;
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

const ROOT = path.join(__dirname, '../..');
const FOLDERS = { mysql: 'prisma/migrations', sqlite: 'prisma/sqlite/migrations' } as const;

/** The migrations on disk in Prisma's own layout, oldest first. */
export function readMigrations(kind: keyof typeof FOLDERS): Migration[] {
  const folder = path.join(ROOT, FOLDERS[kind]);
  return readdirSync(folder)
    .filter((name) => /^\d{14}_/.test(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(path.join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}

/**
 * What is still to be applied.
 * @throws when an earlier one did not finish, or was edited after it was applied
 */
export function pendingMigrations(
  all: readonly Migration[],
  applied: readonly AppliedMigration[],
): Migration[] {
  const unfinished = applied.find((migration) => !migration.finished);
  if (unfinished)
    throw new Error(
      `The migration ${unfinished.name} was begun and did not finish. Look at what of it is in the database, complete or undo it ` +
        `by hand, then set finished_at (done) or rolled_back_at (undone, to run it again) in its row of _prisma_migrations.`,
    );
  const byName = new Map(applied.map((migration) => [migration.name, migration]));
  const edited = all.find(
    (migration) => (byName.get(migration.name)?.checksum ?? migration.checksum) !== migration.checksum,
  );
  if (edited)
    throw new Error(
      `The migration ${edited.name} was edited after it was applied. Restore it and write a new one.`,
    );
  return all.filter((migration) => !byName.has(migration.name));
}
