import type { AdministeredConversation } from '../../../src/contracts/admin-conversations';
import { makeAdmin } from '../../support/admins';
import { createChannel } from '../../support/channels';
import { makeChat, send } from '../../support/chats';
import { createGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const NOTHING = '0198c0de-0000-7000-8000-000000000001';
const ask = (method: 'get' | 'delete', path: string, by = admin) =>
  server.request[method](`/api/v1/admin${path}`).set(by.authorization);
const listed = async (query: string): Promise<AdministeredConversation[]> =>
  (await ask('get', `/conversations${query}`).expect(200)).body.items;
const logOf = async (targetId: string) =>
  (await ask('get', `/audit-log?targetId=${targetId}`).expect(200)).body.items;

test('lists groups and channels by title, page by page, and no private chats', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const group = await createGroup(server, ada, [bob], 'Xylophones');
  const { body: channel } = await createChannel(server, bob, { title: 'xylems', handle: 'xylems' }).expect(
    201,
  );
  await createGroup(server, bob, [], 'Xylophones');
  expect(await listed('?search=XYL')).toMatchObject(
    [
      {
        ...{ id: channel.id, kind: 'channel', title: 'xylems', handle: 'xylems', visibility: 'public' },
        owner: { id: bob.id },
      },
      {
        ...{ id: group.id, kind: 'group', title: 'Xylophones', handle: null, visibility: null },
        ...{ owner: { id: ada.id, username: ada.username }, memberCount: 2, createdAt: group.createdAt },
      },
      { kind: 'group', title: 'Xylophones', owner: { id: bob.id }, memberCount: 1 },
    ].map(({ createdAt: _, ...item }: Record<string, unknown>) => item),
  );
  expect((await listed('?search=xyl&kind=channel')).map(({ id }) => id)).toEqual([channel.id]);
  const all = await listed('?limit=100');
  expect(all.map(({ id }) => id)).not.toContain(chat.id);
  const found: AdministeredConversation[] = [];
  for (let cursor = ''; ;) {
    const { body } = await ask('get', `/conversations?limit=1${cursor}`).expect(200);
    found.push(...body.items);
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(found).toEqual(all);
  for (const query of ['?kind=chat', '?cursor=x', '?search='])
    await ask('get', `/conversations${query}`).expect(400);
  await ask('get', '/conversations', ada).expect(403);
});

test('a group goes for everybody, whoever owns it, and its members hear it', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const { id } = await createGroup(server, ada, [bob], 'Bad tea');
  const bobs = await connect(server, bob.tokens);
  await ask('delete', `/conversations/${id}`, ada).expect(403);
  const answers = await Promise.all([
    ask('delete', `/conversations/${id}`),
    ask('delete', `/conversations/${id}`),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
  expect(await bobs.next('conversation_removed')).toMatchObject({ conversationId: id, reason: 'deleted' });
  await server.request.get(`/api/v1/groups/${id}`).set(ada.authorization).expect(404);
  expect(await logOf(id)).toMatchObject([
    {
      ...{ action: 'conversation.deleted', actorId: admin.id, targetType: 'conversation' },
      before: { kind: 'group', title: 'Bad tea', memberCount: 2 },
    },
  ]);
});

test('a private chat cannot be deleted, nor what is not there', async () => {
  const { ada, chat } = await makeChat(server);
  await ask('delete', `/conversations/${chat.id}`).expect(404);
  await ask('delete', `/conversations/${NOTHING}`).expect(404);
  await ask('delete', '/conversations/x').expect(400);
  await server.request.get(`/api/v1/chats/${chat.id}`).set(ada.authorization).expect(200);
});

test('a message goes for everybody who hears it, once, and a tombstone stays', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'buy this');
  const bobs = await connect(server, bob.tokens);
  await bobs.must('join_chat', { chatId: chat.id });
  await ask('delete', `/messages/${message.id}`, ada).expect(403);
  await Promise.all([
    ask('delete', `/messages/${message.id}`).expect(204),
    ask('delete', `/messages/${message.id}`).expect(204),
  ]);
  expect(await bobs.next('message_deleted')).toMatchObject({
    chatId: chat.id,
    id: message.id,
    seq: message.seq,
  });
  const { body } = await server.request
    .get(`/api/v1/chats/${chat.id}/messages/${message.id}`)
    .set(bob.authorization)
    .expect(200);
  expect(body).toMatchObject({ content: null, deletedAt: expect.any(String) });
  const log = await logOf(message.id);
  expect(log).toMatchObject([
    { action: 'message.deleted', before: { conversationId: chat.id, senderId: ada.id, type: 'text' } },
  ]);
  expect(JSON.stringify(log)).not.toContain('buy this');
  await ask('delete', `/messages/${NOTHING}`).expect(404);
  await ask('delete', '/messages/x').expect(400);
});

test('what the server itself has said stays', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const { id } = await createGroup(server, ada);
  await server.request
    .post(`/api/v1/groups/${id}/members`)
    .set(ada.authorization)
    .send({ userIds: [bob.id] })
    .expect(200);
  const { body } = await server.request
    .get(`/api/v1/groups/${id}/messages`)
    .set(ada.authorization)
    .expect(200);
  const said = body.items.find(({ type }: { type: string }) => type === 'system');
  await ask('delete', `/messages/${said.id}`).expect(403);
});
