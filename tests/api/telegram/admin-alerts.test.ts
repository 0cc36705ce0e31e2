import { until } from '../auth/answers';
import { makePerson } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { FakeTelegram } from '../../support/telegram';

const ADMINS = -500_600;
let telegram: FakeTelegram;
let server: TestServer;

beforeAll(async () => {
  telegram = await FakeTelegram.start();
  server = await startTestServer({ ...telegram.settings, TELEGRAM_ADMIN_CHAT: String(ADMINS) });
  await telegram.waitForCall('getUpdates');
});
afterAll(async () => {
  await server.stop();
  await telegram.stop();
});

test('a report is told of once, and not what it says', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const report = { targetType: 'user', targetId: bob.id, reason: 'harassment', note: 'a secret note' };
  for (const status of [201, 200])
    await server.request.post('/api/v1/reports').set(ada.authorization).send(report).expect(status);
  expect((await telegram.waitForMessage(ADMINS)).text).toBe('A user was reported: harassment.');
  const { reader } = await server.database();
  await until('the empty outbox', async () => (await reader.outboxJob.count()) === 0);
  expect(telegram.messagesTo(ADMINS)).toHaveLength(1);
});

test('a job that is given up is told of, but for those to Telegram', async () => {
  const { writer } = await server.database();
  const job = { payload: 'no JSON', attempts: 0, nextAt: new Date(), createdAt: new Date() };
  await writer.outboxJob.createMany({
    data: [
      { ...job, id: 'a'.repeat(36), kind: 'telegram_message', lane: 'telegram' },
      { ...job, id: 'b'.repeat(36), kind: 'mail', lane: 'mail' },
    ],
  });
  server.container.outbox.wake();
  expect((await telegram.waitForMessage(ADMINS, /given up/)).text).toBe(
    `A job of the outbox was given up after 1 tries: mail ${'b'.repeat(36)}.`,
  );
  await until(
    'both dead letters',
    async () => (await writer.outboxJob.count({ where: { deadAt: { not: null } } })) === 2,
  );
  expect(telegram.messagesTo(ADMINS).filter((text) => text.includes('telegram_message'))).toEqual([]);
  await writer.outboxJob.deleteMany();
});

test('many errors within a minute are told of once in ten minutes', async () => {
  const ada = await makePerson(server);
  const { writer } = await server.database();
  await writer.$executeRawUnsafe('DROP TABLE announcement');
  const fail = (): Promise<unknown> =>
    server.request.get('/api/v1/announcements').set(ada.authorization).expect(500);
  for (let time = 0; time < 19; time += 1) await fail();
  expect(await writer.outboxJob.count()).toBe(0);
  await fail();
  await telegram.waitForMessage(ADMINS, /20 errors within a minute/);
  for (let time = 0; time < 25; time += 1) await fail();
  await until('the empty outbox', async () => (await writer.outboxJob.count()) === 0);
  expect(telegram.messagesTo(ADMINS).filter((text) => /errors/.test(text))).toHaveLength(1);
});
