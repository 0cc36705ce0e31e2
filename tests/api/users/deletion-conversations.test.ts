import { channelOf, channelSeenBy, makeChannel } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { deletionsOn, tombstoneOf } from '../../support/deletion';
import { accept, createGroup, invite, makeGroup, seenBy } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName, problem } from '../auth/answers';

let server: TestServer;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
  bob = await makePerson(server, newName());
});
afterAll(() => server.stop());

const { get, remove, historyOf, erased } = deletionsOn(() => server);

test('a private chat stays with the other one, who can read it and nothing else', async () => {
  const chat = await openChat(server, ada, bob);
  const mine = await send(server, bob, chat.id, 'hello');
  const theirs = await send(server, ada, chat.id, 'hello yourself');
  await remove(ada).expect(204);
  await erased();
  const { body } = await get(bob, `/chats/${chat.id}`).expect(200);
  expect(body).toMatchObject({ peer: tombstoneOf(ada), memberCount: 1, my: { capabilities: [] } });
  expect(body.lastMessage).toMatchObject({ content: 'hello yourself', senderId: ada.id });
  const { body: changes } = await get(bob, `/chats/${chat.id}/changes?since=${theirs.version}`).expect(200);
  expect(changes.members).toEqual([
    { userId: ada.id, role: 'member', version: body.version, leftAt: expect.any(String) },
  ]);
  const at = (path: string) => `/api/v1/chats/${chat.id}/messages${path}`;
  const asBob = (asked: ReturnType<typeof server.request.get>) => asked.set(bob.authorization);
  await asBob(server.request.post(at('')))
    .send({ content: 'still there?' })
    .expect(404);
  await asBob(server.request.patch(at(`/${mine.id}`)))
    .send({ content: 'hullo' })
    .expect(404);
  await asBob(server.request.put(at(`/${theirs.id}/reactions/👍`))).expect(404);
  await asBob(server.request.put(at(`/${theirs.id}/pin`))).expect(404);
  await asBob(server.request.delete(at(`/${mine.id}`))).expect(204);
  const { body: again } = await server.request
    .post('/api/v1/chats')
    .set(bob.authorization)
    .send({ userId: ada.id })
    .expect(200);
  expect(again.id).toBe(chat.id);
});

test('a chat that both have left goes', async () => {
  const { ada: first, bob: second, chat } = await makeChat(server);
  await send(server, first, chat.id, 'hello');
  await remove(first).expect(204);
  await remove(second).expect(204);
  await erased();
  await server.container.deletion.sweep();
  const { reader } = await server.database();
  expect(await reader.message.count({ where: { conversationId: chat.id } })).toBe(0);
});

test('leaves groups and channels as people do', async () => {
  const { id, member, admin, owner } = await makeGroup(server);
  await remove(member).expect(204);
  await remove(admin).expect(204);
  await erased();
  expect((await seenBy(server, owner, id)).memberCount).toBe(1);
  const notes = (await historyOf(owner, id, 'groups')).map(({ system }: { system?: object }) => system);
  expect(notes).toEqual(
    expect.arrayContaining([
      { action: 'left', actorId: member.id, targetIds: [] },
      { action: 'left', actorId: admin.id, targetIds: [] },
    ]),
  );
  const channel = await makeChannel(server);
  await remove(channel.follower).expect(204);
  await remove(channel.admin).expect(204);
  await erased();
  expect((await channelSeenBy(server, channel.owner, channel.id)).memberCount).toBe(1);
});

test('is 409 while others are in what they own, and names it; alone it goes with them', async () => {
  const group = await makeGroup(server);
  const { owner, admin } = group;
  const alone = await createGroup(server, owner, [], 'Diary');
  const { body } = await remove(owner, { query: '?messages=delete' }).expect(409);
  expect(body).toEqual(
    problem('conflict', {
      detail: expect.any(String),
      errors: [{ path: `groups/${group.id}`, message: 'Tea' }],
    }),
  );
  await get(owner, '/users/me').expect(200);
  await group.group.put(owner, '/owner', { userId: admin.id }).expect(200);
  await remove(owner).expect(204);
  await erased();
  expect((await seenBy(server, admin, group.id)).ownerId).toBe(admin.id);
  const { reader } = await server.database();
  expect((await reader.conversation.findUniqueOrThrow({ where: { id: alone.id } })).deletedAt).not.toBeNull();
});

test('whoever comes into what they own at the same moment owns it then', async () => {
  const { id } = await createGroup(server, ada);
  const { id: channelId } = (await channelOfAda()).body;
  const { token } = await invite(server, ada, id);
  const [gone, came, follows] = await Promise.all([
    remove(ada),
    accept(server, bob, token),
    channelOf(server, channelId).put(bob, '/follow'),
  ]);
  if (gone.status === 409) return;
  expect(gone.status).toBe(204);
  await erased();
  if (came.status === 200 && (await get(bob, `/groups/${id}`)).status === 200)
    expect(await seenBy(server, bob, id)).toMatchObject({ ownerId: bob.id, memberCount: 1 });
  if (follows.status === 204 && (await get(bob, `/channels/${channelId}`)).status === 200)
    expect(await channelSeenBy(server, bob, channelId)).toMatchObject({ ownerId: bob.id });
});
const channelOfAda = () =>
  server.request
    .post('/api/v1/channels')
    .set(ada.authorization)
    .send({ title: 'News', visibility: 'public' })
    .expect(201);
