import { newId } from '../../../src/helpers/ids';
import { channelOf, createChannel, makeChannel, post } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { createGroup, groupOf, makeGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

type Target = { conversationId: string; clientMessageId?: string };
const forward = (person: Person, path: string, to: readonly (Target | object)[]) =>
  server.request.post(`/api/v1${path}/forward`).set(person.authorization).send({ to });
const inChat = (chatId: string, messageId: string) => `/chats/${chatId}/messages/${messageId}`;
const historyOf = async (person: Person, path: string) =>
  (await server.request.get(`/api/v1${path}/messages`).set(person.authorization).expect(200)).body.items;

test('a message goes on to a chat, a group and a channel; there it tells who wrote it, and not where', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, bob, chat.id, `Grüße @${ada.username} @all`);
  const carl = await makePerson(server);
  const other = await openChat(server, ada, carl);
  const group = await createGroup(server, ada, [carl]);
  const channel = (await createChannel(server, ada).expect(201)).body as { id: string };
  const [carls, to] = [await connect(server, carl.tokens), [other, group, channel]];
  await carls.must('join_group', { groupId: group.id });
  const { body } = await forward(
    ada,
    inChat(chat.id, message.id),
    to.map(({ id }) => ({ conversationId: id })),
  ).expect(200);
  expect(body.items.map((item: Target) => item.conversationId)).toEqual(to.map(({ id }) => id));
  for (const { conversationId, message: forwarded } of body.items)
    expect(forwarded).toMatchObject({
      conversationId,
      content: message.content,
      type: 'text',
      forwardedFrom: { kind: 'chat', senderId: bob.id },
      // Who is called by the words was called where they were written.
      mentions: [],
    });
  expect(body.items[0].message.senderId).toBe(ada.id);
  expect(await carls.next('group_message')).toEqual(body.items[1].message);
  expect((await historyOf(carl, `/chats/${other.id}`)).at(-1)).toEqual(body.items[0].message);
  // Forwarded again it still comes from where it came first.
  const again = await forward(carl, inChat(other.id, body.items[0].message.id), [
    { conversationId: group.id },
  ]).expect(200);
  expect(again.body.items[0].message).toMatchObject({
    senderId: carl.id,
    forwardedFrom: { kind: 'chat', senderId: bob.id },
  });
});

test('forwarding twice with the same keys stores each once', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const group = await createGroup(server, ada, [bob]);
  const to = [
    { conversationId: chat.id, clientMessageId: 'a' },
    { conversationId: group.id, clientMessageId: 'a' },
  ];
  const path = inChat(chat.id, message.id);
  const [first, second] = await Promise.all([
    forward(ada, path, to).expect(200),
    forward(ada, path, to).expect(200),
  ]);
  const [fresh, repeated] = first.body.items[0].message.duplicate ? [second, first] : [first, second];
  type Item = { conversationId: string; message: { id: string; duplicate?: boolean } };
  expect(repeated.body.items.map((item: Item) => item.message.id)).toEqual(
    fresh.body.items.map((item: Item) => item.message.id),
  );
  const third = await forward(ada, path, to).expect(200);
  expect(third.body.items.every((item: Item) => item.message.duplicate)).toBe(true);
  expect(await historyOf(bob, `/chats/${chat.id}`)).toHaveLength(2);
  expect(
    (await historyOf(bob, `/groups/${group.id}`)).filter(({ type }: { type: string }) => type === 'text'),
  ).toHaveLength(1);
  // The key stands for that message: another one under it is refused, and so is a message of one's own.
  const another = await send(server, ada, chat.id, 'x');
  const { body } = await forward(ada, inChat(chat.id, another.id), [to[0] as Target]).expect(200);
  expect(body.items).toEqual([
    { conversationId: chat.id, error: { code: 'idempotency_mismatch', message: expect.any(String) } },
  ]);
  await server.request
    .post(`/api/v1/chats/${chat.id}/messages`)
    .set(ada.authorization)
    .send({ content: 'x', clientMessageId: 'a' })
    .expect(409);
});

test('each one succeeds or is refused by itself', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const carl = await makePerson(server);
  const foreign = await openChat(server, bob, carl);
  const blocked = await openChat(server, ada, carl);
  await server.request.put(`/api/v1/users/${ada.id}/block`).set(carl.authorization).expect(204);
  const { id: channelId, channel } = await makeChannel(server);
  await channel.put(ada, '/follow').expect(200);
  const missing = newId();
  const to = [missing, foreign.id, blocked.id, channelId, chat.id];
  const { body } = await forward(
    ada,
    inChat(chat.id, message.id),
    to.map((conversationId) => ({ conversationId })),
  ).expect(200);
  type Item = { error?: { code: string }; message?: { seq: number } };
  expect(body.items.map(({ error, message: there }: Item) => error?.code ?? there?.seq)).toEqual([
    'not_found',
    'not_found',
    'blocked',
    'forbidden',
    2,
  ]);
});

test('a public channel is told by its name; a private one is not, and nobody of a post that is not signed', async () => {
  const { id, channel, owner, follower, stranger } = await makeChannel(server);
  const chat = await openChat(server, follower, stranger);
  const unsigned = await post(server, owner, id, 'unsigned');
  const path = (messageId: string): string => `/channels/${id}/messages/${messageId}`;
  const to = [{ conversationId: chat.id }];
  const origin = async (person: Person, messageId: string) =>
    (await forward(person, path(messageId), to).expect(200)).body.items[0].message.forwardedFrom;
  expect(await origin(follower, unsigned.id)).toEqual({
    kind: 'channel',
    conversationId: id,
    title: 'News',
    senderId: null,
  });
  // Whoever reads it may forward it.
  expect(await origin(stranger, unsigned.id)).toMatchObject({ conversationId: id });
  await channel.patch(owner, '', { signed: true, visibility: 'private' }).expect(200);
  const signed = await post(server, owner, id, 'signed');
  expect(await origin(follower, signed.id)).toEqual({ kind: 'channel', senderId: owner.id });
  await forward(stranger, path(signed.id), to).expect(404);
});

test('what cannot be seen, was cleared, deleted or written by the system is not forwarded; bad requests are told so', async () => {
  const { group, id, owner, member, stranger } = await makeGroup(server);
  const { body: message } = await group.post(owner, '/messages', { content: 'x' }).expect(201);
  const path = `/groups/${id}/messages/${message.id}`;
  const to = [{ conversationId: id }];
  await server.request.post(`/api/v1${path}/forward`).send({ to }).expect(401);
  await forward(stranger, path, to).expect(404);
  await forward(owner, `/chats/${id}/messages/${message.id}`, to).expect(404);
  await forward(owner, `/groups/${id}/messages/${newId()}`, to).expect(404);
  const [note] = (await groupOf(server, id).get(owner, '/messages').expect(200)).body.items;
  await forward(owner, `/groups/${id}/messages/${note.id}`, to).expect(403);
  await server.request
    .delete(`/api/v1/conversations/${id}/history`)
    .set(member.authorization)
    .send({ uptoSeq: message.seq })
    .expect(200);
  await forward(member, path, to).expect(404);
  await groupOf(server, id).delete(owner, `/messages/${message.id}`).expect(204);
  await forward(owner, path, to).expect(410);
  for (const wrong of [[], [{}], [{ conversationId: 'x' }], [{ conversationId: id, clientMessageId: ' ' }]])
    await forward(owner, path, wrong).expect(400);
  await forward(
    owner,
    path,
    Array.from({ length: 21 }, () => ({ conversationId: id })),
  ).expect(400);
});

test('every one of them counts as a message', async () => {
  const limited = await startTestServer();
  try {
    const { ada, chat } = await makeChat(limited);
    const message = await send(limited, ada, chat.id, 'x');
    const to = Array.from({ length: 20 }, () => ({ conversationId: chat.id }));
    const request = () =>
      limited.request
        .post(`/api/v1${inChat(chat.id, message.id)}/forward`)
        .set(ada.authorization)
        .send({ to })
        .expect(200);
    for (let round = 0; round < 29; round += 1) await request();
    const { body } = await request();
    expect(body.items.at(-1)).toMatchObject({
      error: { code: 'rate_limited', retryAfter: expect.any(Number) },
    });
    expect(body.items.filter(({ error }: { error?: object }) => error)).toHaveLength(1);
  } finally {
    await limited.stop();
  }
});

test('slow mode and roles hold for what is forwarded', async () => {
  const { id, owner, follower } = await makeChannel(server);
  const message = await post(server, owner, id, 'x');
  const { body } = await forward(follower, `/channels/${id}/messages/${message.id}`, [
    { conversationId: id },
  ]).expect(200);
  expect(body.items[0].error.code).toBe('forbidden');
  const group = await createGroup(server, owner, [follower]);
  await groupOf(server, group.id).patch(owner, '', { slowModeSeconds: 60 }).expect(200);
  const slow = await forward(follower, `/channels/${id}/messages/${message.id}`, [
    { conversationId: group.id },
    { conversationId: group.id },
  ]).expect(200);
  expect(slow.body.items.map(({ error }: { error?: { code: string } }) => error?.code)).toEqual([
    undefined,
    'slow_mode',
  ]);
  expect((await channelOf(server, id).get(owner, '/messages').expect(200)).body.items).toHaveLength(1);
});
