import { randomBytes } from 'node:crypto';
import { makeChannel, post } from '../../support/channels';
import { openChat, send } from '../../support/chats';
import { deletionsOn } from '../../support/deletion';
import { addFile, download, uploaded } from '../../support/files';
import { createGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName, until } from '../auth/answers';

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

test('messages stay without a word about it', async () => {
  const chat = await openChat(server, ada, bob);
  await send(server, ada, chat.id, 'kept');
  await remove(ada).expect(204);
  await erased();
  expect((await historyOf(bob, chat.id))[0]).toMatchObject({ content: 'kept', senderId: ada.id });
});

test('messages=delete leaves tombstones everywhere, releases their files, and nothing is found', async () => {
  const chat = await openChat(server, ada, bob);
  const group = await createGroup(server, bob, [ada]);
  const file = await uploaded(server, ada, randomBytes(64));
  const loose = await uploaded(server, ada, randomBytes(64));
  const say = (path: string, body: object) =>
    server.request.post(`/api/v1${path}/messages`).set(ada.authorization).send(body).expect(201);
  for (let count = 0; count < 30; count += 1) await say(`/chats/${chat.id}`, { content: `zebra ${count}` });
  await say(`/chats/${chat.id}`, { attachmentIds: [file.id] });
  await say(`/groups/${group.id}`, { content: 'zebra' });
  await send(server, bob, chat.id, 'giraffe');
  await remove(ada, { query: '?messages=delete' }).expect(204);
  await erased();
  const inChat = await historyOf(bob, chat.id);
  expect(inChat).toHaveLength(32);
  for (const { senderId, content, attachments, deletedAt } of inChat)
    expect([content, attachments, deletedAt]).toEqual(
      senderId === ada.id ? [null, [], expect.any(String)] : ['giraffe', [], undefined],
    );
  const inGroup = await historyOf(bob, group.id, 'groups');
  expect(
    inGroup.map(({ type, deletedAt }: { type: string; deletedAt?: string }) => [type, !!deletedAt]),
  ).toEqual(
    expect.arrayContaining([
      ['text', true],
      ['system', false],
    ]),
  );
  await download(server, `/api/v1/files/${file.id}`, bob).expect(404);
  const { reader } = await server.database();
  expect(await reader.file.count({ where: { id: { in: [file.id, loose.id] } } })).toBe(0);
  await until('the search to forget', async () => {
    const { body } = await get(bob, '/search/messages?q=zebra').expect(200);
    return body.items.length === 0;
  });
});

test('posts of a channel go, too', async () => {
  const { id, admin, owner } = await makeChannel(server);
  await post(server, admin, id, 'news');
  await remove(admin, { query: '?messages=delete' }).expect(204);
  await erased();
  expect((await historyOf(owner, id, 'channels'))[0]).toMatchObject({
    content: null,
    deletedAt: expect.any(String),
  });
});

test('files that no message has go; the others stay with their message', async () => {
  const chat = await openChat(server, ada, bob);
  const kept = await addFile(server, ada);
  const loose = await addFile(server, ada);
  await server.request
    .post(`/api/v1/chats/${chat.id}/messages`)
    .set(ada.authorization)
    .send({ attachmentIds: [kept] })
    .expect(201);
  await remove(ada).expect(204);
  await erased();
  const { reader } = await server.database();
  const left = await reader.file.findMany({ where: { id: { in: [kept, loose] } } });
  expect(left.map(({ id }) => id)).toEqual([kept]);
});
