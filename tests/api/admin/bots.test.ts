import { makeAdmin } from '../../support/admins';
import { asBot, makeBot } from '../../support/bots';
import { openChat, send } from '../../support/chats';
import { createGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer();
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const create = (body: object, by = admin) =>
  server.request.post('/api/v1/admin/bots').set(by.authorization).send(body);
const newToken = (botId: string) =>
  server.request.post(`/api/v1/admin/bots/${botId}/token`).set(admin.authorization);
const remove = (botId: string) =>
  server.request.delete(`/api/v1/admin/bots/${botId}`).set(admin.authorization);
const me = ({ authorization }: Person) => server.request.get('/api/v1/users/me').set(authorization);
const code = async (asked: PromiseLike<{ body: { code?: string } }>) => (await asked).body.code;

test('a bot is made with a token that is shown once, listed, and written down', async () => {
  const { body } = await create({ username: 'Weather.Bot', displayName: 'Weather', bio: 'rain' }).expect(201);
  expect(body).toEqual({
    bot: {
      id: expect.any(String),
      username: 'Weather.Bot',
      displayName: 'Weather',
      bio: 'rain',
      avatarUrl: null,
      isBot: true,
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
    },
    token: expect.stringMatching(/^bot_[\w-]{43}$/),
  });
  const { body: page } = await server.request
    .get('/api/v1/admin/bots?limit=100')
    .set(admin.authorization)
    .expect(200);
  expect(page.items).toContainEqual(body.bot);
  expect(JSON.stringify(page)).not.toContain(body.token);
  const bot = await asBot(server, body.token as string);
  expect(bot.user).toMatchObject({ isBot: true, email: '', emailVerified: false, role: 'user' });
  const { body: log } = await server.request
    .get(`/api/v1/admin/audit-log?targetId=${bot.id}`)
    .set(admin.authorization)
    .expect(200);
  expect(log.items).toEqual([
    expect.objectContaining({ action: 'bot.created', after: { username: 'Weather.Bot' }, actorId: admin.id }),
  ]);
  const { reader } = await server.database();
  const rows = await reader.session.findMany({ where: { userId: bot.id } });
  expect(JSON.stringify(rows)).not.toContain(body.token);
});

test('wrong input is refused, and so is a name that is taken, also at the same moment', async () => {
  await create({ username: 'x' }).expect(400);
  await create({}).expect(400);
  await create({ username: 'some.robot', email: 'a@example.com' }).expect(400);
  const both = await Promise.all([create({ username: 'twin.robot' }), create({ username: 'Twin.Robot' })]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  await server.request.get('/api/v1/admin/bots?cursor=nonsense').set(admin.authorization).expect(400);
  await server.request.post('/api/v1/admin/bots').send({ username: 'nobodys.robot' }).expect(401);
});

test('it talks at both doors, is online while it is connected, and hears what people say', async () => {
  const ada = await makePerson(server);
  const bot = await makeBot(server);
  const chat = await openChat(server, ada, bot);
  const [adas, bots] = [await connect(server, ada.tokens), await connect(server, bot.tokens)];
  await bots.must('join_chat', { chatId: chat.id });
  await adas.must('join_chat', { chatId: chat.id });
  await adas.must('chat_message', { chatId: chat.id, content: 'hello?', clientMessageId: 'a' });
  expect(await bots.next('chat_message')).toMatchObject({ content: 'hello?', senderId: ada.id });
  await bots.must('chat_message', { chatId: chat.id, content: 'hello', clientMessageId: 'b' });
  expect(await adas.next('chat_message')).toMatchObject({ content: 'hello', senderId: bot.id });
  await send(server, bot, chat.id, 'by REST');
  expect(await adas.next('chat_message')).toMatchObject({ content: 'by REST' });
  const { body: seen } = await server.request
    .get(`/api/v1/users/${bot.id}`)
    .set(ada.authorization)
    .expect(200);
  expect(seen).toMatchObject({ isBot: true, online: true });
  const { body: inbox } = await server.request.get('/api/v1/chats').set(ada.authorization).expect(200);
  expect(inbox.items[0].peer).toMatchObject({ id: bot.id, isBot: true });
});

test('it is added to groups, and adds nobody itself', async () => {
  const ada = await makePerson(server);
  const bot = await makeBot(server);
  const group = await createGroup(server, ada, [bot]);
  await server.request
    .post(`/api/v1/groups/${group.id}/messages`)
    .set(bot.authorization)
    .send({ content: 'at your service' })
    .expect(201);
  const adding = server.request
    .post(`/api/v1/groups/${group.id}/members`)
    .set(bot.authorization)
    .send({ userIds: [(await makePerson(server)).id] });
  expect(await code(adding.expect(403))).toBe('forbidden');
  const { body: members } = await server.request
    .get(`/api/v1/groups/${group.id}/members`)
    .set(ada.authorization)
    .expect(200);
  expect(members.items.find(({ user }: { user: { id: string } }) => user.id === bot.id).user.isBot).toBe(
    true,
  );
});

test('another token voids the one before it at both doors, at once', async () => {
  const bot = await makeBot(server);
  const device = await connect(server, bot.tokens);
  const { body } = await newToken(bot.id).expect(200);
  expect(await device.next('session_ended')).toEqual({ reason: 'revoked' });
  await device.ended();
  expect(await code(me(bot).expect(401))).toBe('unauthenticated');
  await expect(connect(server, bot.tokens)).rejects.toThrow('unauthenticated');
  const renewed = await asBot(server, body.token as string);
  expect(renewed.id).toBe(bot.id);
  await connect(server, renewed.tokens);
  await newToken(admin.id).expect(404);
  await newToken('0198c0de-0000-7000-8000-000000000001').expect(404);
  await newToken('nonsense').expect(400);
});

test('of two new tokens at the same moment one is good', async () => {
  const bot = await makeBot(server);
  const made = await Promise.all([newToken(bot.id).expect(200), newToken(bot.id).expect(200)]);
  const answers = await Promise.all(
    made.map(({ body }) =>
      server.request.get('/api/v1/users/me').set({ Authorization: `Bearer ${body.token}` }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test('nobody signs in as a bot, or gets a code for it', async () => {
  const bot = await makeBot(server);
  for (const password of ['', 'bot', 'correct horse battery'])
    expect(
      await server.request
        .post('/api/v1/auth/sign-in')
        .send({ login: bot.username, password: password || ' ' }),
    ).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  for (const token of ['bot_', `bot_${'A'.repeat(43)}`, `bot_${'x'.repeat(5000)}`, 'bot_\u0000'])
    await expect(connect(server, { accessToken: token })).rejects.toThrow('unauthenticated');
});

test('a suspended bot is told why, and after that needs another token', async () => {
  const bot = await makeBot(server);
  const suspension = `/api/v1/admin/users/${bot.id}/suspension`;
  await server.request.put(suspension).set(admin.authorization).send({ reason: 'spam' }).expect(200);
  expect(await code(me(bot).expect(403))).toBe('account_suspended');
  expect(await code(newToken(bot.id).expect(409))).toBe('conflict');
  await server.request.delete(suspension).set(admin.authorization).expect(204);
  await me(bot).expect(401);
  const { body: page } = await server.request.get('/api/v1/admin/bots?limit=100').set(admin.authorization);
  expect(page.items.find(({ id }: { id: string }) => id === bot.id).lastUsedAt).toBeNull();
  const { body } = await newToken(bot.id).expect(200);
  await asBot(server, body.token as string);
});

test('a deleted bot is gone, and what it has said stays', async () => {
  const ada = await makePerson(server);
  const bot = await makeBot(server, { username: 'short.lived' });
  const chat = await openChat(server, ada, bot);
  await send(server, bot, chat.id, 'still here');
  const device = await connect(server, bot.tokens);
  await remove(bot.id).expect(204);
  await device.ended();
  await me(bot).expect(401);
  await remove(bot.id).expect(404);
  await remove(ada.id).expect(404);
  const { body } = await server.request
    .get(`/api/v1/chats/${chat.id}/messages`)
    .set(ada.authorization)
    .expect(200);
  expect(body.items.map(({ content }: { content: string }) => content)).toContain('still here');
  await makeBot(server, { username: 'short.lived' });
  const { reader } = await server.database();
  const mails = await reader.outboxJob.findMany({ where: { payload: { contains: 'short.lived' } } });
  expect(mails).toEqual([]);
});

test('limits count bots under names of their own', async () => {
  const bot = await makeBot(server);
  const { headers } = await me(bot).expect(200);
  expect(headers['ratelimit-policy']).toContain('"botRequest"');
  const ada = await makePerson(server);
  const chat = await openChat(server, ada, bot);
  const sent = await server.request
    .post(`/api/v1/chats/${chat.id}/messages`)
    .set(bot.authorization)
    .send({ content: 'hi' })
    .expect(201);
  expect(sent.headers['ratelimit-policy']).toContain('"botMessage"');
});
