import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeChat, send } from '../../support/chats';
import type { Person } from '../../support/people';
import { startProcessServer } from '../../support/process-server';
import { describeWhen } from '../../support/run';
import { texts, untilFound } from '../../support/search';
import { startTestServer, type TestServer } from '../../support/server';

const ROOT = path.join(__dirname, '../../..');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

/** Changes a message as another command of the writer does. */
async function change(
  conversationId: string,
  seq: number,
  columns: { content: string | null; deletedAt?: Date },
) {
  const database = await server.database();
  await database.transaction(async (db) => {
    const { version } = await db.conversation.update({
      where: { id: conversationId },
      data: { version: { increment: 1 } },
    });
    await db.message.update({
      where: { conversationId_seq: { conversationId, seq } },
      data: { ...columns, version },
    });
  });
}

test('an edited message is found by its new text only, at once not by the old one', async () => {
  const { ada, chat } = await makeChat(server);
  const { id } = await send(server, ada, chat.id, 'before noon');
  await untilFound(server, ada, { q: 'before' });
  await server.request
    .patch(`/api/v1/chats/${chat.id}/messages/${id}`)
    .set(ada.authorization)
    .send({ content: 'after noon' })
    .expect(200);
  expect(await texts(server, ada, { q: 'before' })).toEqual([]);
  expect(await texts(server, ada, { q: 'noon' })).toEqual(['after noon']);
  await untilFound(server, ada, { q: 'after' });
});

test('a deleted message is not found, and nothing of it stays in the index', async () => {
  const { ada, chat } = await makeChat(server);
  const { id, seq } = await send(server, ada, chat.id, 'regret');
  await untilFound(server, ada, { q: 'regret' });
  await server.request
    .delete(`/api/v1/chats/${chat.id}/messages/${id}`)
    .set(ada.authorization)
    .expect((response) => expect(response.status).toBeLessThan(300));
  expect(await texts(server, ada, { q: 'regret' })).toEqual([]);
  await send(server, ada, chat.id, 'later');
  await untilFound(server, ada, { q: 'later' });
  const { reader } = await server.database();
  const entry = await reader.searchEntry.findFirst({ where: { conversationId: chat.id, seq } });
  expect(entry?.tokens).toBe('');
});

test('what was said before a crash is found after the next start', async () => {
  const { ada, chat } = await makeChat(server);
  const { seq } = await send(server, ada, chat.id, 'unheard of');
  await untilFound(server, ada, { q: 'unheard' });
  await change(chat.id, seq, { content: 'missed' });
  await server.restart();
  await untilFound(server, ada, { q: 'missed' });
});

test('many messages of one conversation are all found', async () => {
  const { ada, chat } = await makeChat(server);
  await Promise.all(Array.from({ length: 250 }, (_, index) => send(server, ada, chat.id, `many n${index}`)));
  for (const q of ['n0', 'n200', 'n249']) await untilFound(server, ada, { q, conversationId: chat.id });
  const { reader } = await server.database();
  expect(await reader.searchEntry.count({ where: { conversationId: chat.id } })).toBe(250);
});

test('long messages are all found, though they take several batches', async () => {
  const { ada, chat } = await makeChat(server);
  const long = Array.from({ length: 600 }, (_, index) => `x${index}`).join(' ');
  await Promise.all(
    Array.from({ length: 30 }, (_, index) => send(server, ada, chat.id, `long${index} ${long}`)),
  );
  for (const q of ['long0 x599', 'long15 x1', 'long29']) await untilFound(server, ada, { q });
});

async function rebuild(): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-r', path.join(ROOT, 'tests/support/swc-register.cjs'), path.join(ROOT, 'scripts/search-rebuild.ts')],
    { cwd: server.home.dataDir, env: { PATH: process.env.PATH, ...server.home.settings, LOG_LEVEL: 'info' } },
  );
  return stdout;
}

test('a lost index is made anew by search:rebuild, which tells how far it is', async () => {
  const { ada, chat } = await makeChat(server);
  for (const content of ['first finding', 'second finding']) await send(server, ada, chat.id, content);
  await untilFound(server, ada, { q: 'finding' }, 2);
  const { writer } = await server.database();
  await writer.searchEntry.deleteMany({});
  expect(await texts(server, ada, { q: 'finding' })).toEqual([]);
  const output = await rebuild();
  expect(output).toMatch(/indexed [\d,]+ of [\d,]+ messages \(100 %\)/);
  expect(await texts(server, ada, { q: 'finding' })).toEqual(['second finding', 'first finding']);
});

describeWhen('mysql')('with another server on the same database', () => {
  test('what is said there is found here, and both at once leave nothing out', async () => {
    const other = await startProcessServer({ RATE_LIMITS: 'off' }, { sharing: server });
    try {
      const { ada, bob, chat } = await makeChat(server);
      const say = (at: typeof server | typeof other, person: Person, count: number) =>
        Promise.all(Array.from({ length: count }, (_, index) => send(at, person, chat.id, `here t${index}`)));
      await Promise.all([say(server, ada, 60), say(other, bob, 60)]);
      for (const q of ['t0', 't30', 't59']) await untilFound(server, ada, { q, conversationId: chat.id }, 2);
    } finally {
      await other.stop();
    }
  });
});

test('a message that somebody has hidden from themselves is found by the others only', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const { id } = await send(server, ada, chat.id, 'not for my eyes');
  await untilFound(server, ada, { q: 'eyes' });
  await server.request
    .delete(`/api/v1/chats/${chat.id}/messages/${id}?for=me`)
    .set(bob.authorization)
    .expect((response) => expect(response.status).toBeLessThan(300));
  expect(await texts(server, bob, { q: 'eyes' })).toEqual([]);
  expect(await texts(server, ada, { q: 'eyes' })).toEqual(['not for my eyes']);
});
