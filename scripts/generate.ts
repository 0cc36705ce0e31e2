/**
 * Generates both Prisma clients: MySQL's from `prisma/schema.prisma`, the embedded SQLite one from a
 * schema derived from it. Does nothing when neither the schema nor Prisma changed. Needs no network:
 * `prisma generate` asks for the schema engine but never runs it, so any existing executable satisfies it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const schemaPath = path.join(root, 'prisma/schema.prisma');
const sqliteSchemaPath = path.join(root, 'prisma/sqlite/schema.prisma');
const generated = path.join(root, 'src/database/generated');
const stampPath = path.join(generated, 'stamp');

/** The embedded database's schema: provider and output swapped, native types and full-text indexes taken out. */
export function deriveSqliteSchema(mysqlSchema: string): string {
  return (
    mysqlSchema
      .replace(
        /^\/\/ MySQL's schema[^\n]*\n(\/\/[^\n]*\n)*/,
        '// Derived from ../schema.prisma by scripts/generate.ts.\n',
      )
      .replace('provider = "mysql"', 'provider = "sqlite"')
      .replace('"../src/database/generated/mysql"', '"../../src/database/generated/sqlite"')
      .replace(/ @db\.\w+(\([^)]*\))?/g, '')
      // SQLite's INTEGER has 64 bits, and only a column of that name counts by itself.
      .replace(/\bBigInt( +@id)/g, 'Int$1')
      .replace(/, map: "\w+_fk"/g, '')
      .replace(/^\s*@@fulltext\(.*\)\n/gm, '')
  );
}

function generate(schema: string): void {
  const prisma = path.join(root, 'node_modules/prisma/build/index.js');
  execFileSync(process.execPath, [prisma, 'generate', '--schema', schema], {
    cwd: root,
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function main(): void {
  const schema = readFileSync(schemaPath, 'utf8');
  const prismaVersion = (
    JSON.parse(readFileSync(path.join(root, 'node_modules/prisma/package.json'), 'utf8')) as {
      version: string;
    }
  ).version;
  const stamp = createHash('sha256').update(`${prismaVersion}\n${schema}`).digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp && existsSync(sqliteSchemaPath))
    return;
  mkdirSync(path.dirname(sqliteSchemaPath), { recursive: true });
  writeFileSync(sqliteSchemaPath, deriveSqliteSchema(schema));
  rmSync(generated, { recursive: true, force: true });
  generate(schemaPath);
  generate(sqliteSchemaPath);
  writeFileSync(stampPath, stamp);
}

if (require.main === module) main();
