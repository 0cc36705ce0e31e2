import { openChat, send } from '../support/chats';
import { createGroup } from '../support/groups';
import { makePeople, PASSWORD } from '../support/people';
import { startProcessServer } from '../support/process-server';

const MESSAGES = 300;

test('kill -9 while messages are taken back: the next start goes on, and every version is told once', async () => {
  const server = await startProcessServer({ RATE_LIMITS: 'off' });
  try {
    const [ada, bob] = await makePeople(server, 2);
    if (!ada || !bob) throw new Error('nobody is there');
    const chat = await openChat(server, ada, bob);
    await createGroup(server, bob, [ada]);
    for (let sent = 0; sent < MESSAGES; sent += 25)
      await Promise.all(
        Array.from({ length: 25 }, (_, index) => send(server, ada, chat.id, `number ${sent + index}`)),
      );
    const database = await server.database();
    const left = () =>
      database.reader.message.count({
        where: { senderId: ada.id, deletedAt: null, type: { not: 'system' } },
      });
    await server.request
      .delete('/api/v1/users/me?messages=delete')
      .set(ada.authorization)
      .send({ password: PASSWORD })
      .expect(204);
    await server.kill('SIGKILL');
    const afterKill = await left();
    expect(afterKill).toBeGreaterThan(0);
    await server.start();
    for (const deadline = Date.now() + 30_000; (await left()) > 0;)
      if (Date.now() > deadline) throw new Error('it does not go on');

    const rows = await database.reader.message.findMany({ where: { conversationId: chat.id } });
    expect(rows).toHaveLength(MESSAGES);
    for (const { content } of rows) expect(content).toBeNull();
    expect(new Set(rows.map(({ version }) => version)).size).toBe(MESSAGES);
    expect(await database.reader.membership.count({ where: { userId: ada.id, leftAt: null } })).toBe(0);
    const { erasure } = await database.reader.user.findUniqueOrThrow({ where: { id: ada.id } });
    // Looked at once more when everything that was under way has ended.
    expect(erasure).toBe('delete');
  } finally {
    await server.stop();
  }
}, 120_000);
