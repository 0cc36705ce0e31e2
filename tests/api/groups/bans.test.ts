import type { Ban } from '../../../src/contracts/members';
import { newId } from '../../../src/helpers/ids';
import { accept, invite, makeGroup, seenBy } from '../../support/groups';
import { makePerson } from '../../support/people';
import { everyPage } from '../../support/paging';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

describe('a banned person', () => {
  test('is out, finds nothing of the group, and comes back neither by invite nor by being added', async () => {
    const { id, group, owner, admin, member } = await makeGroup(server);
    const { token } = await invite(server, owner, id);
    await group.put(admin, `/bans/${member.id}`).expect(204);
    await group.get(member).expect(404);
    await group.post(member, '/messages', { content: 'x' }).expect(404);
    expect(await seenBy(server, owner, id)).toMatchObject({
      memberCount: 2,
      lastMessage: { system: { action: 'removed', actorId: admin.id, targetIds: [member.id] } },
    });
    const preview = server.request.get(`/api/v1/invites/${token}`).set(member.authorization);
    expect((await preview.expect(403)).body.code).toBe('forbidden');
    expect((await accept(server, member, token).expect(403)).body.code).toBe('forbidden');
    const { body } = await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
    expect(body).toEqual({ items: [], refused: [{ userId: member.id, code: 'forbidden' }] });
    await group.get(member).expect(404);
  });

  test('comes back when the ban is lifted, but not by that alone', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const { token } = await invite(server, owner, id);
    await group.put(owner, `/bans/${member.id}`).expect(204);
    await group.delete(owner, `/bans/${member.id}`).expect(204);
    await group.get(member).expect(404);
    await accept(server, member, token).expect(200);
    await group.get(member).expect(200);
  });

  test('who was never in it does not learn of it, and may come later', async () => {
    const { id, group, owner, stranger } = await makeGroup(server);
    const before = await seenBy(server, owner, id);
    await group.put(owner, `/bans/${stranger.id}`).expect(204);
    expect(await seenBy(server, owner, id)).toEqual(before);
    const { body } = await server.request.get('/api/v1/sync').set(stranger.authorization).expect(200);
    expect(body.items).toEqual([]);
    expect((await group.get(owner, `/changes?since=${before.version}`)).body.members).toEqual([]);
    await group.delete(owner, `/bans/${stranger.id}`).expect(204);
    await group.post(owner, '/members', { userIds: [stranger.id] }).expect(200);
    expect((await seenBy(server, stranger, id)).my.role).toBe('member');
    await group.delete(owner, `/members/${stranger.id}`).expect(204);
    const { body: after } = await server.request.get('/api/v1/sync').set(stranger.authorization).expect(200);
    expect(after.items).toMatchObject([{ conversationId: id, removed: true }]);
  });
});

test('a former member who is banned does not learn of it', async () => {
  const { group, owner, member } = await makeGroup(server);
  await group.delete(owner, `/members/${member.id}`).expect(204);
  const sync = (cursor = '') =>
    server.request.get(`/api/v1/sync${cursor}`).set(member.authorization).expect(200);
  const { nextCursor } = (await sync()).body;
  await group.put(owner, `/bans/${member.id}`).expect(204);
  expect((await sync(`?since=${nextCursor}`)).body.items).toEqual([]);
});

describe('GET …/bans', () => {
  test('lists the banned, latest first, in pages that meet', async () => {
    const { group, owner, admin, member, stranger } = await makeGroup(server);
    const former = await makePerson(server);
    await group.post(owner, '/members', { userIds: [former.id] }).expect(200);
    await group.delete(owner, `/members/${former.id}`).expect(204);
    for (const person of [member, stranger, former]) {
      await group.put(admin, `/bans/${person.id}`).expect(204);
      await group.put(owner, `/bans/${person.id}`).expect(204);
    }
    const paged = await everyPage<Ban>(
      async (query) => (await group.get(admin, `/bans?limit=1${query}`).expect(200)).body,
    );
    expect(paged.map(({ user }) => user.id).sort()).toEqual([former.id, stranger.id, member.id].sort());
    await group.delete(admin, `/bans/${stranger.id}`).expect(204);
    await group.delete(admin, `/bans/${stranger.id}`).expect(204);
    const { body } = await group.get(owner, '/bans').expect(200);
    expect(body.items).toHaveLength(2);
    expect(body.items[0]).toEqual({
      user: expect.objectContaining({ username: expect.any(String) }),
      bannedAt: expect.any(String),
    });
  });
});

test('an admin bans neither the owner nor another admin nor themselves', async () => {
  const { group, owner, admin, member } = await makeGroup(server);
  await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
  for (const person of [owner, member, admin]) await group.put(admin, `/bans/${person.id}`).expect(403);
  await group.put(owner, `/bans/${owner.id}`).expect(403);
  await group.put(owner, `/bans/${admin.id}`).expect(204);
});

test('bans are 403 to members, 404 to strangers and of nobody, 400, 401', async () => {
  const { id, group, owner, member, stranger } = await makeGroup(server);
  const path = `/bans/${stranger.id}`;
  await group.get(member, '/bans').expect(403);
  await group.put(member, path).expect(403);
  await group.delete(member, path).expect(403);
  await group.get(stranger, '/bans').expect(404);
  await group.put(stranger, path).expect(404);
  await group.delete(stranger, path).expect(404);
  await group.put(owner, `/bans/${newId()}`).expect(404);
  await group.put(owner, '/bans/x').expect(400);
  await group.delete(owner, '/bans/x').expect(400);
  await group.get(owner, '/bans?cursor=x').expect(400);
  await server.request.get(`/api/v1/groups/${id}/bans`).expect(401);
  await server.request.put(`/api/v1/groups/${id}${path}`).expect(401);
  await server.request.delete(`/api/v1/groups/${id}${path}`).expect(401);
});
