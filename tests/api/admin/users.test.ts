import type { AdministeredUser } from '../../../src/contracts/admin-users';
import { giveRole, makeAdmin } from '../../support/admins';
import { makeChat, send } from '../../support/chats';
import { uploaded } from '../../support/files';
import { createGroup } from '../../support/groups';
import { makePerson, PASSWORD, signIn, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
let owner: Person;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  owner = await makeAdmin(server, 'owner');
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const ask = (method: 'get' | 'put' | 'delete', path: string, by = admin) =>
  server.request[method](`/api/v1/admin/users${path}`).set(by.authorization);
const listed = async (query: string): Promise<AdministeredUser[]> =>
  (await ask('get', query).expect(200)).body.items;
const namesOf = async (query: string) => (await listed(query)).map(({ username }) => username);
const roleOf = async ({ authorization }: Person): Promise<string> =>
  (await server.request.get('/api/v1/users/me').set(authorization).expect(200)).body.role;
const changeRole = ({ id }: Person, role: string, by = owner) => ask('put', `/${id}/role`, by).send({ role });

describe('GET /admin/users', () => {
  test('finds people by the beginning of a name or an address, and by what they are', async () => {
    const [first, second, third] = [
      await makePerson(server, 'zoe1'),
      await makePerson(server, 'Zoe2'),
      await makePerson(server, 'zoe3'),
    ];
    await server.request
      .patch('/api/v1/users/me')
      .set(third.authorization)
      .send({ displayName: 'Queen of tea' })
      .expect(200);
    expect(await namesOf('?search=ZOE')).toEqual(['zoe1', 'Zoe2', 'zoe3']);
    expect(await namesOf('?search=queen%20of')).toEqual(['zoe3']);
    expect(await namesOf('?search=zoe2%40exam')).toEqual(['Zoe2']);
    await ask('put', `/${second.id}/suspension`).send({ reason: 'x' }).expect(200);
    expect(await namesOf('?search=zoe&status=active')).toEqual(['zoe1', 'zoe3']);
    expect(await namesOf('?search=zoe&status=suspended')).toEqual(['Zoe2']);
    expect(await namesOf('?status=suspended')).toEqual(['Zoe2']);
    expect(await namesOf('?status=active')).not.toContain('Zoe2');
    await ask('delete', `/${first.id}`).expect(204);
    expect(await namesOf('?search=zoe')).toEqual(['Zoe2', 'zoe3']);
    expect((await listed('?status=deleted')).map(({ id }) => id)).toEqual([first.id]);
    expect((await listed('?role=owner')).map(({ id }) => id)).toEqual([owner.id]);
    expect((await listed('?role=admin')).map(({ id }) => id)).toEqual([admin.id]);
    expect(await namesOf('?role=user&search=zoe3')).toEqual(['zoe3']);
  });

  test('is read page by page, each once', async () => {
    for (const query of ['', '&status=active', '&status=suspended', '&role=user']) {
      const found: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await ask('get', `?limit=2${query}${cursor}`).expect(200);
        found.push(...body.items.map(({ id }: AdministeredUser) => id));
        if (body.nextCursor === null) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
      expect(found).toEqual((await listed(`?limit=100${query}`)).map(({ id }) => id));
      expect(new Set(found).size).toBe(found.length);
    }
    for (const query of ['?status=x', '?role=x', '?limit=0', '?cursor=x', '?more=1'])
      await ask('get', query).expect(400);
  });
});

test('one person is told of with counts, and without a word of what they wrote', async () => {
  const { ada, bob, chat } = await makeChat(server);
  await createGroup(server, ada, [bob]);
  await send(server, ada, chat.id, 'a secret');
  const { size } = await uploaded(server, ada, tinyPng(2, 2));
  const { body, text } = await ask('get', `/${ada.id}`).expect(200);
  expect(body).toEqual({
    id: ada.id,
    username: ada.username,
    displayName: ada.username,
    avatarUrl: null,
    bio: '',
    email: ada.email,
    role: 'user',
    createdAt: expect.any(String),
    suspension: null,
    lastActivityAt: expect.any(String),
    sessions: 1,
    storageBytes: size,
    chats: 1,
    groups: 1,
    channels: 0,
    owned: 1,
    messages: 1,
  });
  expect(text).not.toContain('secret');
  await ask('get', '/0198c0de-0000-7000-8000-000000000001').expect(404);
  await ask('get', '/x').expect(400);
});

describe('PUT /admin/users/{id}/role', () => {
  test('the owner makes admins and takes it back, and their devices are told', async () => {
    const ada = await makePerson(server);
    const phone = await connect(server, ada.tokens);
    expect((await changeRole(ada, 'admin').expect(200)).body).toMatchObject({ id: ada.id, role: 'admin' });
    await phone.next('user_updated');
    await ask('get', '', ada).expect(200);
    await changeRole(ada, 'admin').expect(200);
    await changeRole(ada, 'user').expect(200);
    await ask('get', '', ada).expect(403);
    const log = await server.request
      .get(`/api/v1/admin/audit-log?targetId=${ada.id}`)
      .set(owner.authorization)
      .expect(200);
    expect(log.body.items).toMatchObject([
      { action: 'user.role_changed', actorId: owner.id, before: { role: 'admin' }, after: { role: 'user' } },
      { action: 'user.role_changed', actorId: owner.id, before: { role: 'user' }, after: { role: 'admin' } },
    ]);
  });

  test('handing the owner over leaves one, whoever is given it at the same moment', async () => {
    const [ada, bob] = [await makePerson(server), await makePerson(server)];
    const answers = await Promise.all([changeRole(ada, 'owner'), changeRole(bob, 'owner')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect([await roleOf(owner), await roleOf(ada), await roleOf(bob)].sort()).toEqual([
      'admin',
      'owner',
      'user',
    ]);
    for (const person of [ada, bob]) await giveRole(server, person, 'user');
    await giveRole(server, owner, 'owner');
  });

  test('an admin may not, nor the owner to themselves; a suspended person becomes nothing', async () => {
    const ada = await makePerson(server);
    expect((await changeRole(ada, 'admin', admin).expect(403)).body.code).toBe('forbidden');
    await changeRole(owner, 'user').expect(403);
    await changeRole(ada, 'king').expect(400);
    await ask('put', `/${ada.id}/suspension`).send({ reason: 'x' }).expect(200);
    expect((await changeRole(ada, 'admin').expect(409)).body.code).toBe('conflict');
  });

  test('the only owner cannot delete their account', async () => {
    const { body } = await server.request
      .delete('/api/v1/users/me')
      .set(owner.authorization)
      .send({ password: PASSWORD })
      .expect(409);
    expect(body.code).toBe('conflict');
    expect(await roleOf(owner)).toBe('owner');
  });
});

test("ending somebody's sessions ends all of them, and they may sign in again", async () => {
  const ada = await makePerson(server);
  const other = await signIn(server, ada);
  const phone = await connect(server, ada.tokens);
  await ask('delete', `/${ada.id}/sessions`).expect(204);
  expect(await phone.next('session_ended')).toEqual({ reason: 'revoked' });
  for (const { authorization } of [ada, other])
    expect((await server.request.get('/api/v1/users/me').set(authorization).expect(401)).body.code).toBe(
      'unauthenticated',
    );
  await signIn(server, ada);
  await ask('delete', `/${owner.id}/sessions`).expect(403);
});

describe('DELETE /admin/users/{id}', () => {
  test('deletes an account that owns a group: the next one in it owns it', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const { id: groupId } = await createGroup(server, ada, [bob]);
    const { id: lonelyId } = await createGroup(server, ada, []);
    const message = await send(server, ada, chat.id, 'hello');
    await ask('put', `/${ada.id}/suspension`).send({ reason: 'x' }).expect(200);
    await ask('delete', `/${ada.id}?messages=delete`).expect(204);
    await server.container.erasure.sweep();
    const get = (path: string) => server.request.get(`/api/v1${path}`).set(bob.authorization);
    expect((await get(`/groups/${groupId}`).expect(200)).body).toMatchObject({
      ownerId: bob.id,
      memberCount: 1,
    });
    const { body } = await get(`/chats/${chat.id}/messages/${message.id}`).expect(200);
    expect(body.content).toBeNull();
    const there = await server.container.database.reader.conversation.findUnique({ where: { id: lonelyId } });
    expect(there?.deletedAt).not.toBeNull();
    expect(await server.container.database.reader.suspension.count({ where: { userId: ada.id } })).toBe(0);
    expect((await server.mail.waitForMail(ada.email, /deleted/)).text).toContain(
      'by those who run this server',
    );
    await ask('delete', `/${ada.id}`).expect(404);
    expect((await ask('get', `/${ada.id}`).expect(200)).body).toMatchObject({ deleted: true, email: '' });
    const log = await server.request
      .get(`/api/v1/admin/audit-log?targetId=${ada.id}&action=user.deleted`)
      .set(admin.authorization)
      .expect(200);
    expect(log.body.items).toMatchObject([{ actorId: admin.id, after: { messages: 'delete' } }]);
  });

  test('not of equals or oneself, and once', async () => {
    for (const whom of [owner, admin]) await ask('delete', `/${whom.id}`).expect(403);
    const ada = await makePerson(server);
    const answers = await Promise.all([ask('delete', `/${ada.id}`), ask('delete', `/${ada.id}`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    await ask('delete', `/${ada.id}?messages=burn`).expect(400);
  });
});
