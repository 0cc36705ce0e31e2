/**
 * Writes the embedded database's next migration: what the schema has and the migrations so far have not.
 * Usage: npm run db:sqlite-migration -- <name>. MySQL's twin (prisma/migrations/<same folder>) is written by hand.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { diffSqlite } from './sqlite-diff';

const root = path.join(__dirname, '..');
const migrations = path.join(root, 'prisma/sqlite/migrations');

async function main(): Promise<void> {
  const name = process.argv[2];
  if (!name || !/^[a-z0-9_]+$/.test(name))
    throw new Error('usage: npm run db:sqlite-migration -- <snake_case_name>');
  const earlier = existsSync(migrations)
    ? readdirSync(migrations)
        .filter((entry) => /^\d{14}_/.test(entry))
        .sort()
    : [];
  const script = await diffSqlite(
    earlier.map((folder) => readFileSync(path.join(migrations, folder, 'migration.sql'), 'utf8')),
    readFileSync(path.join(root, 'prisma/sqlite/schema.prisma'), 'utf8'),
  );
  if (script === '') return console.log('The migrations are up to date.');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = path.join(migrations, `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'migration.sql'), `${script}\n`);
  console.log(
    `wrote ${path.relative(root, folder)}/migration.sql; now write prisma/migrations/${stamp}_${name}/migration.sql`,
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
