import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as mariadb from 'mariadb';
import { connectionSettings } from '../../src/database/mysql';
import { migrateMysql } from '../../src/database/migrate-mysql';
import { createMysqlDatabase } from './database';

/** What global-setup hands to the test files: a file with the SQL of a database that has all migrations. */
const SCHEMA_FILE = 'CHAT_TEST_MYSQL_SCHEMA';

interface Table {
  readonly name: string;
  readonly sql: string;
}

async function tablesOf(connection: mariadb.Connection): Promise<Table[]> {
  const names = (await connection.query<Record<string, string>[]>('SHOW TABLES')).flatMap((row) =>
    Object.values(row),
  );
  return Promise.all(
    names.map(async (name) => {
      const [row] = await connection.query<Record<string, string>[]>(`SHOW CREATE TABLE \`${name}\``);
      return { name, sql: row?.['Create Table'] ?? '' };
    }),
  );
}

/** The rows that migrations have written, the list of them among these, as INSERTs. */
async function rowsOf(connection: mariadb.Connection, { name }: Table): Promise<string[]> {
  const rows = await connection.query<Record<string, unknown>[]>({
    sql: `SELECT * FROM \`${name}\``,
    dateStrings: true,
  });
  return rows.map((row) => {
    const columns = Object.keys(row).map((column) => `\`${column}\``);
    const values = Object.values(row).map((value) => connection.escape(value));
    return `INSERT INTO \`${name}\` (${columns.join()}) VALUES (${values.join()})`;
  });
}

/** Migrates a database once and writes down what it is then. @returns removes that again */
export async function writeMysqlTemplate(admin: string): Promise<() => void> {
  const database = await createMysqlDatabase(undefined, admin);
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-schema-'));
  try {
    await migrateMysql(database.url);
    const connection = await database.connect();
    const tables = await tablesOf(connection);
    const rows = [];
    for (const table of tables) rows.push(...(await rowsOf(connection, table)));
    const statements = ['SET SESSION foreign_key_checks = 0', ...tables.map(({ sql }) => sql), ...rows];
    const file = path.join(folder, 'schema.sql');
    writeFileSync(file, statements.join(';\n'));
    process.env[SCHEMA_FILE] = file;
  } finally {
    await database.drop();
  }
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Makes an empty database what migrations would make it, in a fifth of their time; tests of migrations begin with an empty one. */
export async function fillFromTemplate(databaseUrl: string): Promise<void> {
  const file = process.env[SCHEMA_FILE];
  if (!file) return;
  const connection = await mariadb.createConnection({
    ...connectionSettings(databaseUrl),
    multipleStatements: true,
  });
  try {
    await connection.query(readFileSync(file, 'utf8'));
  } finally {
    await connection.end();
  }
}
