import type { Message } from '../../../src/contracts/messages';
import { newId } from '../../../src/helpers/ids';
import { makeChannel, post } from '../../support/channels';
import { makeChat, send } from '../../support/chats';
import { makeGroup } from '../../support/groups';
import type { Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const pathOf = ({ conversationId, id, kind }: Message): string =>
  `/api/v1/${kind}s/${conversationId}/messages/${id}`;
const answer = (person: Person, message: Message, body: object = {}) =>
  server.request
    .post(`/api/v1/${message.kind}s/${message.conversationId}/messages`)
    .set(person.authorization)
    .send({ content: 'yes', replyTo: message.id, ...body });
const seen = async (person: Person, message: Message): Promise<Message> =>
  (await server.request.get(pathOf(message)).set(person.authorization).expect(200)).body as Message;

test('an answer shows what it answers, as it is now, and mentions who wrote it', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'Tee?');
  const { body: reply } = await answer(bob, message).expect(201);
  const replyTo = { id: message.id, seq: message.seq, senderId: ada.id, type: 'text', preview: 'Tee?' };
  expect(reply).toMatchObject({ replyTo, mentions: [{ kind: 'user', userId: ada.id }] });
  expect(await seen(ada, reply)).toEqual(reply);
  const { body: page } = await server.request.get(`/api/v1/chats/${chat.id}/messages`).set(ada.authorization);
  expect(page.items).toEqual([message, reply]);
  const { body: inbox } = await server.request.get('/api/v1/chats').set(ada.authorization).expect(200);
  expect(inbox.items[0]).toMatchObject({ lastMessage: reply, my: { unreadCount: 1, mentionCount: 1 } });

  await server.request.patch(pathOf(message)).set(ada.authorization).send({ content: 'Tea?' }).expect(200);
  expect(await seen(bob, reply)).toEqual({ ...reply, replyTo: { ...replyTo, preview: 'Tea?' } });
  await server.request.delete(pathOf(message)).set(ada.authorization).expect(204);
  expect(await seen(bob, reply)).toEqual({ ...reply, replyTo: { ...replyTo, preview: null } });
});

test('a preview is cut between characters, never within one', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const family = '👨‍👩‍👧‍👦';
  const message = await send(server, ada, chat.id, family.repeat(120));
  const { body: reply } = await answer(bob, message).expect(201);
  expect(reply.replyTo.preview).toBe(family.repeat(100));
});

test('the same request again answers the same answer; to another message it is another request', async () => {
  const { ada, chat } = await makeChat(server);
  const [one, two] = [await send(server, ada, chat.id, '1'), await send(server, ada, chat.id, '2')];
  const key = { clientMessageId: 'key-1' };
  const { body: reply } = await answer(ada, one, key).expect(201);
  expect((await answer(ada, one, key).expect(200)).body).toEqual({ ...reply, duplicate: true });
  expect((await answer(ada, two, key).expect(409)).body).toMatchObject({ code: 'idempotency_mismatch' });
  const bare = { content: 'yes', ...key };
  await server.request
    .post(`/api/v1/chats/${chat.id}/messages`)
    .set(ada.authorization)
    .send(bare)
    .expect(409);
  // Also when the sender no longer sees what it answers.
  await server.request
    .delete(`${pathOf(one)}?for=me`)
    .set(ada.authorization)
    .expect(204);
  expect((await answer(ada, one, key).expect(200)).body).toMatchObject({ id: reply.id, duplicate: true });
});

test('an edit of an answer still mentions whom it answers; a deleted one answers nothing', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const { body: reply } = await answer(bob, message).expect(201);
  const edited = await server.request.patch(pathOf(reply)).set(bob.authorization).send({ content: 'no' });
  expect(edited.body).toMatchObject({ replyTo: reply.replyTo, mentions: reply.mentions });
  await server.request.delete(pathOf(reply)).set(bob.authorization).expect(204);
  expect(await seen(ada, reply)).not.toHaveProperty('replyTo');
});

test('in a group people answer the system, and each other', async () => {
  const { owner, member, group } = await makeGroup(server);
  const { body: page } = await group.get(member, '/messages').expect(200);
  const { body: reply } = await answer(member, page.items[0]).expect(201);
  expect(reply.replyTo).toMatchObject({ type: 'system', preview: null });
  const { body: next } = await answer(owner, reply).expect(201);
  expect(next).toMatchObject({ replyTo: { senderId: member.id, preview: 'yes' } });
});

test('in a channel an answer does not tell who wrote either post', async () => {
  const { owner, admin, follower, id } = await makeChannel(server);
  const message = await post(server, owner, id, 'x');
  const { body: reply } = await answer(admin, message).expect(201);
  expect(reply).toMatchObject({ senderId: null, replyTo: { senderId: null, preview: 'x' }, mentions: [] });
  expect(JSON.stringify(await seen(follower, reply))).not.toContain(owner.id);
  await answer(follower, message).expect(403);
});

test('is 400 for what is no message of the conversation that the sender sees, and nothing is stored', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const other = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const elsewhere = await send(server, other.ada, other.chat.id, 'x');
  for (const replyTo of [newId(), elsewhere.id, 'x', 5]) {
    const { body } = await answer(ada, message, { replyTo }).expect(400);
    expect(body.code).toBe('validation_failed');
  }
  await server.request
    .delete(`/api/v1/conversations/${chat.id}/history`)
    .set(bob.authorization)
    .send({ uptoSeq: message.seq })
    .expect(200);
  const { body } = await answer(bob, message).expect(400);
  expect(body.errors).toEqual([{ path: 'replyTo', message: expect.any(String) }]);
  await answer(other.ada, message).expect(404);
  const { body: page } = await server.request.get(`/api/v1/chats/${chat.id}/messages`).set(ada.authorization);
  expect(page.items).toEqual([message]);
});
