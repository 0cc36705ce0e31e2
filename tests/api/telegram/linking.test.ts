import type { Telegram } from '../../../src/services/telegram';
import { problem, until } from '../auth/answers';
import { makeAdmin } from '../../support/admins';
import { makePerson, type Person } from '../../support/people';
import { connect } from '../../support/sockets';
import { startTestServer, type TestServer } from '../../support/server';
import { BOT_NAME, FakeTelegram, linkCode, linkTelegram } from '../../support/telegram';

let telegram: FakeTelegram;
let server: TestServer;
let chats = 100;
const newChat = (): number => (chats += 1);

beforeAll(async () => {
  telegram = await FakeTelegram.start();
  server = await startTestServer(telegram.settings);
});
afterAll(async () => {
  await server.stop();
  await telegram.stop();
});

const path = '/api/v1/users/me/telegram';
const isLinked = async ({ authorization }: Person): Promise<boolean> =>
  (await server.request.get('/api/v1/users/me').set(authorization).expect(200)).body.telegram;
const linkOf = async ({ id }: Person) =>
  (await server.database()).reader.telegramLink.findUnique({ where: { userId: id } });
const says = async (chatId: number, text: string, answer: RegExp): Promise<string> => {
  telegram.say(chatId, text);
  return (await telegram.waitForMessage(chatId, answer)).text;
};

test('a link opened in Telegram links the chat, which the profile and the devices tell', async () => {
  const ada = await makePerson(server);
  expect(await isLinked(ada)).toBe(false);
  const device = await connect(server, ada.tokens);
  const { body } = await server.request.post(path).set(ada.authorization).expect(200);
  expect(body).toEqual({
    url: expect.stringMatching(new RegExp(`^https://t\\.me/${BOT_NAME}\\?start=[\\w-]{22}$`)),
    expiresAt: expect.any(String),
  });
  const minutes = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(9);
  expect(minutes).toBeLessThanOrEqual(10);
  const chat = newChat();
  const code = new URL(body.url).searchParams.get('start') ?? '';
  expect(await says(chat, `/start ${code}`, /./)).toContain(`linked to @${ada.username}`);
  expect(await device.next('user_updated')).toEqual({ userVersion: expect.any(Number) });
  expect(await isLinked(ada)).toBe(true);
  expect(await linkOf(ada)).toMatchObject({ chatId: String(chat), mutedUntil: null });
  const rows = await (await server.database()).reader.telegramLinkCode.findMany();
  expect(JSON.stringify(rows)).not.toContain(code);
});

test('a code works once, in one chat', async () => {
  const ada = await makePerson(server);
  const code = await linkCode(server, ada);
  const [first, second] = [newChat(), newChat()];
  await says(first, `/start ${code}`, /is linked to/);
  expect(await says(second, `/start ${code}`, /./)).toMatch(/expired, or was used/);
  expect(await says(first, `/start ${code}`, /was used/)).toContain(`Linked to @${ada.username}`);
  expect((await linkOf(ada))?.chatId).toBe(String(first));
});

test('two chats with one code at the same moment: one is linked', async () => {
  const ada = await makePerson(server);
  const code = await linkCode(server, ada);
  const updates = [newChat(), newChat(), newChat()].map((chat) => ({
    update_id: 1,
    message: { chat: { id: chat, type: 'private' }, text: `/start ${code}` },
  }));
  const { updates: heard } = server.container.telegram as Telegram;
  await Promise.all(updates.map((update) => heard.handle(update)));
  const answers = await Promise.all(
    updates.map(({ message }) => telegram.waitForMessage(message.chat.id).then(({ text }) => text)),
  );
  expect(answers.filter((text) => text.includes(`linked to @${ada.username}`))).toHaveLength(1);
});

test('two people with one chat at the same moment: it is linked to one of them', async () => {
  const people = await Promise.all([makePerson(server), makePerson(server), makePerson(server)]);
  const chat = newChat();
  const codes = await Promise.all(people.map((person) => linkCode(server, person)));
  const { updates } = server.container.telegram as Telegram;
  await Promise.all(
    codes.map((code) =>
      updates.handle({
        message: { chat: { id: chat, type: 'private' }, text: `/start ${code}` },
      }),
    ),
  );
  const links = await Promise.all(people.map(linkOf));
  expect(links.filter((link) => link !== null)).toHaveLength(1);
});

test('a new code makes the last one worthless, and so does unlinking', async () => {
  const ada = await makePerson(server);
  const [first, second] = [await linkCode(server, ada), await linkCode(server, ada)];
  expect(await says(newChat(), `/start ${first}`, /./)).toMatch(/expired/);
  await server.request.delete(path).set(ada.authorization).expect(204);
  expect(await says(newChat(), `/start ${second}`, /./)).toMatch(/expired/);
  expect(await isLinked(ada)).toBe(false);
});

test('an expired code links nothing, and is swept', async () => {
  const ada = await makePerson(server);
  const code = await linkCode(server, ada);
  const { writer } = await server.database();
  await writer.telegramLinkCode.updateMany({
    where: { userId: ada.id },
    data: { expiresAt: new Date(Date.now() - 1) },
  });
  expect(await says(newChat(), `/start ${code}`, /./)).toMatch(/expired/);
  await server.container.accounts.sweep();
  expect(await writer.telegramLinkCode.findMany({ where: { userId: ada.id } })).toEqual([]);
});

test('a new chat takes the place of the last one, which is told', async () => {
  const ada = await makePerson(server);
  const [first, second] = [newChat(), newChat()];
  await linkTelegram(server, telegram, ada, first);
  await linkTelegram(server, telegram, ada, second);
  await telegram.waitForMessage(first, /not linked to .* any more/);
  expect((await linkOf(ada))?.chatId).toBe(String(second));
});

test('a chat goes to whoever links it last', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const chat = newChat();
  await linkTelegram(server, telegram, ada, chat);
  const device = await connect(server, ada.tokens);
  await linkTelegram(server, telegram, bob, chat);
  expect(await device.next('user_updated')).toEqual({ userVersion: expect.any(Number) });
  expect([await isLinked(ada), await isLinked(bob)]).toEqual([false, true]);
});

test('unlinking tells the chat, and may be done again', async () => {
  const ada = await makePerson(server);
  const chat = newChat();
  await linkTelegram(server, telegram, ada, chat);
  for (let time = 0; time < 2; time += 1)
    await server.request.delete(path).set(ada.authorization).expect(204);
  await telegram.waitForMessage(chat, /not linked to/);
  expect(await isLinked(ada)).toBe(false);
});

test('a chat says what it wants: /status, /mute, /unmute, /stop, and help for anything else', async () => {
  const ada = await makePerson(server);
  const chat = newChat();
  expect(await says(chat, 'hello', /./)).toMatch(/linked to no account/);
  expect(await says(chat, '/stop', /./)).toMatch(/linked to no account/);
  await linkTelegram(server, telegram, ada, chat);
  expect(await says(chat, '/status', /./)).toMatch(
    new RegExp(`^Linked to @${ada.username} since .*Not muted`),
  );
  expect(await says(chat, '/mute 2h', /./)).toMatch(/^Muted until 20.* UTC/);
  const hours = (((await linkOf(ada))?.mutedUntil?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(1.9);
  expect(hours).toBeLessThanOrEqual(2);
  expect(await says(chat, '/mute 2 weeks', /./)).toMatch(/for how long/);
  expect(await says(chat, `/MUTE@${BOT_NAME}`, /./)).toBe('Muted until you say /unmute.');
  expect(await says(chat, '/status', /./)).toMatch(/Muted until you say/);
  expect(await says(chat, '/unmute', /./)).toMatch(/again/);
  expect((await linkOf(ada))?.mutedUntil).toBeNull();
  expect(await says(chat, 'what?', /./)).toContain('/status');
  expect(await says(chat, '/start', /./)).toContain(`linked to @${ada.username}`);
  expect(await says(chat, '/stop', /./)).toContain('not linked to');
  expect(await isLinked(ada)).toBe(false);
});

test('groups cannot be linked, and the bot says nothing else there', async () => {
  const ada = await makePerson(server);
  const chat = -newChat();
  telegram.say(chat, 'hello', 'group');
  telegram.say(chat, '/status', 'group');
  telegram.say(chat, `/start ${await linkCode(server, ada)}`, 'group');
  expect((await telegram.waitForMessage(chat)).text).toMatch(/Only a private chat/);
  await until('the updates to be seen to', () => Promise.resolve(telegram.unconfirmed === 0));
  expect(telegram.messagesTo(chat)).toHaveLength(1);
  expect(await isLinked(ada)).toBe(false);
});

test('wrong codes are counted by chat; a chat that floods the bot is not answered', async () => {
  const chat = newChat();
  for (let guess = 0; guess < 10; guess += 1) telegram.say(chat, `/start guess${guess}`);
  const ada = await makePerson(server);
  const code = await linkCode(server, ada);
  telegram.say(chat, `/start ${code}`);
  // One answer a second, after those to the guesses.
  await telegram.waitForMessage(chat, /too many wrong links/, 25_000);
  await says(newChat(), `/start ${code}`, /is linked to/);
  const noisy = newChat();
  for (let time = 0; time < 40; time += 1)
    await server.container.telegram?.updates.handle({
      message: { chat: { id: noisy, type: 'private' }, text: 'hello' },
    });
  const jobs = await (await server.database()).reader.outboxJob.findMany({ where: { lane: 'telegram' } });
  const toNoisy = jobs.filter(({ payload }) => payload.includes(`"${noisy}"`)).length;
  expect(toNoisy + telegram.messagesTo(noisy).length).toBeLessThanOrEqual(31);
  await (await server.database()).writer.outboxJob.deleteMany({ where: { lane: 'telegram' } });
}, 60_000);

test('asking for links is limited', async () => {
  const ada = await makePerson(server);
  for (let time = 0; time < 20; time += 1) await server.request.post(path).set(ada.authorization).expect(200);
  const { body } = await server.request.post(path).set(ada.authorization).expect(429);
  expect(body.code).toBe('rate_limited');
});

test('nobody who is not signed in', async () => {
  for (const method of ['post', 'delete'] as const) {
    const { body } = await server.request[method](path).expect(401);
    expect(body.code).toBe('unauthenticated');
  }
});

test('whoever blocks the bot is unlinked, at once or when they are written to', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const [left, blocking] = [newChat(), newChat()];
  await linkTelegram(server, telegram, ada, left);
  await linkTelegram(server, telegram, bob, blocking);
  await server.container.telegram?.updates.handle({
    my_chat_member: { chat: { id: left, type: 'private' }, new_chat_member: { status: 'kicked' } },
  });
  expect(await isLinked(ada)).toBe(false);
  telegram.behave = ({ method, params }) =>
    method === 'sendMessage' && params.chat_id === String(blocking)
      ? { error: 403, description: 'Forbidden: bot was blocked by the user' }
      : undefined;
  expect(await server.container.telegram?.outlet.send(String(blocking), 'hello')).toBe('blocked');
  telegram.behave = () => undefined;
  expect(await isLinked(bob)).toBe(false);
});

test('a suspended person cannot link, and gets nothing; a deleted one has neither link nor code', async () => {
  const admin = await makeAdmin(server);
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const [adas, bobs] = [newChat(), newChat()];
  await linkTelegram(server, telegram, ada, adas);
  const code = await linkCode(server, ada);
  await server.request
    .put(`/api/v1/admin/users/${ada.id}/suspension`)
    .set(admin.authorization)
    .send({ reason: 'spam' })
    .expect(200);
  expect(await says(newChat(), `/start ${code}`, /./)).toMatch(/expired/);
  await linkTelegram(server, telegram, bob, bobs);
  await linkCode(server, bob);
  await server.request
    .delete('/api/v1/users/me')
    .set(bob.authorization)
    .send({ password: bob.password })
    .expect(204);
  const { reader } = await server.database();
  expect(await linkOf(bob)).toBeNull();
  expect(await reader.telegramLinkCode.findUnique({ where: { userId: bob.id } })).toBeNull();
  expect(await says(bobs, '/status', /no account/)).toBeTruthy();
});

test('without a bot there is nothing to link', async () => {
  const plain = await startTestServer();
  try {
    const ada = await makePerson(plain);
    for (const method of ['post', 'delete'] as const) {
      const { body } = await plain.request[method](path).set(ada.authorization).expect(404);
      expect(body).toEqual(problem('not_found', { detail: 'There is no such Telegram bot here' }));
    }
  } finally {
    await plain.stop();
  }
});
