import { createClient } from '@libsql/client';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { openSchemaEngine } from '../../scripts/sqlite-diff';
import { migrateMysql } from '../../src/database/migrate-mysql';
import { migrateSqlite } from '../../src/database/migrate-sqlite';
import { readMigrations } from '../../src/database/migrations';
import { createMysqlDatabase } from '../support/database';
import { mysqlAdminUrl } from '../support/admin-url';

interface Subject {
  migrate(): Promise<string[]>;
  /** The same in a process of its own: libsql waits for a lock by blocking the whole process. */
  migrateElsewhere(): Promise<string[]>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

const ROOT = path.join(__dirname, '../..');

async function inProcess(call: 'migrateMysql' | 'migrateSqlite', where: string): Promise<string[]> {
  const file = path.join(
    ROOT,
    'src/database',
    call === 'migrateMysql' ? 'migrate-mysql.ts' : 'migrate-sqlite.ts',
  );
  const script = `require(${JSON.stringify(file)}).${call}(${JSON.stringify(where)}).then((names) => console.log(JSON.stringify(names)))`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '-r',
    path.join(ROOT, 'tests/support/swc-register.cjs'),
    '-e',
    script,
  ]);
  return JSON.parse(stdout) as string[];
}

async function mysql(): Promise<Subject> {
  const database = await createMysqlDatabase();
  const connection = await database.connect();
  return {
    migrate: () => migrateMysql(database.url),
    migrateElsewhere: () => inProcess('migrateMysql', database.url),
    query: async (sql) => [await connection.query<Record<string, unknown>[]>(sql)].flat(),
    remove: () => database.drop(),
  };
}

const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'chat-migrations-'));

function sqlite(): Promise<Subject> {
  const folder = temporaryFolder();
  const file = path.join(folder, 'chat.db');
  return Promise.resolve({
    migrate: () => migrateSqlite(file),
    migrateElsewhere: () => inProcess('migrateSqlite', file),
    async query(sql: string) {
      const client = createClient({ url: `file:${file}` });
      const { rows } = await client.execute(sql);
      client.close();
      return rows.map((row) => ({ ...row }));
    },
    remove: () => Promise.resolve(rmSync(folder, { recursive: true })),
  });
}

const databases = [
  { kind: 'mysql', make: mysql, available: mysqlAdminUrl() !== undefined },
  { kind: 'sqlite', make: sqlite, available: true },
] as const;

for (const { kind, make, available } of databases)
  (available ? describe : describe.skip)(`migrations on ${kind}`, () => {
    const committed = readMigrations(kind);
    const names = committed.map(({ name }) => name);
    let subject: Subject;
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(() => subject.remove());

    test('the first start applies them all in order, the second none', async () => {
      expect(await subject.migrate()).toEqual(names);
      expect(await subject.migrate()).toEqual([]);
    });

    test('servers that start at once apply each of them once', async () => {
      const applied = await Promise.all([1, 2, 3].map(() => subject.migrateElsewhere()));
      expect(applied.flat()).toEqual(names);
      expect(await subject.query('SELECT migration_name FROM _prisma_migrations')).toHaveLength(names.length);
    });

    test("their record is Prisma's: the file's checksum, finished, one step, not rolled back", async () => {
      await subject.migrate();
      const rows = await subject.query(
        'SELECT migration_name, checksum, applied_steps_count, rolled_back_at, logs FROM _prisma_migrations ORDER BY migration_name',
      );
      expect(rows.map((row) => ({ ...row, applied_steps_count: Number(row.applied_steps_count) }))).toEqual(
        committed.map(({ name, checksum }) => ({
          migration_name: name,
          checksum,
          applied_steps_count: 1,
          rolled_back_at: null,
          logs: null,
        })),
      );
      const [unfinished] = await subject.query(
        'SELECT COUNT(*) AS count FROM _prisma_migrations WHERE finished_at IS NULL OR finished_at < started_at',
      );
      expect(Number(unfinished?.count)).toBe(0);
    });

    test('one that was edited after it was applied stops the start and is named', async () => {
      await subject.migrate();
      await subject.query(`UPDATE _prisma_migrations SET checksum = '${'0'.repeat(64)}'`);
      await expect(subject.migrate()).rejects.toThrow(
        `The migration ${names[0]} was edited after it was applied`,
      );
    });

    test('one that did not finish stops every start until its row says what became of it', async () => {
      await subject.migrate();
      await subject.query(
        `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${names[0]}'`,
      );
      await expect(subject.migrate()).rejects.toThrow(
        new RegExp(
          `The migration ${names[0]} was begun and did not finish.*set finished_at .*or rolled_back_at`,
        ),
      );
      await subject.query('UPDATE _prisma_migrations SET finished_at = started_at');
      expect(await subject.migrate()).toEqual([]);
    });
  });

(mysqlAdminUrl() ? describe : describe.skip)('migrations on MySQL', () => {
  test('a crash between two statements leaves a record, and the next start refuses with instructions', async () => {
    const database = await createMysqlDatabase();
    try {
      const connection = await database.connect();
      // The last table is in the way: everything before it is made, as after a crash.
      await connection.query('CREATE TABLE outbox_job (id INT)');
      await expect(migrateMysql(database.url)).rejects.toThrow(/outbox_job/);
      await expect(migrateMysql(database.url)).rejects.toThrow(/was begun and did not finish/);
      // Undone by hand, and said so: applied again.
      const made = await connection.query<{ name: string }[]>(
        "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> '_prisma_migrations'",
      );
      await connection.query('SET FOREIGN_KEY_CHECKS = 0');
      for (const { name } of made) await connection.query(`DROP TABLE \`${name}\``);
      await connection.query('UPDATE _prisma_migrations SET rolled_back_at = NOW(3)');
      expect(await migrateMysql(database.url)).toEqual(readMigrations('mysql').map(({ name }) => name));
    } finally {
      await database.drop();
    }
  });

  test("the record's table is laid out as Prisma's own", async () => {
    const database = await createMysqlDatabase();
    try {
      await migrateMysql(database.url);
      const connection = await database.connect();
      const columns = await connection.query<Record<string, unknown>[]>(
        `SELECT COLUMN_NAME AS name, REGEXP_REPLACE(COLUMN_TYPE, '^int\\\\(10\\\\)', 'int') AS type, IS_NULLABLE AS nullable, COLUMN_KEY AS \`key\`
          FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '_prisma_migrations' ORDER BY ORDINAL_POSITION`,
      );
      // prisma-engines, schema-engine/connectors/sql-schema-connector/src/flavour/mysql.rs
      expect(columns).toEqual([
        { name: 'id', type: 'varchar(36)', nullable: 'NO', key: 'PRI' },
        { name: 'checksum', type: 'varchar(64)', nullable: 'NO', key: '' },
        { name: 'finished_at', type: 'datetime(3)', nullable: 'YES', key: '' },
        { name: 'migration_name', type: 'varchar(255)', nullable: 'NO', key: '' },
        { name: 'logs', type: 'text', nullable: 'YES', key: '' },
        { name: 'rolled_back_at', type: 'datetime(3)', nullable: 'YES', key: '' },
        { name: 'started_at', type: 'datetime(3)', nullable: 'NO', key: '' },
        { name: 'applied_steps_count', type: 'int unsigned', nullable: 'NO', key: '' },
      ]);
    } finally {
      await database.drop();
    }
  });
});

describe('migrations on SQLite', () => {
  test("Prisma's own engine finds nothing to deploy on a database that the server has migrated", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'chat.db');
    await migrateSqlite(file);
    const root = path.join(ROOT, 'prisma/sqlite');
    const engine = await openSchemaEngine(
      `file:${file}`,
      readFileSync(path.join(root, 'schema.prisma'), 'utf8'),
    );
    try {
      const migrationsList = {
        baseDir: path.join(root, 'migrations'),
        lockfile: {
          path: './migration_lock.toml',
          content: readFileSync(path.join(root, 'migrations/migration_lock.toml'), 'utf8'),
        },
        shadowDbInitScript: '',
        migrationDirectories: readMigrations('sqlite').map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
        })),
      };
      const filters = { externalTables: [], externalEnums: [] };
      const diagnosis = await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters,
      });
      expect(diagnosis).toMatchObject({
        editedMigrationNames: [],
        failedMigrationNames: [],
        hasMigrationsTable: true,
        history: null,
      });
      expect(await engine.applyMigrations({ migrationsList, filters })).toEqual({
        appliedMigrationNames: [],
      });
    } finally {
      engine.free();
      rmSync(folder, { recursive: true });
    }
  });
});
