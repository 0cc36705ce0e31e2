import type { Message } from '../../src/contracts/messages';
import { makeChannel, post } from '../support/channels';
import { makeChat, send } from '../support/chats';
import { makeGroup } from '../support/groups';
import type { Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const at = (person: Person, method: 'patch' | 'put' | 'delete', message: Message, path = '') =>
  server.request[method](
    `/api/v1/${message.kind}s/${message.conversationId}/messages/${message.id}${path}`,
  ).set(person.authorization);
const aboutOf = ({ conversationId, id, seq, version, kind }: Message, later = 1) => ({
  conversationId,
  [`${kind}Id`]: conversationId,
  id,
  seq,
  version: version + later,
});

test('whoever has joined hears an edit, a pin and a deletion; whoever has not hears that something changed', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'tea');
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  await bobs.must('join_chat', { chatId: chat.id });

  await at(ada, 'patch', message)
    .send({ content: `tea, @${bob.username}?` })
    .expect(200);
  expect(await bobs.next('message_edited')).toEqual({
    ...aboutOf(message),
    content: `tea, @${bob.username}?`,
    editedAt: expect.stringMatching(/Z$/),
    mentions: [{ kind: 'user', userId: bob.id }],
  });
  const { conversationId, seq: lastSeq } = message;
  const inShort = { conversationId, chatId: chat.id, kind: 'chat', lastSeq, version: message.version + 1 };
  expect(await adas.next('inbox_update')).toEqual(inShort);

  await at(ada, 'put', message, '/pin').expect(200);
  expect(await bobs.next('message_pinned')).toEqual({
    ...aboutOf(message, 2),
    pinnedAt: expect.stringMatching(/Z$/),
  });
  const system = { action: 'pinned', actorId: ada.id, targetIds: [], messageId: message.id };
  expect(await bobs.next('chat_message')).toMatchObject({
    type: 'system',
    system,
    version: message.version + 3,
  });
  await at(bob, 'delete', message, '/pin').expect(200);
  expect(await bobs.next('message_pinned')).toEqual({ ...aboutOf(message, 4), pinnedAt: null });

  await at(ada, 'delete', message).expect(204);
  expect(await bobs.next('message_deleted')).toEqual({
    ...aboutOf(message, 5),
    deletedAt: expect.stringMatching(/Z$/),
  });
  expect(adas.payloads('message_deleted')).toEqual([]);
});

test('the own devices hear what one has hidden, and nobody else hears anything', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const [adas, phone, laptop] = [
    await connect(server, ada.tokens),
    await connect(server, bob.tokens),
    await connect(server, bob.tokens),
  ];
  await adas.must('join_chat', { chatId: chat.id });
  await at(bob, 'delete', message, '?for=me').expect(204);
  for (const device of [phone, laptop])
    expect(await device.next('my_updated')).toMatchObject({
      conversationId: chat.id,
      hidden: [message.seq],
      my: { unreadCount: 0 },
    });
  // Hidden already: nothing changes, and what comes next is a change of another kind.
  await at(bob, 'delete', message, '?for=me').expect(204);
  await server.request
    .patch(`/api/v1/conversations/${chat.id}/my`)
    .set(bob.authorization)
    .send({ pinned: true })
    .expect(200);
  const next = await phone.next('my_updated');
  expect(next).toMatchObject({ my: { pinned: true } });
  expect(next).not.toHaveProperty('hidden');
  expect(adas.received.filter(({ name }) => name !== 'ready' && name !== 'presence_change')).toEqual([]);
});

test('an answer is heard with what it answers, by socket and by REST', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'tea?');
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  for (const device of [adas, bobs]) await device.must('join_chat', { chatId: chat.id });
  const answer = { chatId: chat.id, content: 'yes', type: 'text', replyTo: message.id };
  const sent = await bobs.must('chat_message', answer);
  const replyTo = { id: message.id, seq: message.seq, senderId: ada.id, type: 'text', preview: 'tea?' };
  expect(sent).toMatchObject({ replyTo, mentions: [{ kind: 'user', userId: ada.id }] });
  expect(await adas.next('chat_message')).toEqual(sent);
  const refused = await bobs.ask('chat_message', { ...answer, replyTo: chat.id });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'validation_failed', errors: [{ path: 'replyTo' }] },
  });
});

test('in a group a stranger hears nothing; whoever was put out hears nothing any more', async () => {
  const { id, group, owner, member, stranger } = await makeGroup(server);
  const { body: message } = await group.post(owner, '/messages', { content: 'x' }).expect(201);
  const [owners, members, strangers] = [
    await connect(server, owner.tokens),
    await connect(server, member.tokens),
    await connect(server, stranger.tokens),
  ];
  for (const device of [owners, members]) await device.must('join_group', { groupId: id });
  await at(owner, 'patch', message).send({ content: 'y' }).expect(200);
  expect(await members.next('message_edited')).toMatchObject({ groupId: id, content: 'y' });
  await group.delete(owner, `/members/${member.id}`).expect(204);
  await at(owner, 'delete', message).expect(204);
  await owners.next('message_deleted');
  expect(members.payloads('message_deleted')).toEqual([]);
  expect(strangers.received.map(({ name }) => name)).toEqual(['ready']);
});

test('in a channel followers and guests hear of it, and not who did it', async () => {
  const { id, owner, admin, follower, stranger } = await makeChannel(server);
  const message = await post(server, owner, id, 'x');
  const listeners = [await connect(server, follower.tokens), await connect(server, stranger.tokens)];
  for (const device of listeners) await device.must('join_channel', { channelId: id });
  await at(admin, 'put', message, '/pin').expect(200);
  await at(owner, 'patch', message).send({ content: 'y' }).expect(200);
  await at(owner, 'delete', message).expect(204);
  for (const device of listeners) {
    await device.next('message_deleted');
    const heard = device.received.filter(({ name }) => name.startsWith('message_'));
    expect(heard.map(({ name }) => name)).toEqual(['message_pinned', 'message_edited', 'message_deleted']);
    expect(JSON.stringify(heard)).not.toContain(owner.id);
    expect(device.payloads('channel_broadcast')).toEqual([]);
  }
});
