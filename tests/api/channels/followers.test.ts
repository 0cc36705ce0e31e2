import type { ConversationMember } from '../../../src/contracts/members';
import { newId } from '../../../src/helpers/ids';
import { channelOf, channelSeenBy, makeChannel, post } from '../../support/channels';
import { makeGroup } from '../../support/groups';
import { everyPage } from '../../support/paging';
import { makePeople, makePerson } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

describe('PUT and DELETE /channels/{id}/follow', () => {
  test('let a person in with nothing unread, and out, twice as once, and nobody can tell', async () => {
    const { id, channel, owner, stranger } = await makeChannel(server);
    await post(server, owner, id, 'long ago');
    const before = await channelSeenBy(server, owner, id);
    const { body } = await channel.put(stranger, '/follow').expect(200);
    expect(body).toMatchObject({
      memberCount: 4,
      version: before.version,
      lastSeq: 1,
      my: { role: 'follower', lastReadSeq: 1, unreadCount: 0 },
    });
    expect((await channel.put(stranger, '/follow').expect(200)).body).toEqual(body);
    const { body: changes } = await channel.get(owner, `/changes?since=${before.version}`).expect(200);
    expect(changes).toMatchObject({ version: before.version, members: [], messages: [] });

    await channel.delete(stranger, '/follow').expect(204);
    await channel.delete(stranger, '/follow').expect(204);
    expect(await channelSeenBy(server, owner, id)).toEqual(before);
    expect((await channelSeenBy(server, stranger, id)).my).toBeNull();
    const { body: sync } = await server.request.get('/api/v1/sync').set(stranger.authorization).expect(200);
    expect(sync.items).toMatchObject([{ conversationId: id, kind: 'channel', removed: true }]);
  });

  test('at the same moment by many let each in once', async () => {
    const { id, channel, owner } = await makeChannel(server);
    const people = await Promise.all(Array.from({ length: 8 }, () => makePerson(server)));
    await Promise.all([...people, ...people].map((person) => channel.put(person, '/follow').expect(200)));
    expect((await channelSeenBy(server, owner, id)).memberCount).toBe(11);
  });

  test('let whoever comes back go on where they had read to', async () => {
    const { id, channel, owner, follower } = await makeChannel(server);
    await channel.delete(follower, '/follow').expect(204);
    await post(server, owner, id, 'meanwhile');
    expect((await channel.put(follower, '/follow').expect(200)).body.my.unreadCount).toBe(1);
  });

  test('are 403 to the banned and of the owner, 404 of a group and of nothing, 400, 401', async () => {
    const { id, channel, owner, follower, stranger } = await makeChannel(server);
    const { id: groupId, member } = await makeGroup(server);
    await post(server, owner, id, 'long ago');
    await channel.put(owner, `/bans/${follower.id}`).expect(204);
    await channel.put(owner, `/bans/${stranger.id}`).expect(204);
    await channel.put(follower, '/follow').expect(403);
    await channel.put(stranger, '/follow').expect(403);
    await channel.delete(owner, '/follow').expect(403);
    for (const somewhere of [groupId, newId()]) {
      await channelOf(server, somewhere).put(member, '/follow').expect(404);
      await channelOf(server, somewhere).delete(member, '/follow').expect(404);
    }
    await channelOf(server, 'x').put(owner, '/follow').expect(400);
    await server.request.put(`/api/v1/channels/${id}/follow`).expect(401);
    await channel.delete(owner, `/bans/${stranger.id}`).expect(204);
    await channel.put(stranger, '/follow').expect(200);
    expect((await channel.get(stranger).expect(200)).body.my.unreadCount).toBe(0);
  });
});

test('followers are listed to the owner and the admins only, in pages that meet', async () => {
  const { id, channel, owner, admin, follower, stranger } = await makeChannel(server);
  const listed = await everyPage<ConversationMember>(
    async (query) => (await channel.get(admin, `/followers?limit=1${query}`).expect(200)).body,
  );
  expect(listed.map(({ user, role, version }) => [user.id, role, version > 0])).toEqual([
    [owner.id, 'owner', true],
    [admin.id, 'admin', true],
    [follower.id, 'follower', false],
  ]);
  await channel.get(follower, '/followers').expect(403);
  await channel.get(stranger, '/followers').expect(404);
  await channel.get(owner, '/followers?cursor=x').expect(400);
  await server.request.get(`/api/v1/channels/${id}/followers`).expect(401);
});

describe('PUT and DELETE /channels/{id}/admins/{userId}', () => {
  test('make a follower an admin and a follower again, and a stranger both at once', async () => {
    const { id, channel, owner, follower, stranger } = await makeChannel(server);
    const { version } = await channelSeenBy(server, owner, id);
    const { body } = await channel.put(owner, `/admins/${follower.id}`).expect(200);
    expect(body).toEqual({
      user: expect.objectContaining({ id: follower.id }),
      role: 'admin',
      version: version + 1,
      joinedAt: expect.any(String),
    });
    expect((await channel.put(owner, `/admins/${follower.id}`).expect(200)).body).toEqual(body);
    await channel.put(owner, `/admins/${stranger.id}`).expect(200);
    expect(await channelSeenBy(server, stranger, id)).toMatchObject({
      memberCount: 4,
      ownerId: owner.id,
      version: version + 2,
      my: { role: 'admin', unreadCount: 0 },
    });
    await channel.post(stranger, '/messages', { content: 'mine' }).expect(201);

    await channel.delete(owner, `/admins/${stranger.id}`).expect(204);
    await channel.delete(owner, `/admins/${stranger.id}`).expect(204);
    expect((await channelSeenBy(server, stranger, id)).my?.role).toBe('follower');
    await channel.post(stranger, '/messages', { content: 'no more' }).expect(403);
    const { body: changes } = await channel.get(owner, `/changes?since=${version}`).expect(200);
    expect(changes.members).toMatchObject([
      { userId: follower.id, role: 'admin', version: version + 1 },
      { userId: stranger.id, role: 'follower', version: version + 4 },
    ]);
    const { body: hidden } = await channel.get(stranger, `/changes?since=${version + 2}`).expect(200);
    expect(hidden).toMatchObject({ members: [], version: version + 4, hasMore: false });
    expect(hidden.messages).toHaveLength(1);
  });

  test('are 403 to admins, followers, of the owner and of the banned, 404 to strangers and of nobody, 400, 401', async () => {
    const { id, channel, owner, admin, follower, stranger } = await makeChannel(server);
    const path = `/admins/${stranger.id}`;
    for (const person of [admin, follower]) {
      await channel.put(person, path).expect(403);
      await channel.delete(person, `/admins/${admin.id}`).expect(403);
    }
    await channel.put(stranger, path).expect(404);
    await channel.delete(stranger, path).expect(404);
    await channel.put(owner, `/admins/${owner.id}`).expect(403);
    await channel.delete(owner, `/admins/${owner.id}`).expect(403);
    await channel.put(owner, `/admins/${newId()}`).expect(404);
    await channel.delete(owner, path).expect(404);
    await channel.put(owner, '/admins/x').expect(400);
    await server.request.put(`/api/v1/channels/${id}${path}`).expect(401);
    await server.request.delete(`/api/v1/channels/${id}${path}`).expect(401);
    await server.request.put(`/api/v1/users/${owner.id}/block`).set(stranger.authorization).expect(204);
    expect((await channel.put(owner, path).expect(403)).body.code).toBe('blocked');
    await channel.put(owner, `/bans/${stranger.id}`).expect(204);
    expect((await channel.put(owner, path).expect(403)).body.code).toBe('forbidden');
  });

  test('are at most 49 beside the owner', async () => {
    const { id, channel, owner, follower, stranger } = await makeChannel(server);
    const people = await makePeople(server, 48);
    const database = await server.database();
    await database.writer.membership.createMany({
      data: people.map((person) => ({
        conversationId: id,
        userId: person.id,
        role: 'admin',
        version: 1,
        joinedVersion: 0,
        myVersion: 0,
        createdAt: new Date(),
      })),
    });
    for (const person of [follower, stranger])
      expect((await channel.put(owner, `/admins/${person.id}`).expect(422)).body.code).toBe('limit_reached');
  });
});

describe('PUT /channels/{id}/owner', () => {
  test('gives the channel to a follower; who it is only those know who run it', async () => {
    const { id, channel, owner, admin, follower, stranger } = await makeChannel(server);
    await channel.put(owner, '/owner', { userId: stranger.id }).expect(404);
    await channel.put(admin, '/owner', { userId: admin.id }).expect(403);
    const { body } = await channel.put(owner, '/owner', { userId: follower.id }).expect(200);
    expect(body).toMatchObject({ ownerId: follower.id, my: { role: 'admin' } });
    expect((await channelSeenBy(server, follower, id)).my?.role).toBe('owner');
    expect((await channelSeenBy(server, stranger, id)).ownerId).toBeNull();
    await channel.delete(owner, '/follow').expect(204);
    await channel.delete(follower, '/follow').expect(403);
  });
});

test('a banned follower is out, cannot read, and comes back neither by following nor by an invite', async () => {
  const { id, channel, owner, admin, follower } = await makeChannel(server);
  const { body: invite } = await channel.post(admin, '/invites').expect(201);
  await channel.put(admin, `/bans/${follower.id}`).expect(204);
  expect((await channelSeenBy(server, owner, id)).memberCount).toBe(2);
  for (const path of ['', '/messages', '/changes?since=0', '/followers'])
    await channel.get(follower, path).expect(404);
  await channel.put(follower, '/read', { seq: 0 }).expect(404);
  await channel.put(follower, '/follow').expect(403);
  await server.request.post(`/api/v1/invites/${invite.token}/accept`).set(follower.authorization).expect(403);
  expect((await channel.get(owner, '/bans').expect(200)).body.items).toMatchObject([
    { user: { id: follower.id } },
  ]);
  await channel.put(admin, `/bans/${owner.id}`).expect(403);
});

test('an admin who leaves and follows again is no admin to whoever asks what they missed', async () => {
  const { id, channel, owner, admin } = await makeChannel(server);
  const { version } = await channelSeenBy(server, owner, id);
  await channel.delete(admin, '/follow').expect(204);
  await channel.put(admin, '/follow').expect(200);
  const { body } = await channel.get(owner, `/changes?since=${version}`).expect(200);
  expect(body.members).toEqual([{ userId: admin.id, role: 'follower', version: version + 1 }]);
});
