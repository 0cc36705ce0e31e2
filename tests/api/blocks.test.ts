import type { Conversation } from '../../src/contracts/conversations';
import { newId } from '../../src/helpers/ids';
import { makeChat, send } from '../support/chats';
import { makePerson, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

let server: TestServer;
let ada: Person;
let bob: Person;
let chat: Conversation;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ({ ada, bob, chat } = await makeChat(server));
});
afterAll(() => server.stop());

const block = (person: Person, id: string) =>
  server.request.put(`/api/v1/users/${id}/block`).set(person.authorization);
const unblock = (person: Person, id: string) =>
  server.request.delete(`/api/v1/users/${id}/block`).set(person.authorization);
const blocksOf = async (person: Person) =>
  (await server.request.get('/api/v1/users/me/blocks').set(person.authorization).expect(200)).body;
const capabilitiesOf = async (person: Person) =>
  (await server.request.get(`/api/v1/chats/${chat.id}`).set(person.authorization).expect(200)).body.my
    .capabilities;

test('a block stops messages both ways at both doors, and taking it back lets them through', async () => {
  await block(ada, bob.id).expect(204);
  const adas = await connect(server, ada.tokens);
  for (const person of [ada, bob]) {
    const refused = await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(person.authorization)
      .send({ content: 'x' })
      .expect(403);
    expect(refused.body).toMatchObject({ code: 'blocked' });
    expect(await capabilitiesOf(person)).toEqual([]);
  }
  expect(await adas.ask('chat_message', { chatId: chat.id, content: 'x' })).toMatchObject({
    ok: false,
    error: { code: 'blocked' },
  });
  await unblock(ada, bob.id).expect(204);
  expect(await send(server, bob, chat.id, 'again')).toMatchObject({ seq: 1 });
  expect(await capabilitiesOf(bob)).toEqual(['post', 'react', 'pin']);
});

test('a message stored before the block is still found by its key', async () => {
  const sent = await send(server, bob, chat.id, 'in time', 'k');
  await block(ada, bob.id).expect(204);
  expect(await send(server, bob, chat.id, 'in time', 'k')).toEqual({ ...sent, duplicate: true });
});

test('no new chat is opened across a block', async () => {
  const carol = await makePerson(server);
  await block(carol, ada.id).expect(204);
  const refused = await server.request
    .post('/api/v1/chats')
    .set(ada.authorization)
    .send({ userId: carol.id })
    .expect(403);
  expect(refused.body).toMatchObject({ code: 'blocked' });
  await server.request.post('/api/v1/chats').set(ada.authorization).send({ userId: bob.id }).expect(200);
});

test('blocks are listed, latest first, in pages; twice at once is once', async () => {
  const carol = await makePerson(server);
  await block(ada, bob.id).expect(204);
  await Promise.all([1, 2, 3, 4].map(() => block(ada, carol.id).expect(204)));
  expect((await blocksOf(ada)).items.map((user: { id: string }) => user.id)).toEqual([carol.id, bob.id]);
  const first = await server.request
    .get('/api/v1/users/me/blocks?limit=1')
    .set(ada.authorization)
    .expect(200);
  const second = await server.request
    .get(`/api/v1/users/me/blocks?limit=1&cursor=${first.body.nextCursor}`)
    .set(ada.authorization)
    .expect(200);
  expect([first.body.items[0].id, second.body.items[0].id, second.body.nextCursor]).toEqual([
    carol.id,
    bob.id,
    null,
  ]);
  expect((await blocksOf(bob)).items).toEqual([]);
});

test("both people's devices hear that their view changed, the blocker's that the person did", async () => {
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  await block(ada, bob.id).expect(204);
  for (const client of [adas, bobs])
    expect(await client.next('my_updated')).toMatchObject({
      conversationId: chat.id,
      myVersion: 1,
      my: { capabilities: [] },
    });
  expect(await adas.next('user_updated')).toEqual({ userVersion: expect.any(Number) });
  expect(bobs.payloads('user_updated')).toEqual([]);
});

test('is 400 for oneself and for no id, 401 without a token, 404 for nobody; unblocking nobody is fine', async () => {
  await block(ada, ada.id).expect(400);
  await block(ada, 'x').expect(400);
  await unblock(ada, 'x').expect(400);
  await block(ada, newId()).expect(404);
  await unblock(ada, newId()).expect(204);
  await server.request.put(`/api/v1/users/${bob.id}/block`).expect(401);
  await server.request.delete(`/api/v1/users/${bob.id}/block`).expect(401);
  await server.request.get('/api/v1/users/me/blocks').expect(401);
  await server.request.get('/api/v1/users/me/blocks?cursor=x').set(ada.authorization).expect(400);
});

test('many blocks at once, both ways, meet without a deadlock', async () => {
  const others = await Promise.all(Array.from({ length: 8 }, () => makePerson(server)));
  await Promise.all(
    others.map((other) =>
      server.request.post('/api/v1/chats').set(ada.authorization).send({ userId: other.id }),
    ),
  );
  await Promise.all(
    others.flatMap((other) => [block(ada, other.id).expect(204), block(other, ada.id).expect(204)]),
  );
  expect((await blocksOf(ada)).items).toHaveLength(8);
});
