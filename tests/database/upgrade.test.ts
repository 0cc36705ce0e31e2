import { createClient } from '@libsql/client';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { migrateSqlite } from '../../src/database/migrate-sqlite';
import { readMigrations } from '../../src/database/migrations';

const TIME = '2026-01-01T00:00:00.000+00:00';

test('an upgrade of the embedded database keeps every row', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-upgrade-'));
  const file = path.join(folder, 'chat.db');
  const [first, ...later] = readMigrations('sqlite');
  if (!first) throw new Error('no migrations');
  const client = createClient({ url: `file:${file}` });
  await client.executeMultiple(`${first.sql};
    CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME,
      "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME,
      "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
    INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name") VALUES ('1', '${first.checksum}', 1, '${first.name}');
    INSERT INTO "user" VALUES ('u', 'ada', 'ada', 'a@b.c', 'a@b.c', 'hash', 'Ada', 'ada', '', 'user', 1, '${TIME}', '${TIME}');
    INSERT INTO "session" ("id", "userId", "generation", "refreshHash", "createdAt", "lastUsedAt", "expiresAt")
      VALUES ('s', 'u', 1, 'h', '${TIME}', '${TIME}', '${TIME}');
    INSERT INTO "conversation" ("id", "kind", "lastSeq", "version", "lastActivityAt", "createdAt") VALUES ('c', 'chat', 1, 2, '${TIME}', '${TIME}');
    INSERT INTO "membership" ("conversationId", "userId", "role", "version", "joinedVersion", "myVersion", "createdAt")
      VALUES ('c', 'u', 'member', 1, 0, 0, '${TIME}');
    INSERT INTO "message" ("conversationId", "seq", "id", "version", "senderId", "type", "content", "clientMessageId", "requestHash", "createdAt")
      VALUES ('c', 1, 'm', 2, 'u', 'text', 'hello', 'k', 'h', '${TIME}');`);
  client.close();
  expect(await migrateSqlite(file)).toEqual(later.map((migration) => migration.name));
  const upgraded = createClient({ url: `file:${file}` });
  for (const table of ['user', 'session', 'conversation', 'membership', 'message']) {
    const { rows } = await upgraded.execute(`SELECT count(*) AS count FROM "${table}"`);
    expect([table, rows[0]?.count]).toEqual([table, 1]);
  }
  const { rows: chats } = await upgraded.execute(
    'SELECT memberCount, slowModeSeconds, signed FROM "conversation"',
  );
  expect(chats.map((row) => ({ ...row }))).toMatchObject([{ memberCount: 2, slowModeSeconds: 0, signed: 0 }]);
  upgraded.close();
  rmSync(folder, { recursive: true });
});

test('both databases have the same migrations', () => {
  expect(readMigrations('sqlite').map((migration) => migration.name)).toEqual(
    readMigrations('mysql').map((migration) => migration.name),
  );
});

test("a migration's checksum is the SHA-256 of its file", () => {
  const folder = path.join(__dirname, '../../prisma/migrations');
  const expected = readdirSync(folder)
    .filter((name) => /^\d{14}_/.test(name))
    .map((name) =>
      createHash('sha256')
        .update(readFileSync(path.join(folder, name, 'migration.sql')))
        .digest('hex'),
    );
  expect(readMigrations('mysql').map((migration) => migration.checksum)).toEqual(expected);
});
