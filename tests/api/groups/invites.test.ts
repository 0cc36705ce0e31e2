import type { Invite } from '../../../src/contracts/invites';
import { newId } from '../../../src/helpers/ids';
import { randomToken } from '../../../src/helpers/hashing';
import { accept, createGroup, groupOf, invite, makeGroup, seenBy } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { everyPage } from '../../support/paging';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    RATE_LIMITS: 'off',
    GROUP_MAX_MEMBERS: '30',
    PUBLIC_URL: 'https://chat.example.com/',
  });
});
afterAll(() => server.stop());

const preview = (person: Person, token: string) =>
  server.request.get(`/api/v1/invites/${token}`).set(person.authorization);
const code = async (request: ReturnType<typeof preview>, status: number) =>
  (await request.expect(status)).body.code as string;

/** As if its time were over. */
async function expire(inviteId: string): Promise<void> {
  const { writer } = await server.database();
  await writer.invite.updateMany({
    where: { id: inviteId },
    data: { expiresAt: new Date(Date.now() - 1000) },
  });
}

describe('an invite', () => {
  test('shows where it leads, then lets people in, who are told as having joined', async () => {
    const { id, owner, admin, stranger } = await makeGroup(server);
    const made = await invite(server, admin, id, { maxUses: 2 });
    expect(made).toEqual({
      id: expect.any(String),
      token: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      url: `https://chat.example.com/api/v1/invites/${made.token}`,
      expiresAt: expect.any(String),
      maxUses: 2,
      uses: 0,
      createdAt: expect.any(String),
      createdBy: expect.objectContaining({ id: admin.id }),
    });
    const days = (Date.parse(made.expiresAt) - Date.parse(made.createdAt)) / 86_400_000;
    expect(days).toBe(7);
    const { body: shown } = await preview(stranger, made.token).expect(200);
    expect(shown).toEqual({
      conversation: { id, kind: 'group', title: 'Tea', description: null, avatarUrl: null, memberCount: 3 },
      expiresAt: made.expiresAt,
      joined: false,
    });
    const { body } = await accept(server, stranger, made.token).expect(200);
    expect(body).toEqual(await seenBy(server, stranger, id));
    expect(body).toMatchObject({
      memberCount: 4,
      lastMessage: { system: { action: 'joined', actorId: stranger.id, targetIds: [] } },
      my: { role: 'member', unreadCount: 0 },
    });
    expect((await preview(owner, made.token).expect(200)).body.joined).toBe(true);
  });

  test('whoever is in uses nothing up, not even with one that is used up', async () => {
    const { id, group, owner, member, stranger } = await makeGroup(server);
    const { token } = await invite(server, owner, id, { maxUses: 1 });
    await accept(server, member, token).expect(200);
    await accept(server, stranger, token).expect(200);
    const before = await seenBy(server, stranger, id);
    expect((await accept(server, stranger, token).expect(200)).body).toEqual(before);
    expect(await code(accept(server, await makePerson(server), token), 410)).toBe('gone');
    expect((await group.get(owner, '/invites').expect(200)).body.items).toEqual([]);
  });

  test('with five uses lets in five of twenty who come at once', async () => {
    const owner = await makePerson(server);
    const { id } = await createGroup(server, owner);
    const { token } = await invite(server, owner, id, { maxUses: 5 });
    const people = [];
    for (let index = 0; index < 20; index += 1) people.push(await makePerson(server));
    const answers = await Promise.all(people.map((person) => accept(server, person, token)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(200), ...Array<number>(15).fill(410)]);
    expect((await seenBy(server, owner, id)).memberCount).toBe(6);
  });

  test('is gone when it expired, was revoked, or the group was deleted', async () => {
    const { id, group, owner, stranger } = await makeGroup(server);
    const [first, second, third] = [
      await invite(server, owner, id),
      await invite(server, owner, id),
      await invite(server, owner, id),
    ];
    await expire(first.id);
    await group.delete(owner, `/invites/${second.id}`).expect(204);
    await group.delete(owner, `/invites/${second.id}`).expect(204);
    const list = (await group.get(owner, '/invites').expect(200)).body.items as { id: string }[];
    expect(list.map((live) => live.id)).toEqual([third.id]);
    await group.delete(owner).expect(204);
    for (const { token } of [first, second, third]) {
      expect(await code(preview(stranger, token), 410)).toBe('gone');
      expect(await code(accept(server, stranger, token), 410)).toBe('gone');
    }
  });

  test('is 404 when there is none, 400 for what cannot be one, 401', async () => {
    const ada = await makePerson(server);
    const token = randomToken();
    await preview(ada, token).expect(404);
    await accept(server, ada, token).expect(404);
    await preview(ada, 'x').expect(400);
    await accept(server, ada, 'x'.repeat(65)).expect(400);
    await server.request.get(`/api/v1/invites/${token}`).expect(401);
    await server.request.post(`/api/v1/invites/${token}/accept`).expect(401);
  });

  test('lets nobody into a full group, and is not used up by that', async () => {
    const owner = await makePerson(server);
    const people = [];
    for (let index = 0; index < 29; index += 1) people.push(await makePerson(server));
    const { id } = await createGroup(server, owner, people);
    const { token } = await invite(server, owner, id, { maxUses: 1 });
    const stranger = await makePerson(server);
    expect(await code(accept(server, stranger, token), 422)).toBe('limit_reached');
    await groupOf(server, id).delete(owner, `/members/${people[0]?.id}`).expect(204);
    await accept(server, stranger, token).expect(200);
  });
});

describe('the invites of a group', () => {
  test('are listed without their tokens, latest first, in pages that meet', async () => {
    const { id, group, owner, admin } = await makeGroup(server);
    const made: string[] = [];
    for (const person of [owner, admin, owner]) made.unshift((await invite(server, person, id)).id);
    const paged = await everyPage<Invite>(
      async (query) => (await group.get(admin, `/invites?limit=1${query}`).expect(200)).body,
    );
    expect(JSON.stringify(paged)).not.toContain('token');
    expect(paged.map((live) => live.id)).toEqual(made);
  });

  test('are fifty at most that still let people in', async () => {
    const { id, group, owner } = await makeGroup(server);
    const made = await Promise.all(Array.from({ length: 50 }, () => invite(server, owner, id)));
    expect(await code(group.post(owner, '/invites'), 422)).toBe('limit_reached');
    await group.delete(owner, `/invites/${made[0]?.id}`).expect(204);
    await expire(made[1]?.id ?? '');
    await invite(server, owner, id);
    await invite(server, owner, id);
    expect(await code(group.post(owner, '/invites'), 422)).toBe('limit_reached');
  });

  test('of an admin who is made a plain member, removed or banned let nobody in any more', async () => {
    for (const end of ['demote', 'remove', 'ban'] as const) {
      const { id, group, owner, admin } = await makeGroup(server);
      await invite(server, admin, id);
      const kept = await invite(server, owner, id);
      if (end === 'demote') await group.patch(owner, `/members/${admin.id}`, { role: 'member' }).expect(200);
      else if (end === 'remove') await group.delete(owner, `/members/${admin.id}`).expect(204);
      else await group.put(owner, `/bans/${admin.id}`).expect(204);
      const { body } = await group.get(owner, '/invites').expect(200);
      expect((body as { items: Invite[] }).items.map((live) => live.id)).toEqual([kept.id]);
    }
  });

  test('are 403 to members, 404 to strangers and of others, 400, 401', async () => {
    const { id, group, owner, member, stranger } = await makeGroup(server);
    const other = await makeGroup(server);
    const elsewhere = await invite(server, other.owner, other.id);
    await group.get(member, '/invites').expect(403);
    await group.post(member, '/invites').expect(403);
    await group.delete(member, `/invites/${newId()}`).expect(403);
    await group.get(stranger, '/invites').expect(404);
    await group.post(stranger, '/invites').expect(404);
    await group.delete(stranger, `/invites/${newId()}`).expect(404);
    await group.delete(owner, `/invites/${newId()}`).expect(404);
    await group.delete(owner, `/invites/${elsewhere.id}`).expect(404);
    for (const body of [{ expiresIn: 59 }, { expiresIn: 31 * 86_400 }, { maxUses: 0 }, { uses: 1 }])
      await group.post(owner, '/invites', body).expect(400);
    await server.request.get(`/api/v1/groups/${id}/invites`).expect(401);
    await server.request.post(`/api/v1/groups/${id}/invites`).expect(401);
    await server.request.delete(`/api/v1/groups/${id}/invites/${newId()}`).expect(401);
  });
});

test('only the hash of a token is kept', async () => {
  const { id, owner } = await makeGroup(server);
  const made = await invite(server, owner, id);
  const { reader } = await server.database();
  const row = await reader.invite.findUniqueOrThrow({ where: { id: made.id } });
  expect(JSON.stringify(row)).not.toContain(made.token);
});
