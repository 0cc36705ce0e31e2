import { RoleGrants } from '../../../src/services/admin/role-grants';
import { privilegedPeople } from '../../../src/services/admin/roles.queries';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
let grants: RoleGrants;
beforeEach(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  grants = new RoleGrants(server.container.database);
});
afterEach(() => server.stop());

const roleOf = async ({ authorization }: Person): Promise<string> =>
  (await server.request.get('/api/v1/users/me').set(authorization).expect(200)).body.role;

test('the first one granted is the owner, the others are admins, and each is written down', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  expect(await grants.grant(ada.email.toUpperCase())).toBe('owner');
  expect(await grants.grant(bob.email)).toBe('admin');
  expect(await grants.grant(bob.email)).toBe('admin');
  expect([await roleOf(ada), await roleOf(bob)]).toEqual(['owner', 'admin']);
  expect(await privilegedPeople(server.container.database.reader)).toEqual([
    { email: ada.email, username: ada.username, role: 'owner' },
    { email: bob.email, username: bob.username, role: 'admin' },
  ]);
  const { body } = await server.request
    .get('/api/v1/admin/audit-log?action=user.role_changed')
    .set(bob.authorization)
    .expect(200);
  expect(body.items).toMatchObject([
    { actorId: null, ip: null, targetId: bob.id, before: { role: 'user' }, after: { role: 'admin' } },
    { actorId: null, ip: null, targetId: ada.id, before: { role: 'user' }, after: { role: 'owner' } },
  ]);
});

test('the only owner cannot lose the role, everybody else can', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  await grants.grant(ada.email);
  await grants.grant(bob.email);
  await expect(grants.revoke(ada.email)).rejects.toThrow('only owner');
  expect(await grants.revoke(bob.email)).toBe('user');
  expect([await roleOf(ada), await roleOf(bob)]).toEqual(['owner', 'user']);
  await expect(grants.grant('nobody@example.com')).rejects.toThrow('nobody@example.com');
});

test('of several granted at the same moment one is the owner', async () => {
  const people = [await makePerson(server), await makePerson(server), await makePerson(server)];
  const roles = await Promise.all(people.map(({ email }) => grants.grant(email)));
  expect(roles.sort()).toEqual(['admin', 'admin', 'owner']);
});

test('whoever is suspended is granted nothing', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  await grants.grant(ada.email);
  await server.request
    .put(`/api/v1/admin/users/${bob.id}/suspension`)
    .set(ada.authorization)
    .send({ reason: 'tea' })
    .expect(200);
  await expect(grants.grant(bob.email)).rejects.toThrow('suspended');
  expect(await privilegedPeople(server.container.database.reader)).toHaveLength(1);
});
