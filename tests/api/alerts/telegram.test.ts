import { notify, untilCollected, waitingAlerts } from '../../support/alerts';
import { channelOf, createChannel } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { createGroup, groupOf } from '../../support/groups';
import { makePeople, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { FakeTelegram } from '../../support/telegram';
import { until } from '../auth/answers';

jest.setTimeout(60_000);

let telegram: FakeTelegram;
let server: TestServer;
let chats = 5_000;
beforeAll(async () => {
  telegram = await FakeTelegram.start();
  server = await startTestServer({ RATE_LIMITS: 'off', ALERT_AFTER: '1s', ...telegram.settings });
});
beforeEach(() => {
  telegram.behave = () => undefined;
});
afterAll(async () => {
  await server.stop();
  await telegram.stop();
});

/** @returns the number of the Telegram chat */
async function link(person: Person): Promise<number> {
  const { writer } = await server.database();
  chats += 1;
  await writer.telegramLink.create({
    data: { userId: person.id, chatId: String(chats), linkedAt: new Date() },
  });
  return chats;
}

/** Waits until no alert by Telegram is left; those by mail wait for half an hour. */
const untilAlerted = async (): Promise<void> => {
  await untilCollected(server);
  await until('all alerts by Telegram to be told or forgotten', async () =>
    (await waitingAlerts(server)).every(({ via }) => via === 'email'),
  );
};

/** Waits until an alert was sent in vain. */
async function untilTried(): Promise<void> {
  const { reader } = await server.database();
  const where = { kind: 'telegram_alert', leasedUntil: null, attempts: 1 };
  await until('the failed try', async () => (await reader.outboxJob.count({ where })) === 1);
}

async function tryAgain(): Promise<void> {
  const { writer } = await server.database();
  await writer.outboxJob.updateMany({ data: { nextAt: new Date(0) } });
  server.container.outbox.wake();
}

test('a message to somebody who is away comes to their chat soon, once; ten more are one alert', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const chatId = await link(bob);
  await send(server, ada, chat.id, 'are you *there*? <b>');
  expect((await telegram.waitForMessage(chatId)).text).toBe(`${ada.username}: are you *there*? <b>`);
  await untilAlerted();
  for (let number = 1; number <= 10; number += 1) await send(server, ada, chat.id, `number ${number}`);
  expect((await telegram.waitForMessage(chatId)).text).toBe(
    [`10 new messages from ${ada.username}`, '', ...[6, 7, 8, 9, 10].map((one) => `number ${one}`)].join(
      '\n',
    ),
  );
  await untilAlerted();
  expect(telegram.messagesTo(chatId)).toHaveLength(2);
  // The mail is still to come, if all that remains unread.
  const mailed = (await waitingAlerts(server)).filter(({ userId }) => userId === bob.id);
  expect(mailed).toEqual([expect.objectContaining({ via: 'email', firstSeq: 1, lastSeq: 11 })]);
});

test('in groups who is named hears of it, and who wants all hears all; nobody hears what they said themselves', async () => {
  const [ada, bob, carol] = (await makePeople(server, 3)) as [Person, Person, Person];
  const [adas, bobs, carols] = [await link(ada), await link(bob), await link(carol)];
  await notify(server, carol, { telegram: 'all', preview: false });
  await notify(server, ada, { telegram: 'all' });
  const { id } = await createGroup(server, ada, [bob, carol]);
  const say = (content: string) => groupOf(server, id).post(ada, '/messages', { content }).expect(201);
  await say('tea?');
  await say(`@${bob.username}, you too`);
  expect((await telegram.waitForMessage(bobs)).text).toBe(
    `${ada.username} in Tea: @${bob.username}, you too`,
  );
  expect((await telegram.waitForMessage(carols)).text).toBe(`2 new messages from ${ada.username} in Tea`);
  await untilAlerted();
  expect(telegram.messagesTo(adas)).toEqual([]);
});

test('a post of a channel says where, not who, unless it is signed', async () => {
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  const chatId = await link(bob);
  await notify(server, bob, { telegram: 'all' });
  const { body } = await createChannel(server, ada, { title: 'Weather' }).expect(201);
  const channel = channelOf(server, body.id);
  await channel.put(bob, '/follow').expect(200);
  await channel.post(ada, '/messages', { content: 'rain' }).expect(201);
  expect((await telegram.waitForMessage(chatId)).text).toBe('Weather: rain');
  await channel.patch(ada, '', { signed: true }).expect(200);
  await channel.post(ada, '/messages', { content: 'sun' }).expect(201);
  expect((await telegram.waitForMessage(chatId)).text).toBe(`${ada.username} in Weather: sun`);
});

test('what is read before its turn comes is never sent', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const chatId = await link(bob);
  telegram.behave = ({ method }) => (method === 'sendMessage' ? { error: 500 } : undefined);
  const { seq } = await send(server, ada, chat.id, 'hello');
  await untilTried();
  const device = await connect(server, bob.tokens);
  await device.must('message_read', { roomId: chat.id, seq });
  device.close();
  telegram.behave = () => undefined;
  await tryAgain();
  await untilAlerted();
  const { reader } = await server.database();
  await until('the empty outbox', async () => (await reader.outboxJob.count()) === 0);
  expect(telegram.messagesTo(chatId)).toEqual([]);
});

test('while Telegram is away nothing is lost: the alert comes later, with what was said meanwhile', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const chatId = await link(bob);
  telegram.behave = ({ method }) => (method === 'sendMessage' ? 'cut' : undefined);
  await send(server, ada, chat.id, 'one');
  await untilTried();
  await send(server, ada, chat.id, 'two');
  await untilCollected(server);
  telegram.behave = () => undefined;
  await tryAgain();
  expect((await telegram.waitForMessage(chatId)).text).toBe(
    `2 new messages from ${ada.username}\n\none\ntwo`,
  );
  await untilAlerted();
  expect(telegram.messagesTo(chatId)).toHaveLength(1);
});

test('who has blocked the bot, unlinked or muted it gets nothing, and the next alerts are none', async () => {
  const [ada, bob, carol, dave] = (await makePeople(server, 4)) as [Person, Person, Person, Person];
  const [bobs, carols, daves] = [await link(bob), await link(carol), await link(dave)];
  const { writer } = await server.database();
  const mutedUntil = new Date(Date.now() + 3_600_000);
  await writer.telegramLink.update({ where: { userId: dave.id }, data: { mutedUntil } });
  const talks = await Promise.all([bob, carol, dave].map((person) => openChat(server, ada, person)));
  telegram.behave = ({ method, params }) =>
    method === 'sendMessage' && params.chat_id === String(bobs) ? { error: 403 } : undefined;
  for (const { id } of talks) await send(server, ada, id, 'hello');
  await writer.telegramLink.delete({ where: { userId: carol.id } });
  await untilAlerted();
  expect(await writer.telegramLink.count({ where: { userId: bob.id } })).toBe(0);
  for (const chatId of [bobs, carols, daves]) expect(telegram.messagesTo(chatId)).toEqual([]);
});
