import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mariadb';
import { deriveSqliteSchema } from '../../scripts/generate';
import { diffSqlite } from '../../scripts/sqlite-diff';
import { migrateMysql } from '../../src/database/migrate-mysql';
import { readMigrations } from '../../src/database/migrations';
import { createMysqlDatabase, type MysqlDatabase } from '../support/database';
import { describeMysql } from '../support/run';
import { layoutOfDatabase, layoutOfSchema } from '../support/table-layout';

const schema = readFileSync(path.join(__dirname, '../../prisma/schema.prisma'), 'utf8');

describe('the SQLite migrations', () => {
  const migrations = readMigrations('sqlite').map(({ sql }) => sql);

  test('make exactly what the derived schema says', async () => {
    expect(await diffSqlite(migrations, deriveSqliteSchema(schema))).toBe('');
  });

  test('would be found out for a missing column, index or foreign key', async () => {
    const derived = deriveSqliteSchema(schema);
    const without = (line: RegExp): string => derived.replace(line, '');
    expect(await diffSqlite(migrations, without(/^\s+requestHash .*\n/m))).toContain(
      'CREATE TABLE "new_message"',
    );
    expect(await diffSqlite(migrations, without(/^.*map: "message_version"\)\n/m))).toContain(
      'DROP INDEX "message_version"',
    );
    expect(
      await diffSqlite(migrations, derived.replace(/onDelete: Cascade/, 'onDelete: Restrict')),
    ).toContain('ON DELETE RESTRICT');
  });

  test("have a twin each among MySQL's", () => {
    const names = (kind: 'mysql' | 'sqlite'): string[] => readMigrations(kind).map(({ name }) => name);
    expect(names('sqlite')).toEqual(names('mysql'));
  });
});

describeMysql('the MySQL migrations', () => {
  let database: MysqlDatabase;
  let connection: Connection;
  beforeAll(async () => {
    // The server's defaults must not matter.
    database = await createMysqlDatabase('CHARACTER SET latin1 COLLATE latin1_swedish_ci');
    await migrateMysql(database.url);
    connection = await database.connect();
  });
  afterAll(() => database.drop());

  test('make exactly what the schema says: tables, columns, types, defaults, collations, indexes, foreign keys', async () => {
    expect(await layoutOfDatabase(connection)).toEqual(layoutOfSchema(schema));
  });

  // Each change is undone again, and the undoing checked.
  test.each([
    [
      'a column too few',
      'ALTER TABLE message DROP COLUMN editedAt',
      'ADD COLUMN editedAt DATETIME(3) NULL AFTER createdAt',
    ],
    ['a column too many', 'ALTER TABLE message ADD COLUMN extra INT NOT NULL', 'DROP COLUMN extra'],
    [
      'a longer column',
      'ALTER TABLE message MODIFY type VARCHAR(17) NOT NULL',
      'MODIFY type VARCHAR(16) NOT NULL',
    ],
    ['a nullable column', 'ALTER TABLE message MODIFY version INT NULL', 'MODIFY version INT NOT NULL'],
    ['a default', 'ALTER TABLE message ALTER version SET DEFAULT 1', 'ALTER version DROP DEFAULT'],
    [
      'a collation that takes cases for equal',
      'ALTER TABLE message MODIFY clientMessageId VARCHAR(64) COLLATE utf8mb4_general_ci NOT NULL',
      'MODIFY clientMessageId VARCHAR(64) COLLATE utf8mb4_bin NOT NULL',
    ],
    [
      'an index too few',
      'ALTER TABLE message DROP INDEX message_version',
      'ADD INDEX message_version (conversationId, version)',
    ],
    [
      'an index in another order',
      'ALTER TABLE message DROP INDEX message_version, ADD INDEX message_version (version, conversationId)',
      'DROP INDEX message_version, ADD INDEX message_version (conversationId, version)',
    ],
    [
      'a key that is not unique',
      'ALTER TABLE message DROP INDEX message_id_key, ADD INDEX message_id_key (id)',
      'DROP INDEX message_id_key, ADD UNIQUE INDEX message_id_key (id)',
    ],
    [
      'a foreign key too few',
      'ALTER TABLE message DROP FOREIGN KEY message_sender_fk',
      'ADD CONSTRAINT message_sender_fk FOREIGN KEY (senderId) REFERENCES user (id) ON DELETE RESTRICT ON UPDATE CASCADE',
    ],
    ['another engine', 'ALTER TABLE outbox_job ENGINE = MyISAM', 'ENGINE = InnoDB'],
    ['a table too many', 'CREATE TABLE extra (id INT)', undefined],
  ])('would be found out for %s', async (_what, change, undo) => {
    await connection.query(change);
    const changed = await layoutOfDatabase(connection);
    await connection.query(undo ? `${/^ALTER TABLE \w+/.exec(change)?.[0]} ${undo}` : 'DROP TABLE extra');
    expect(changed).not.toEqual(layoutOfSchema(schema));
    expect(await layoutOfDatabase(connection)).toEqual(layoutOfSchema(schema));
  });

  test.each([
    ['a column', /^\s+requestHash .*\n/m],
    ['an index', /^.*map: "message_version"\)\n/m],
    ['a foreign key', /^\s+sender +User.*\n/m],
    ['a table', /^model OutboxJob [^}]*\}\n/m],
  ])('would be found out for %s that the schema has not', async (_what, line) => {
    const shorter = schema.replace(line, '');
    expect(shorter).not.toBe(schema);
    expect(await layoutOfDatabase(connection)).not.toEqual(layoutOfSchema(shorter));
  });
});
