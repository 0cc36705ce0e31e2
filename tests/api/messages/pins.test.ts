import type { Message } from '../../../src/contracts/messages';
import { newId } from '../../../src/helpers/ids';
import { MOST_PINS } from '../../../src/services/messages/messages.service';
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
const pin = (person: Person, message: Message) =>
  server.request.put(`${pathOf(message)}/pin`).set(person.authorization);
const unpin = (person: Person, message: Message) =>
  server.request.delete(`${pathOf(message)}/pin`).set(person.authorization);
const pins = async (person: Person, { conversationId, kind }: Message): Promise<Message[]> =>
  (await server.request.get(`/api/v1/${kind}s/${conversationId}/pins`).set(person.authorization).expect(200))
    .body.items as Message[];

test('the pinned ones, the latest pin first; the conversation says who pinned what', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const [first, second] = [await send(server, ada, chat.id, 'one'), await send(server, ada, chat.id, 'two')];
  const { body: pinnedSecond } = await pin(bob, second).expect(200);
  expect(pinnedSecond).toEqual({
    ...second,
    version: second.version + 1,
    pinnedAt: expect.stringMatching(/Z$/),
  });
  const { body: pinnedFirst } = await pin(ada, first).expect(200);
  expect(await pins(bob, first)).toEqual([pinnedFirst, pinnedSecond]);
  const { body: page } = await server.request
    .get(`/api/v1/chats/${chat.id}/messages?after=${second.seq}`)
    .set(ada.authorization)
    .expect(200);
  expect(page.items).toMatchObject([
    {
      type: 'system',
      content: null,
      system: { action: 'pinned', actorId: bob.id, targetIds: [], messageId: second.id },
    },
    {
      type: 'system',
      content: null,
      system: { action: 'pinned', actorId: ada.id, targetIds: [], messageId: first.id },
    },
  ]);
  const { body: changes } = await server.request
    .get(`/api/v1/chats/${chat.id}/changes?since=${second.version}`)
    .set(ada.authorization)
    .expect(200);
  expect(changes.messages.map(({ version }: Message) => version)).toEqual([4, 5, 6, 7]);
});

test('the same again changes nothing; one that is pinned no more is told, and says nothing', async () => {
  const { ada, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const { body: pinned } = await pin(ada, message).expect(200);
  expect((await pin(ada, message).expect(200)).body).toEqual(pinned);
  const { body: unpinned } = await unpin(ada, message).expect(200);
  expect(unpinned).toEqual({ ...message, version: pinned.version + 2 });
  expect((await unpin(ada, message).expect(200)).body).toEqual(unpinned);
  expect(await pins(ada, message)).toEqual([]);
});

test('there are 50 at most', async () => {
  const { owner, group } = await makeGroup(server);
  const sent: Message[] = [];
  for (let count = 0; count <= MOST_PINS; count += 1)
    sent.push((await group.post(owner, '/messages', { content: 'x' }).expect(201)).body);
  const last = sent.pop() as Message;
  for (const message of sent) await pin(owner, message).expect(200);
  expect((await pin(owner, last).expect(422)).body).toMatchObject({ code: 'limit_reached' });
  expect((await pins(owner, last)).map(({ id }) => id)).toEqual(sent.map(({ id }) => id).reverse());
  await unpin(owner, sent[7] as Message).expect(200);
  await pin(owner, last).expect(200);
});

test('owner and admins pin in a group, everybody sees it; neither what the system wrote nor what was deleted', async () => {
  const { admin, member, stranger, group } = await makeGroup(server);
  const { body: message } = await group.post(member, '/messages', { content: 'x' }).expect(201);
  expect((await pin(member, message).expect(403)).body).toMatchObject({ code: 'forbidden' });
  await pin(stranger, message).expect(404);
  const { body: pinned } = await pin(admin, message).expect(200);
  expect(await pins(member, message)).toEqual([pinned]);
  await unpin(member, message).expect(403);
  const { body: page } = await group.get(admin, '/messages').expect(200);
  await pin(admin, page.items[0]).expect(403);
  await server.request.delete(pathOf(message)).set(admin.authorization).expect(204);
  expect((await pin(admin, message).expect(410)).body).toMatchObject({ code: 'gone' });
  await group.get(stranger, '/pins').expect(404);
});

test('a channel tells of its pins in no message of its own; whoever may read it sees them', async () => {
  const { owner, admin, follower, stranger, channel, id } = await makeChannel(server);
  const message = await post(server, owner, id, 'x');
  await pin(follower, message).expect(403);
  const { body: pinned } = await pin(admin, message).expect(200);
  expect(await pins(follower, message)).toEqual([pinned]);
  expect(await pins(stranger, message)).toEqual([pinned]);
  expect((await channel.get(follower, '/messages')).body.items).toHaveLength(1);
});

test('whoever has cleared or hidden one does not see it among the pins', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const [first, second] = [await send(server, ada, chat.id, 'one'), await send(server, ada, chat.id, 'two')];
  for (const message of [first, second]) await pin(ada, message).expect(200);
  await server.request
    .delete(`${pathOf(second)}?for=me`)
    .set(bob.authorization)
    .expect(204);
  expect((await pins(bob, first)).map(({ id }) => id)).toEqual([first.id]);
  await server.request
    .delete(`/api/v1/conversations/${chat.id}/history`)
    .set(bob.authorization)
    .send({ uptoSeq: first.seq })
    .expect(200);
  expect(await pins(bob, first)).toEqual([]);
  expect(await pins(ada, first)).toHaveLength(2);
});

test('not across a block', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  await server.request.put(`/api/v1/users/${ada.id}/block`).set(bob.authorization).expect(204);
  expect((await pin(ada, message).expect(403)).body).toMatchObject({ code: 'blocked' });
});

test('is 400 for a wrong id, 401 without a token, 404 for no message, another conversation, a stranger', async () => {
  const { ada, chat } = await makeChat(server);
  const other = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  await pin(ada, { ...message, id: 'x' }).expect(400);
  await server.request.put(`${pathOf(message)}/pin`).expect(401);
  await server.request.get(`/api/v1/chats/${chat.id}/pins`).expect(401);
  for (const act of [pin, unpin]) {
    await act(ada, { ...message, id: newId() }).expect(404);
    await act(ada, { ...message, conversationId: other.chat.id }).expect(404);
    await act(other.ada, message).expect(404);
  }
});
