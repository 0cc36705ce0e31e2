import { randomBytes } from 'node:crypto';
import { openChat } from '../../support/chats';
import { deletionsOn, tombstoneOf } from '../../support/deletion';
import { upload } from '../../support/files';
import { makePerson, PASSWORD, signIn, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName } from '../auth/answers';

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

test('twice at the same moment: once', async () => {
  const answers = await Promise.all([remove(ada), remove(ada), remove(await signIn(server, ada))]);
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([204, 401, 401]);
  await erased();
  expect((await get(bob, `/users/${ada.id}`).expect(200)).body).toMatchObject(tombstoneOf(ada));
});

test('during sends: each is stored and taken back, or refused', async () => {
  const chat = await openChat(server, ada, bob);
  const sends = Array.from({ length: 20 }, (_, index) =>
    server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .send({ content: `number ${index}` }),
  );
  const [gone, ...sent] = await Promise.all([remove(ada, { query: '?messages=delete' }), ...sends]);
  expect(gone.status).toBe(204);
  for (const { status } of sent) expect([201, 401, 404]).toContain(status);
  await erased();
  const history = await historyOf(bob, chat.id);
  expect(history).toHaveLength(sent.filter(({ status }) => status === 201).length);
  for (const { content } of history) expect(content).toBeNull();
});

test('during uploads: what was stored is removed, the rest refused', async () => {
  const uploads = Array.from({ length: 5 }, () => upload(server, ada, randomBytes(200_000)));
  const [gone, ...stored] = await Promise.all([remove(ada), ...uploads]);
  expect(gone.status).toBe(204);
  for (const { status } of stored) expect([201, 401]).toContain(status);
  await erased();
  const { reader } = await server.database();
  expect(await reader.file.count({ where: { ownerId: ada.id } })).toBe(0);
});

test('a change of the profile or the password at the same moment is before it, or refused', async () => {
  const [gone, changed, password] = await Promise.all([
    remove(ada),
    server.request.patch('/api/v1/users/me').set(ada.authorization).send({ bio: 'hello' }),
    server.request
      .put('/api/v1/users/me/password')
      .set(ada.authorization)
      .send({ currentPassword: PASSWORD, newPassword: 'another fine password' }),
  ]);
  expect([
    [204, 401],
    [401, 204],
  ]).toContainEqual([gone.status, password.status]);
  expect([200, 401]).toContain(changed.status);
  if (gone.status === 204)
    expect((await get(bob, `/users/${ada.id}`).expect(200)).body).toMatchObject(tombstoneOf(ada));
});
