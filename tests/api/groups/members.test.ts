import type { ConversationMember } from '../../../src/contracts/members';
import { newId } from '../../../src/helpers/ids';
import { createGroup, groupOf, makeGroup, seenBy } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', GROUP_MAX_MEMBERS: '6' });
});
afterAll(() => server.stop());

const publicly = ({ user }: Person) => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  avatarUrl: null,
  bio: '',
});
const members = async (person: Person, id: string, query = '') =>
  (await groupOf(server, id).get(person, `/members${query}`).expect(200)).body as {
    items: ConversationMember[];
    nextCursor: string | null;
  };
const roles = async (person: Person, id: string) =>
  Object.fromEntries((await members(person, id)).items.map(({ user, role }) => [user.id, role]));
const changes = async (person: Person, id: string, since: number) =>
  (await groupOf(server, id).get(person, `/changes?since=${since}`).expect(200)).body;

describe('GET …/members', () => {
  test('tells every member who is in, in pages that meet', async () => {
    const { id, owner, admin, member } = await makeGroup(server);
    const whole = await members(member, id);
    expect(whole).toEqual({
      items: [
        { user: publicly(owner), role: 'owner', version: 1, joinedAt: expect.any(String) },
        { user: publicly(admin), role: 'admin', version: 3, joinedAt: expect.any(String) },
        { user: publicly(member), role: 'member', version: 1, joinedAt: expect.any(String) },
      ],
      nextCursor: null,
    });
    const first = await members(member, id, '?limit=2');
    const rest = await members(member, id, `?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items]).toEqual(whole.items);
  });

  test('is 404 for strangers and former members, 400, 401', async () => {
    const { id, group, owner, member, stranger } = await makeGroup(server);
    await group.get(stranger, '/members').expect(404);
    await group.delete(owner, `/members/${member.id}`).expect(204);
    await group.get(member, '/members').expect(404);
    await group.get(owner, '/members?cursor=x').expect(400);
    await server.request.get(`/api/v1/groups/${id}/members`).expect(401);
  });
});

describe('POST …/members', () => {
  test('adds people, tells the group once, and says why others were not added', async () => {
    const { id, group, owner, admin, member, stranger } = await makeGroup(server);
    const [blocker, banned] = [await makePerson(server), await makePerson(server)];
    await server.request.put(`/api/v1/users/${admin.id}/block`).set(blocker.authorization).expect(204);
    await group.put(owner, `/bans/${banned.id}`).expect(204);
    const nobody = newId();
    const { version, memberCount } = await seenBy(server, owner, id);
    const userIds = [stranger.id, nobody, member.id, blocker.id, banned.id, stranger.id, admin.id];
    const { body } = await group.post(admin, '/members', { userIds }).expect(200);
    expect(body).toEqual({
      items: [
        { user: publicly(stranger), role: 'member', version: version + 1, joinedAt: expect.any(String) },
      ],
      refused: [
        { userId: nobody, code: 'not_found' },
        { userId: member.id, code: 'conflict' },
        { userId: blocker.id, code: 'blocked' },
        { userId: banned.id, code: 'forbidden' },
        { userId: admin.id, code: 'conflict' },
      ],
    });
    expect(await seenBy(server, stranger, id)).toMatchObject({
      version: version + 2,
      memberCount: memberCount + 1,
      lastMessage: { system: { action: 'added', actorId: admin.id, targetIds: [stranger.id] } },
      my: { role: 'member', unreadCount: 0 },
    });
  });

  test('adding nobody new changes nothing', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const before = await seenBy(server, owner, id);
    const { body } = await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
    expect(body).toEqual({ items: [], refused: [{ userId: member.id, code: 'conflict' }] });
    expect(await seenBy(server, owner, id)).toEqual(before);
  });

  test('is 422 when the group would be too large, and nobody is added', async () => {
    const { id, group, owner } = await makeGroup(server);
    const people = [];
    for (let index = 0; index < 4; index += 1) people.push((await makePerson(server)).id);
    const { body } = await group.post(owner, '/members', { userIds: people }).expect(422);
    expect(body.code).toBe('limit_reached');
    expect((await seenBy(server, owner, id)).memberCount).toBe(3);
    await group.post(owner, '/members', { userIds: people.slice(1) }).expect(200);
    expect((await seenBy(server, owner, id)).memberCount).toBe(6);
  });

  test('is 403 for members, 404 for strangers, 400, 401', async () => {
    const { id, group, owner, member, stranger } = await makeGroup(server);
    await group.post(member, '/members', { userIds: [stranger.id] }).expect(403);
    await group.post(stranger, '/members', { userIds: [stranger.id] }).expect(404);
    for (const body of [{}, { userIds: [] }, { userIds: ['x'] }])
      await group.post(owner, '/members', body).expect(400);
    await server.request
      .post(`/api/v1/groups/${id}/members`)
      .send({ userIds: [stranger.id] })
      .expect(401);
  });

  test('whoever comes back finds where they had read to, and must fetch anew', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    await group.put(member, '/read', { seq: 1 }).expect(200);
    await group.delete(owner, `/members/${member.id}`).expect(204);
    await group.post(owner, '/messages', { content: 'unheard' }).expect(201);
    await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
    expect((await seenBy(server, member, id)).my).toMatchObject({ lastReadSeq: 1, unreadCount: 1 });
    expect(await changes(member, id, 3)).toMatchObject({ resetRequired: true });
  });
});

describe('PATCH …/members/:userId', () => {
  test('the owner makes an admin and a plain member again; what is so already changes nothing', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const { version } = await seenBy(server, owner, id);
    const { body } = await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
    expect(body).toEqual({
      user: publicly(member),
      role: 'admin',
      version: version + 1,
      joinedAt: expect.any(String),
    });
    const again = await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
    expect(again.body).toEqual(body);
    await group.patch(owner, `/members/${member.id}`, { role: 'member' }).expect(200);
    expect((await seenBy(server, member, id)).version).toBe(version + 2);
    expect((await seenBy(server, member, id)).my.role).toBe('member');
  });

  test('is 403 for admins and of the owner, 404 for strangers and of them, 400, 401', async () => {
    const { id, group, owner, admin, member, stranger } = await makeGroup(server);
    const role = { role: 'member' };
    await group.patch(admin, `/members/${member.id}`, { role: 'admin' }).expect(403);
    await group.patch(admin, `/members/${admin.id}`, role).expect(403);
    await group.patch(owner, `/members/${owner.id}`, role).expect(403);
    await group.patch(stranger, `/members/${member.id}`, role).expect(404);
    await group.patch(owner, `/members/${stranger.id}`, role).expect(404);
    await group.patch(owner, `/members/${member.id}`, { role: 'owner' }).expect(400);
    await server.request.patch(`/api/v1/groups/${id}/members/${member.id}`).send(role).expect(401);
  });

  test('many at once leave one role, told as often as it changed', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const { version } = await seenBy(server, owner, id);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        group.patch(owner, `/members/${member.id}`, { role: index % 2 ? 'admin' : 'member' }).expect(200),
      ),
    );
    const versions = new Set(answers.map(({ body }) => body.version as number));
    const last = Math.max(...versions);
    const now = await changes(owner, id, version);
    expect(now.version).toBe(last);
    expect(now.members).toEqual([
      { userId: member.id, role: (await roles(owner, id))[member.id], version: last },
    ]);
  });
});

describe('DELETE …/members/:userId', () => {
  test('an admin removes a member, who finds the group no more; the others are told', async () => {
    const { id, group, admin, member } = await makeGroup(server);
    const { version } = await seenBy(server, admin, id);
    await group.delete(admin, `/members/${member.id}`).expect(204);
    await group.get(member).expect(404);
    await group.post(member, '/messages', { content: 'x' }).expect(404);
    const { body: sync } = await server.request.get('/api/v1/sync').set(member.authorization).expect(200);
    expect(sync.items).toMatchObject([{ conversationId: id, removed: true, version: version + 1 }]);
    expect(await changes(admin, id, version)).toMatchObject({
      conversation: { memberCount: 2 },
      members: [{ userId: member.id, role: 'member', version: version + 1, leftAt: expect.any(String) }],
      messages: [{ system: { action: 'removed', actorId: admin.id, targetIds: [member.id] } }],
    });
    await group.delete(admin, `/members/${member.id}`).expect(404);
  });

  test('a member and an admin leave', async () => {
    const { id, group, owner, admin, member } = await makeGroup(server);
    for (const person of [member, admin]) await group.delete(person, `/members/${person.id}`).expect(204);
    expect(await seenBy(server, owner, id)).toMatchObject({
      memberCount: 1,
      lastMessage: { system: { action: 'left', actorId: admin.id, targetIds: [] } },
    });
    await group.delete(member, `/members/${member.id}`).expect(404);
  });

  test('the owner cannot leave, and is removed by nobody; an admin not by an admin', async () => {
    const { id, group, owner, admin, member } = await makeGroup(server);
    await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
    await group.delete(owner, `/members/${owner.id}`).expect(403);
    await group.delete(admin, `/members/${owner.id}`).expect(403);
    await group.delete(admin, `/members/${member.id}`).expect(403);
    await group.delete(owner, `/members/${member.id}`).expect(204);
    expect(await roles(owner, id)).toEqual({ [owner.id]: 'owner', [admin.id]: 'admin' });
  });

  test('is 403 for members, 404 for strangers and of them, 400, 401', async () => {
    const { id, group, owner, admin, member, stranger } = await makeGroup(server);
    await group.delete(member, `/members/${admin.id}`).expect(403);
    await group.delete(stranger, `/members/${member.id}`).expect(404);
    await group.delete(owner, `/members/${stranger.id}`).expect(404);
    await group.delete(owner, '/members/x').expect(400);
    await server.request.delete(`/api/v1/groups/${id}/members/${member.id}`).expect(401);
  });
});

describe('PUT …/owner', () => {
  test('gives the group away; who gave it stays as an admin, and may leave', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const { version } = await seenBy(server, owner, id);
    const { body } = await group.put(owner, '/owner', { userId: member.id }).expect(200);
    expect(body).toMatchObject({
      ownerId: member.id,
      version: version + 4,
      my: { role: 'admin' },
      lastMessage: { system: { action: 'owner', actorId: owner.id, targetIds: [member.id] } },
    });
    expect((await changes(member, id, version)).members).toEqual([
      { userId: owner.id, role: 'admin', version: version + 1 },
      { userId: member.id, role: 'owner', version: version + 2 },
    ]);
    await group.put(owner, '/owner', { userId: owner.id }).expect(403);
    await group.delete(owner, `/members/${owner.id}`).expect(204);
    await group.delete(member, `/members/${member.id}`).expect(403);
  });

  test('to whom it belongs already changes nothing', async () => {
    const { id, group, owner } = await makeGroup(server);
    const before = await seenBy(server, owner, id);
    const { body } = await group.put(owner, '/owner', { userId: owner.id }).expect(200);
    expect(body).toEqual(before);
  });

  test('of two at once only one is the owner', async () => {
    const { id, group, owner, admin, member } = await makeGroup(server);
    const answers = await Promise.all(
      [admin, member].map((person) => group.put(owner, '/owner', { userId: person.id })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const { ownerId } = await seenBy(server, owner, id);
    const owners = Object.entries(await roles(owner, id)).filter(([, role]) => role === 'owner');
    expect(owners.map(([userId]) => userId)).toEqual([ownerId]);
  });

  test('is 403 for admins, 404 for strangers and to them, 400, 401', async () => {
    const { id, group, owner, admin, stranger } = await makeGroup(server);
    await group.put(admin, '/owner', { userId: admin.id }).expect(403);
    await group.put(stranger, '/owner', { userId: stranger.id }).expect(404);
    await group.put(owner, '/owner', { userId: stranger.id }).expect(404);
    await group.put(owner, '/owner', {}).expect(400);
    await server.request.put(`/api/v1/groups/${id}/owner`).send({ userId: owner.id }).expect(401);
  });
});

test('an owner of one group is nothing in another', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const [, bobs] = [await createGroup(server, ada), await createGroup(server, bob)];
  await groupOf(server, bobs.id).delete(ada).expect(404);
});
