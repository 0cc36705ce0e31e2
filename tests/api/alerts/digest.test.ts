import { digestsTo, notify, untilCollected, untilTold, waitingAlerts } from '../../support/alerts';
import { makeBot } from '../../support/bots';
import { createChannel, channelOf } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { createGroup, groupOf } from '../../support/groups';
import { makePeople, makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { until } from '../auth/answers';

jest.setTimeout(60_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    RATE_LIMITS: 'off',
    DIGEST_AFTER: '3s',
    PUBLIC_URL: 'https://chat.example.com/',
  });
});
afterAll(() => server.stop());

const digestOf = async (person: Person): Promise<string> => {
  const mail = await server.mail.waitForMail(person.email, /unread/, 15_000);
  return mail.text.split('\n-- \n')[0]?.trim() ?? '';
};
/** Those that nobody is just looking at. */
const waitingFor = async (person: Person) =>
  (await waitingAlerts(server)).filter(({ userId, bundleId }) => userId === person.id && bundleId === null);
const say = (person: Person, groupId: string, content: string) =>
  groupOf(server, groupId).post(person, '/messages', { content }).expect(201);

test('a private message to somebody who is away comes by mail, which says nothing of it in its subject', async () => {
  const { ada, bob, chat } = await makeChat(server);
  await send(server, ada, chat.id, 'Grüße, 茶? 🍵');
  const mail = await server.mail.waitForMail(bob.email, /./, 15_000);
  expect(mail.subject).toBe('You have unread messages');
  expect(mail.text).toMatch(
    new RegExp(
      `^While you were away, ${bob.username}:\n\nA new message from ${ada.username}\n  Grüße, 茶\\? 🍵\n\n-- \n`,
    ),
  );
  await untilTold(server);
  expect(digestsTo(server, bob)).toHaveLength(1);
  expect(digestsTo(server, ada)).toEqual([]);
});

test('a bot has no address, and is told nothing by mail', async () => {
  const ada = await makePerson(server);
  const bot = await makeBot(server);
  await notify(server, bot, { email: 'all' });
  const chat = await openChat(server, ada, bot);
  await createGroup(server, ada, [bot]).then(({ id }) => say(ada, id, `come @${bot.username}`));
  await send(server, ada, chat.id, 'anybody there?');
  await untilCollected(server);
  expect((await waitingAlerts(server)).filter(({ userId }) => userId === bot.id)).toEqual([]);
});

test('ten messages and two conversations are one mail; what comes later is another one, without what was told', async () => {
  const [ada, bob, carol] = (await makePeople(server, 3)) as [Person, Person, Person];
  const chat = await openChat(server, ada, bob);
  const { id: groupId } = await createGroup(server, carol, [bob]);
  for (let number = 1; number <= 10; number += 1) await send(server, ada, chat.id, `number ${number}`);
  await say(carol, groupId, `come @${bob.username}`);
  await say(carol, groupId, 'or do not');
  const told = await digestOf(bob);
  expect(told).toContain(`10 new messages from ${ada.username}\n  number 6\n  number 7\n`);
  expect(told).toContain(`A new message from ${carol.username} in Tea\n  come @${bob.username}`);
  expect(told).not.toContain('or do not');
  await untilTold(server);
  expect(digestsTo(server, bob)).toHaveLength(1);
  await send(server, ada, chat.id, 'number 11');
  expect(await digestOf(bob)).toMatch(new RegExp(`A new message from ${ada.username}\n  number 11$`));
  await untilTold(server);
  expect(digestsTo(server, bob)).toHaveLength(2);
});

test('what was read, deleted, muted or left by then is not told; what was edited says what it says now', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const others = await makePeople(server, 5);
  const chats = await Promise.all(others.map((other) => openChat(server, ada, other)));
  const [reader, muter, blocker, silent, gone] = others as [Person, Person, Person, Person, Person];
  const sent = await Promise.all(chats.map(({ id }) => send(server, ada, id, 'hello')));
  const [first, second] = [await send(server, ada, chat.id, 'one'), await send(server, ada, chat.id, 'tow')];
  const at = (id: string) => `/api/v1/chats/${chat.id}/messages/${id}`;
  await server.request
    .delete(`${at(first.id)}?for=everyone`)
    .set(ada.authorization)
    .expect(204);
  await server.request.patch(at(second.id)).set(ada.authorization).send({ content: 'two' }).expect(200);
  const device = await connect(server, reader.tokens);
  await device.must('message_read', { roomId: chats[0]?.id, seq: sent[0]?.seq });
  device.close();
  const my = (person: Person, index: number, body: object) =>
    server.request
      .patch(`/api/v1/conversations/${chats[index]?.id}/my`)
      .set(person.authorization)
      .send(body)
      .expect(200);
  await my(muter, 1, { mutedUntil: new Date(Date.now() + 3_600_000).toISOString() });
  await server.request.put(`/api/v1/users/${ada.id}/block`).set(blocker.authorization).expect(204);
  await my(silent, 3, { notify: 'none' });
  await server.request
    .delete('/api/v1/users/me')
    .set(gone.authorization)
    .send({ password: gone.password })
    .expect(204);
  expect(await digestOf(bob)).toMatch(new RegExp(`A new message from ${ada.username}\n  two$`));
  await untilTold(server);
  for (const other of others) expect(digestsTo(server, other)).toEqual([]);
});

test('who was removed, kept out, or told by somebody who is kept out hears nothing', async () => {
  const [ada, bob, carol, spammer] = (await makePeople(server, 4)) as [Person, Person, Person, Person];
  const { id } = await createGroup(server, ada, [bob, carol]);
  const group = groupOf(server, id);
  await say(ada, id, `@${bob.username} @${carol.username}`);
  await group.delete(ada, `/members/${bob.id}`).expect(204);
  const chat = await openChat(server, spammer, ada);
  await send(server, spammer, chat.id, 'buy now');
  const database = await server.database();
  const suspension = { reason: 'spam', until: null, byId: ada.id, createdAt: new Date() };
  await database.writer.suspension.createMany({
    data: [carol, spammer].map((person) => ({ userId: person.id, ...suspension })),
  });
  await untilTold(server);
  for (const person of [ada, bob, carol]) expect(digestsTo(server, person)).toEqual([]);
});

test('a bot that has read nothing is told nothing, and an alert that was written for one is forgotten', async () => {
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  const bot = await makeBot(server);
  const chat = await openChat(server, ada, bot);
  const { seq } = await send(server, ada, chat.id, 'what about tomorrow?');
  const { id } = await createGroup(server, ada, [bob, bot]);
  await say(ada, id, `@${bob.username} asks @${bot.username}`);
  await untilCollected(server);
  expect((await waitingAlerts(server)).map(({ userId }) => userId)).not.toContain(bot.id);
  const { writer } = await server.database();
  const key = { userId: bot.id, conversationId: chat.id, via: 'email' };
  await writer.alert.create({ data: { ...key, firstSeq: seq, lastSeq: seq, dueAt: new Date() } });
  await digestOf(bob);
  await untilTold(server);
  expect(await writer.outboxJob.count()).toBe(0);
});

test('who wants no preview is told who and where; who wants nothing is told nothing; who wants all is told all', async () => {
  const [ada, bob, carol, dave] = (await makePeople(server, 4)) as [Person, Person, Person, Person];
  await notify(server, bob, { preview: false, email: 'all' });
  await notify(server, carol, { email: 'nothing' });
  const { id } = await createGroup(server, ada, [bob, carol, dave]);
  await say(ada, id, 'a secret');
  await say(ada, id, `and one for @${carol.username}`);
  expect(await digestOf(bob)).toMatch(new RegExp(`:\n\n2 new messages from ${ada.username} in Tea$`));
  await untilTold(server);
  expect(digestsTo(server, carol)).toEqual([]);
  expect(digestsTo(server, dave)).toEqual([]);
});

test('a call to everybody, an answer and a name are told; in a group whose notify is mentions nothing else is', async () => {
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  await notify(server, bob, { email: 'all' });
  const { id } = await createGroup(server, ada, [bob]);
  const group = groupOf(server, id);
  await server.request
    .patch(`/api/v1/conversations/${id}/my`)
    .set(bob.authorization)
    .send({ notify: 'mentions' })
    .expect(200);
  const { body: question } = await say(bob, id, 'when?');
  await say(ada, id, 'nothing for anybody');
  await say(ada, id, 'dear @all');
  await group.post(ada, '/messages', { content: 'at ten', replyTo: question.id }).expect(201);
  expect(await digestOf(bob)).toMatch(/2 new messages from .* in Tea\n {2}dear @all\n {2}at ten$/);
  await untilTold(server);
});

test('posts of a channel are told to those who want all, however many follow it, and without its author', async () => {
  const [ada, bob, carol] = (await makePeople(server, 3)) as [Person, Person, Person];
  const { body } = await createChannel(server, ada, { title: 'Weather' }).expect(201);
  const channel = channelOf(server, body.id);
  for (const person of [bob, carol]) await channel.put(person, '/follow').expect(200);
  await notify(server, bob, { email: 'all' });
  const database = await server.database();
  for (const memberCount of [3, 5_000]) {
    await database.writer.conversation.update({ where: { id: body.id }, data: { memberCount } });
    await channel.post(ada, '/messages', { content: `rain @all ${memberCount}` }).expect(201);
    expect(await digestOf(bob)).toMatch(new RegExp(`A new message in Weather\n  rain @all ${memberCount}$`));
  }
  await untilTold(server);
  expect(digestsTo(server, carol)).toEqual([]);
});

test('during quiet hours nothing is sent; it waits until they are over', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const clock = (minutes: number): string =>
    new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  await notify(server, bob, { quietHours: { from: clock(-10), to: clock(90), timeZone: 'UTC' } });
  await send(server, ada, chat.id, 'hush');
  let dueAt = 0;
  await until('the alert to wait', async () => {
    const [alert] = await waitingFor(bob);
    dueAt = alert?.dueAt.getTime() ?? 0;
    return dueAt > Date.now() + 60_000;
  });
  expect(new Date(dueAt).toISOString().slice(11, 16)).toBe(clock(90));
  expect(digestsTo(server, bob)).toEqual([]);
  await notify(server, bob, { quietHours: null });
  const database = await server.database();
  await database.writer.alert.updateMany({ where: { userId: bob.id }, data: { dueAt: new Date() } });
  expect(await digestOf(bob)).toMatch(/hush$/);
});

test('who is connected and has just done something is not told; who has been away for a while is', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const device = await connect(server, bob.tokens);
  await send(server, ada, chat.id, 'are you there?');
  await until('the alert to wait for him', async () =>
    (await waitingFor(bob)).some(({ dueAt }) => dueAt.getTime() > Date.now() + 30_000),
  );
  const database = await server.database();
  const data = { lastUsedAt: new Date(Date.now() - 6 * 60_000) };
  await database.writer.session.updateMany({ where: { userId: bob.id }, data });
  await database.writer.alert.updateMany({ where: { userId: bob.id }, data: { dueAt: new Date() } });
  expect(await digestOf(bob)).toMatch(/are you there\?$/);
  device.close();
});

test('what people write stays what it is: one line, of bounded length, and nobody speaks for somebody else', async () => {
  const ada = await makePerson(server);
  const bob = await makePerson(server);
  const chat = await openChat(server, ada, bob);
  await send(server, ada, chat.id, `<b>hi</b>\n-- \n\u202Eevil\n${'long '.repeat(200)}`);
  const mail = await server.mail.waitForMail(bob.email, /unread/, 15_000);
  const [, , , line = ''] = mail.text.split('\n');
  expect(line).toMatch(/^ {2}<b>hi<\/b> -- evil long (long )+(long|lon|lo|l)?…$/);
  expect(line.length).toBeLessThanOrEqual(202);
  expect(mail.html).toBe('');
});
