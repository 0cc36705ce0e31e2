import type { Statistics } from '../../../src/contracts/statistics';
import { MessageDays } from '../../../src/services/statistics/message-days';
import { StatisticsService } from '../../../src/services/statistics/statistics.service';
import { makeAdmin } from '../../support/admins';
import { makeChat, send } from '../../support/chats';
import { uploaded } from '../../support/files';
import { createGroup, groupOf } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

const DAY_MS = 86_400_000;

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const ask = () => server.request.get('/api/v1/admin/stats').set(admin.authorization);
/** Counted anew, at some time. */
function countedAt(now = Date.now()): { days: MessageDays; latest: () => Promise<Statistics> } {
  const { database } = server.container;
  const clock = (): Date => new Date(now);
  const days = new MessageDays(database, clock);
  const leases = { everybody: () => Promise.resolve({ people: [], devices: 0 }) };
  const service = new StatisticsService({ database, leases, indexer: { waiting: 0 }, days, clock });
  return { days, latest: () => service.latest() };
}
const dayAgo = (ago: number): string => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);

test('tells how the server is used, the same for half a minute', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const { id } = await createGroup(server, ada, [bob]);
  for (const content of ['one', 'two', 'three']) await send(server, ada, chat.id, content);
  await groupOf(server, id).post(bob, '/messages', { content: 'hello' }).expect(201);
  await uploaded(server, ada, Buffer.alloc(5_000, 1));
  await uploaded(server, bob, Buffer.alloc(5_000, 1));
  const phone = await connect(server, ada.tokens);
  await connect(server, ada.tokens);
  await server.request
    .put(`/api/v1/admin/users/${(await makePerson(server)).id}/suspension`)
    .set(admin.authorization)
    .send({ reason: 'spam' })
    .expect(200);
  const { body } = await ask().expect(200);
  expect(body).toEqual({
    countedAt: expect.any(String),
    accounts: { total: 4, suspended: 1, online: 1, activeToday: 1, activeThisWeek: 1, activeThisMonth: 1 },
    sockets: 2,
    conversations: { chat: 1, group: 1, channel: 0 },
    // The founding of the group is a message, too.
    messages: [{ day: dayAgo(0), chat: 3, group: 2, channel: 0 }],
    storage: { files: 2, objects: 1, bytes: 5_000 },
    queues: { outbox: { waiting: 0, oldestAt: null, dead: 0 }, searchIndex: { waiting: expect.any(Number) } },
  });
  await send(server, ada, chat.id, 'four');
  phone.close();
  expect((await ask().expect(200)).body).toEqual(body);
});

test('what is new is added to what was counted, also what becomes visible late', async () => {
  const { ada, chat } = await makeChat(server);
  const { latest, days } = countedAt();
  const before = (await latest()).messages[0]?.chat ?? 0;
  await send(server, ada, chat.id, 'one more');
  expect((await days.latest())[0]?.chat).toBe(before + 1);
});

test('a day that is over is counted once, and stays when its messages go', async () => {
  const { ada, chat } = await makeChat(server);
  await send(server, ada, chat.id, 'to be counted');
  const today = (await countedAt().latest()).messages[0];
  const { days, latest } = countedAt(Date.now() + DAY_MS);
  expect((await latest()).messages).toHaveLength(1);
  await days.sweep();
  expect((await days.latest())[1]).toEqual(today);
  const { writer } = await server.database();
  await writer.message.deleteMany({ where: { conversationId: chat.id } });
  await days.sweep();
  expect((await days.latest())[1]).toEqual(today);
});

test('only for admins', async () => {
  await server.request.get('/api/v1/admin/stats').expect(401);
  const { authorization } = await makePerson(server);
  await server.request.get('/api/v1/admin/stats').set(authorization).expect(403);
});
