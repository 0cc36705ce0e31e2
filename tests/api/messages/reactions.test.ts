import type { Message } from '../../../src/contracts/messages';
import { MOST_KINDS } from '../../../src/services/messages/reactions.service';
import { makeChat, openChat, send } from '../../support/chats';
import { groupOf, makeGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newId } from '../../../src/helpers/ids';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const HEART = '\u2764\uFE0F';

type Method = 'put' | 'delete';
const at = (chatId: string, messageId: string, emoji: string): string =>
  `/api/v1/chats/${chatId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`;
const reaction = (method: Method, person: Person, chatId: string, messageId: string, emoji: string) =>
  server.request[method](at(chatId, messageId, emoji)).set(person.authorization);
const seen = async (person: Person, { conversationId, id }: Message): Promise<Message> =>
  (
    await server.request
      .get(`/api/v1/chats/${conversationId}/messages/${id}`)
      .set(person.authorization)
      .expect(200)
  ).body as Message;

test('a reaction is there for both, and is mine for whoever gave it; it counts as a change', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const { body } = await reaction('put', bob, chat.id, message.id, '👍').expect(200);
  expect(body).toEqual({
    ...message,
    version: message.version + 1,
    reactions: [{ emoji: '👍', count: 1, mine: true }],
  });
  expect((await seen(ada, message)).reactions).toEqual([{ emoji: '👍', count: 1, mine: false }]);
  await reaction('put', ada, chat.id, message.id, '👍').expect(200);
  await reaction('put', ada, chat.id, message.id, HEART).expect(200);
  expect((await seen(bob, message)).reactions).toEqual([
    { emoji: '👍', count: 2, mine: true },
    { emoji: HEART, count: 1, mine: false },
  ]);
  const { body: changes } = await server.request
    .get(`/api/v1/chats/${chat.id}/changes?since=${message.version}`)
    .set(bob.authorization)
    .expect(200);
  expect(changes.messages).toEqual([await seen(bob, message)]);
  expect(changes.version).toBe(message.version + 3);
  const { body: inbox } = await server.request.get('/api/v1/chats').set(bob.authorization).expect(200);
  expect(inbox.items[0].lastMessage).toEqual(await seen(bob, message));
});

test('the same again changes nothing; a reaction taken back is gone', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const once = await reaction('put', bob, chat.id, message.id, HEART).expect(200);
  const twice = await reaction('put', bob, chat.id, message.id, '\u2764').expect(200);
  expect(twice.body).toEqual(once.body);
  const gone = await reaction('delete', bob, chat.id, message.id, '\u2764').expect(200);
  expect(gone.body).toEqual({ ...message, version: message.version + 2 });
  expect((await reaction('delete', bob, chat.id, message.id, HEART).expect(200)).body).toEqual(gone.body);
  expect((await reaction('delete', ada, chat.id, message.id, '👍').expect(200)).body).toEqual(gone.body);
});

test('a message has so many kinds of them at most; one that is there takes more people', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const emoji = Array.from({ length: MOST_KINDS }, (_, index) => String.fromCodePoint(0x1f600 + index));
  for (const one of emoji) await reaction('put', ada, chat.id, message.id, one).expect(200);
  const refused = await reaction('put', bob, chat.id, message.id, '🍵').expect(422);
  expect(refused.body).toMatchObject({ code: 'limit_reached' });
  await reaction('put', bob, chat.id, message.id, emoji[3] as string).expect(200);
  await reaction('delete', ada, chat.id, message.id, emoji[0] as string).expect(200);
  await reaction('put', bob, chat.id, message.id, '🍵').expect(200);
  expect((await seen(bob, message)).reactions.map((one) => one.emoji)).toEqual([...emoji.slice(1), '🍵']);
});

test.each(['x', '1', '👍👍', ':+1:', '\u263A\uFE0E', '🇩'])('%j is no emoji', async (text) => {
  const { ada, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  for (const method of ['put', 'delete'] as const) {
    const { body } = await reaction(method, ada, chat.id, message.id, text).expect(400);
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ path: 'params.emoji' }] });
  }
});

test('nobody reacts without signing in, nor strangers, nor to what is not there', async () => {
  const { ada, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const stranger = await makePerson(server);
  const elsewhere = await openChat(server, ada, stranger);
  for (const method of ['put', 'delete'] as const) {
    await server.request[method](at(chat.id, message.id, '👍')).expect(401);
    await reaction(method, stranger, chat.id, message.id, '👍').expect(404);
    await reaction(method, ada, chat.id, newId(), '👍').expect(404);
    await reaction(method, ada, elsewhere.id, message.id, '👍').expect(404);
    const asGroup = at(chat.id, message.id, '👍').replace('/chats/', '/groups/');
    await server.request[method](asGroup).set(ada.authorization).expect(404);
  }
  expect((await seen(ada, message)).version).toBe(message.version);
});

test('what somebody has cleared they cannot react to', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  await server.request
    .delete(`/api/v1/conversations/${chat.id}/history`)
    .set(bob.authorization)
    .send({ uptoSeq: message.seq })
    .expect(200);
  await reaction('put', bob, chat.id, message.id, '👍').expect(404);
  await reaction('put', ada, chat.id, message.id, '👍').expect(200);
});

test('across a block nobody reacts any more, but takes back what was given', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  await reaction('put', bob, chat.id, message.id, '👍').expect(200);
  await server.request.put(`/api/v1/users/${bob.id}/block`).set(ada.authorization).expect(204);
  const { body } = await reaction('put', bob, chat.id, message.id, HEART).expect(403);
  expect(body).toMatchObject({ code: 'blocked' });
  await reaction('put', ada, chat.id, message.id, HEART).expect(403);
  await reaction('delete', bob, chat.id, message.id, '👍').expect(200);
});

test('in a group everybody in it reacts, and nobody who left; nobody to what the system wrote', async () => {
  const { group, id, owner, member, stranger } = await makeGroup(server);
  const { body: message } = await group.post(owner, '/messages', { content: 'x' }).expect(201);
  const path = `/messages/${message.id}/reactions/${encodeURIComponent('👍')}`;
  const { body } = await group.put(member, path).expect(200);
  expect(body).toEqual({
    ...message,
    version: message.version + 1,
    reactions: [{ emoji: '👍', count: 1, mine: true }],
  });
  await group.put(stranger, path).expect(404);
  await group.delete(owner, `/members/${member.id}`).expect(204);
  await group.put(member, path).expect(404);
  await group.delete(member, path).expect(404);
  const { body: history } = await groupOf(server, id).get(owner, '/messages').expect(200);
  const note = history.items.find(({ type }: Message) => type === 'system') as Message;
  await group.put(owner, path.replace(message.id, note.id)).expect(403);
  // Whoever comes back finds their reaction again.
  await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
  const { body: again } = await group.get(member, `/messages/${message.id}`).expect(200);
  expect(again.reactions).toEqual([{ emoji: '👍', count: 1, mine: true }]);
});

test('to what was deleted nobody reacts, and what stood there is gone', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  await reaction('put', bob, chat.id, message.id, '👍').expect(200);
  await server.request
    .delete(`/api/v1/chats/${chat.id}/messages/${message.id}`)
    .set(ada.authorization)
    .expect(204);
  for (const method of ['put', 'delete'] as const) {
    const { body } = await reaction(method, bob, chat.id, message.id, '👍').expect(410);
    expect(body).toMatchObject({ code: 'gone' });
  }
  expect((await seen(bob, message)).reactions).toEqual([]);
});
