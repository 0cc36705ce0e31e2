import { openChat, send } from '../../support/chats';
import { deletionsOn, tombstoneOf } from '../../support/deletion';
import { accept, createGroup, groupOf, invite } from '../../support/groups';
import { makePerson, PASSWORD, signIn, signUp, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
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

test('ends every session at once, and nobody can sign in any more', async () => {
  const laptop = await signIn(server, ada);
  expect((await remove(ada).expect(204)).text).toBe('');
  for (const device of [ada, laptop]) {
    const { body } = await get(device, '/users/me').expect(401);
    expect(body.code).toBe('unauthenticated');
    const { refreshToken } = device.tokens;
    await server.request.post('/api/v1/auth/refresh').send({ refreshToken }).expect(401);
  }
  for (const login of [ada.username, ada.email, 'deleted']) {
    const { body } = await server.request
      .post('/api/v1/auth/sign-in')
      .send({ login, password: PASSWORD })
      .expect(401);
    expect(body).toEqual(problem('invalid_credentials'));
  }
  await remove(ada).expect(401);
  expect((await server.mail.waitForMail(ada.email, /deleted/)).text).toContain(ada.username);
});

test('nothing of what they were is left, and nobody finds them', async () => {
  await server.request
    .patch('/api/v1/users/me')
    .set(ada.authorization)
    .send({ displayName: 'Countess', bio: 'numbers' })
    .expect(200);
  const { body: picture } = await server.request
    .put('/api/v1/users/me/avatar')
    .set(ada.authorization)
    .attach('file', tinyPng(2, 2), 'me.png')
    .expect(200);
  await server.request
    .put(`/api/v1/users/${(await makePerson(server)).id}/block`)
    .set(ada.authorization)
    .expect(204);
  const { id: groupId } = await createGroup(server, bob, [ada]);
  await get(ada, `/groups/${groupId}`).expect(200);
  await remove(ada).expect(204);
  await erased();

  await server.request.get(picture.avatarUrl).expect(404);
  expect((await get(bob, `/users/${ada.id}`).expect(200)).body).toMatchObject(tombstoneOf(ada));
  for (const search of [ada.username, 'Countess', 'deleted', '#'])
    expect((await get(bob, `/users?search=${encodeURIComponent(search)}`).expect(200)).body.items).toEqual(
      [],
    );
  await server.request.post('/api/v1/chats').set(bob.authorization).send({ userId: ada.id }).expect(404);
  await server.request.put(`/api/v1/users/${ada.id}/block`).set(bob.authorization).expect(404);
  await server.request
    .post('/api/v1/groups')
    .set(bob.authorization)
    .send({ title: 'Tea', memberIds: [ada.id] })
    .expect(404);
  const { body: added } = await groupOf(server, groupId)
    .post(bob, '/members', { userIds: [ada.id] })
    .expect(200);
  expect(added).toEqual({ items: [], refused: [{ userId: ada.id, code: 'not_found' }] });

  const { reader } = await server.database();
  const row = await reader.user.findUniqueOrThrow({ where: { id: ada.id } });
  const { username, email, passwordHash, displayName, bio, avatarKey, lastSeen } = row;
  expect({ username, email, passwordHash, displayName, bio, avatarKey, lastSeen }).toEqual({
    username: 'deleted',
    email: '',
    passwordHash: '',
    displayName: 'Deleted account',
    bio: '',
    avatarKey: null,
    lastSeen: 'nobody',
  });
  expect(JSON.stringify(row).toLowerCase()).not.toContain(ada.username.toLowerCase());
  const userId = ada.id;
  expect([
    await reader.session.count({ where: { userId } }),
    await reader.oneTimeCode.count({ where: { userId } }),
    await reader.block.count({ where: { blockerId: userId } }),
    await reader.userActivity.count({ where: { userId } }),
    await reader.membership.count({ where: { userId, leftAt: null } }),
    await reader.alert.count({ where: { userId } }),
  ]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('takes codes, invites, waiting mails and what was hidden or muted with it', async () => {
  const { id: groupId } = await createGroup(server, bob, [ada]);
  const group = groupOf(server, groupId);
  await group.patch(bob, `/members/${ada.id}`, { role: 'admin' }).expect(200);
  const { token } = await invite(server, ada, groupId);
  const { body: message } = await group.post(bob, '/messages', { content: 'hello' }).expect(201);
  await group.delete(ada, `/messages/${message.id}?for=me`).expect(204);
  await server.request
    .patch(`/api/v1/conversations/${groupId}/my`)
    .set(ada.authorization)
    .send({ notify: 'none', pinned: true })
    .expect(200);
  server.mail.refusing = true;
  await server.request
    .put('/api/v1/users/me/email')
    .set(ada.authorization)
    .send({ email: `new.${ada.email}`, password: PASSWORD })
    .expect(202);
  await server.request.post('/api/v1/auth/password/forgot').send({ email: ada.email }).expect(202);
  await remove(ada).expect(204);
  await erased();
  const { reader } = await server.database();
  const waiting = (await reader.outboxJob.findMany({ where: { deadAt: null } })).filter(({ payload }) =>
    payload.includes(ada.email),
  );
  server.mail.refusing = false;
  expect(waiting.map(({ payload }) => JSON.parse(payload).subject)).toEqual(['Your account was deleted']);
  await accept(server, await makePerson(server), token).expect(404);
  const userId = ada.id;
  expect([
    await reader.hiddenMessage.count({ where: { userId } }),
    await reader.oneTimeCode.count({ where: { userId } }),
    await reader.invite.count({ where: { createdById: userId } }),
    await reader.membership.count({ where: { userId, OR: [{ pinned: true }, { notify: 'none' }] } }),
  ]).toEqual([0, 0, 0, 0]);
});

test('frees the address and the username; whoever takes them is somebody else', async () => {
  const name = newName();
  const first = await signUp(server, name);
  const chat = await openChat(server, first, bob);
  await send(server, first, chat.id, 'hello');
  await remove(first).expect(204);
  const second = await signUp(server, name);
  expect(second.id).not.toBe(first.id);
  await erased();
  const [message] = await historyOf(bob, chat.id);
  expect(message.senderId).toBe(first.id);
  const { body } = await get(bob, `/users?search=${name}`).expect(200);
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual([second.id]);
  const theirs = await openChat(server, second, bob);
  expect(theirs.id).not.toBe(chat.id);
  expect((await get(second, '/conversations').expect(200)).body.items).toHaveLength(1);
});
