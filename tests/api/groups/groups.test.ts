import { utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Conversation } from '../../../src/contracts/conversations';
import { newId } from '../../../src/helpers/ids';
import { createGroup, groupOf, makeGroup, seenBy } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { plain } from '../../support/pictures';
import { everyPage } from '../../support/paging';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', GROUP_MAX_MEMBERS: '5' });
});
afterAll(() => server.stop());

const create = (person: Person, body: object) =>
  server.request.post('/api/v1/groups').set(person.authorization).send(body);
const block = (person: Person, other: Person) =>
  server.request.put(`/api/v1/users/${other.id}/block`).set(person.authorization).expect(204);

describe('POST /groups', () => {
  test('makes a group that all see, each as what they are in it', async () => {
    const [ada, bob] = [await makePerson(server), await makePerson(server)];
    const { body } = await create(ada, {
      title: ' Tea ',
      description: 'at five',
      memberIds: [bob.id, bob.id, ada.id],
    }).expect(201);
    expect(body).toEqual({
      id: expect.any(String),
      kind: 'group',
      title: 'Tea',
      description: 'at five',
      avatarUrl: null,
      ownerId: ada.id,
      slowModeSeconds: 0,
      retentionDays: null,
      prunedUptoSeq: 0,
      memberCount: 2,
      lastMessage: {
        id: expect.any(String),
        conversationId: body.id,
        kind: 'group',
        groupId: body.id,
        seq: 1,
        version: 2,
        senderId: ada.id,
        type: 'system',
        content: null,
        system: { action: 'created', actorId: ada.id, targetIds: [bob.id] },
        attachments: [],
        mentions: [],
        reactions: [],
        createdAt: expect.any(String),
      },
      lastSeq: 1,
      version: 2,
      myVersion: 0,
      receipts: [{ userId: bob.id, deliveredSeq: 0, readSeq: 0 }],
      createdAt: expect.any(String),
      my: {
        role: 'owner',
        lastReadSeq: 0,
        lastDeliveredSeq: 0,
        clearedUptoSeq: 0,
        removedUptoSeq: null,
        unreadCount: 0,
        mentionCount: 0,
        notify: 'all',
        mutedUntil: null,
        pinned: false,
        archived: false,
        capabilities: expect.arrayContaining(['post', 'edit', 'transfer', 'delete']),
      },
    });
    expect(await seenBy(server, bob, body.id)).toEqual({
      ...body,
      receipts: [{ userId: ada.id, deliveredSeq: 0, readSeq: 0 }],
      my: { ...body.my, role: 'member', capabilities: ['post', 'react', 'seeMembers', 'leave'] },
    });
  });

  test('needs nobody else', async () => {
    const ada = await makePerson(server);
    const { body } = await create(ada, { title: 'Notes' }).expect(201);
    expect(body).toMatchObject({ memberCount: 1, description: null });
  });

  test('is 400 for what is no title or no id, 401 without a token', async () => {
    const ada = await makePerson(server);
    for (const body of [
      {},
      { title: '' },
      { title: ' ' },
      { title: 'x'.repeat(129) },
      { title: 'a\u200bb\n' },
    ])
      await create(ada, body).expect(400);
    await create(ada, { title: 'x', memberIds: ['x'] }).expect(400);
    await create(ada, { title: 'x', kind: 'channel' }).expect(400);
    await server.request.post('/api/v1/groups').send({ title: 'x' }).expect(401);
  });

  test('makes nothing when one of them is nobody, blocked either way, or one too many', async () => {
    const [ada, bob, carol] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const refused = async (memberIds: string[]) => (await create(ada, { title: 'x', memberIds })).body.code;
    expect(await refused([bob.id, newId()])).toBe('not_found');
    await block(ada, bob);
    await block(carol, ada);
    expect([await refused([bob.id]), await refused([carol.id])]).toEqual(['blocked', 'blocked']);
    expect(await refused(Array.from({ length: 5 }, () => newId()))).toBe('limit_reached');
    const { body } = await server.request.get('/api/v1/groups').set(ada.authorization).expect(200);
    expect(body).toEqual({ items: [], nextCursor: null });
  });
});

test('GET /groups lists only groups that one is in, in pages that meet', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  await server.request.post('/api/v1/chats').set(ada.authorization).send({ userId: bob.id }).expect(201);
  const made: string[] = [];
  for (let index = 0; index < 3; index += 1) made.unshift((await createGroup(server, ada, [bob])).id);
  await createGroup(server, bob);
  const paged = await everyPage<Conversation>(
    async (query) =>
      (await server.request.get(`/api/v1/groups?limit=1${query}`).set(ada.authorization).expect(200)).body,
  );
  expect(paged.map(({ id }) => id)).toEqual(made);
});

test("GET /groups?search= finds one's own groups by the beginning of their title, whatever its case", async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const titles = ['Élan', 'éland', 'The Élan', '100%', '100 years'];
  for (const title of titles) await createGroup(server, ada, [], title);
  await createGroup(server, bob, [], 'Élan of Bob');
  const found = async (search: string): Promise<string[]> => {
    const query = { search, limit: 100 };
    const { body } = await server.request
      .get('/api/v1/groups')
      .query(query)
      .set(ada.authorization)
      .expect(200);
    return body.items.map(({ title }: Conversation) => title);
  };
  expect(await found('ÉLAN')).toEqual(['éland', 'Élan']);
  expect(await found('100%')).toEqual(['100%']);
  expect(await found('nothing')).toEqual([]);
  await server.request.get('/api/v1/groups?search=').set(ada.authorization).expect(400);
});

describe('GET /groups/:groupId', () => {
  test('is 404 to strangers, for other kinds and for what is not there; 400, 401', async () => {
    const { group, stranger, owner, member } = await makeGroup(server);
    await group.get(stranger).expect(404);
    await groupOf(server, newId()).get(owner).expect(404);
    await groupOf(server, 'x').get(owner).expect(400);
    const { body: chat } = await server.request
      .post('/api/v1/chats')
      .set(owner.authorization)
      .send({ userId: member.id });
    await groupOf(server, chat.id).get(owner).expect(404);
    await server.request.get(`/api/v1/groups/${newId()}`).expect(401);
  });
});

describe('PATCH /groups/:groupId', () => {
  test('an admin changes what they like; a new title is told in the group', async () => {
    const { id, group, admin, owner } = await makeGroup(server);
    const before = await seenBy(server, owner, id);
    const { body } = await group
      .patch(admin, '', { title: 'Coffee', description: 'black', slowModeSeconds: 30 })
      .expect(200);
    expect(body).toMatchObject({
      title: 'Coffee',
      description: 'black',
      slowModeSeconds: 30,
      version: before.version + 2,
      lastMessage: { system: { action: 'title', actorId: admin.id, targetIds: [], title: 'Coffee' } },
    });
    const emptied = await group.patch(admin, '', { description: '' }).expect(200);
    expect(emptied.body).toMatchObject({ description: null, version: before.version + 3 });
  });

  test('what is so already changes nothing', async () => {
    const { id, group, admin } = await makeGroup(server);
    const before = await seenBy(server, admin, id);
    await group.patch(admin, '', { title: 'Tea', description: '', slowModeSeconds: 0 }).expect(200);
    expect(await seenBy(server, admin, id)).toEqual(before);
  });

  test('is 403 for members, 404 for strangers, 400, 401', async () => {
    const { id, group, admin, member, stranger } = await makeGroup(server);
    await group.patch(member, '', { title: 'x' }).expect(403);
    await group.patch(stranger, '', { title: 'x' }).expect(404);
    for (const body of [
      {},
      { title: '' },
      { slowModeSeconds: -1 },
      { slowModeSeconds: 3601 },
      { handle: 'x' },
    ])
      await group.patch(admin, '', body).expect(400);
    await server.request.patch(`/api/v1/groups/${id}`).send({ title: 'x' }).expect(401);
    await groupOf(server, newId()).patch(admin, '', { title: 'x' }).expect(404);
  });
});

describe('the picture of a group', () => {
  const change = async (person: Person, id: string) =>
    server.request
      .put(`/api/v1/groups/${id}/avatar`)
      .set(person.authorization)
      .attach('file', await plain(40, 40).png().toBuffer(), 'x.png');

  test('is shown to everybody, replaced, kept by the sweep, and gone when removed', async () => {
    const { id, group, admin, member } = await makeGroup(server);
    const first = (await change(admin, id)).body.avatarUrl as string;
    await server.request.get(first).expect(200);
    const second = (await change(admin, id)).body.avatarUrl as string;
    await server.request.get(first).expect(404);
    expect((await seenBy(server, member, id)).avatarUrl).toBe(second);
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(path.join(server.home.dataDir, second), longAgo, longAgo);
    await server.container.accounts.sweep();
    await server.request.get(second).expect(200);
    await group.delete(admin, '/avatar').expect(204);
    await group.delete(admin, '/avatar').expect(204);
    await server.request.get(second).expect(404);
    expect((await seenBy(server, member, id)).avatarUrl).toBeNull();
  });

  test('is 403 for members, 404 for strangers, 401', async () => {
    const { id, group, member, stranger } = await makeGroup(server);
    expect((await change(member, id)).status).toBe(403);
    expect((await change(stranger, id)).status).toBe(404);
    await group.delete(member, '/avatar').expect(403);
    await group.delete(stranger, '/avatar').expect(404);
    await server.request.delete(`/api/v1/groups/${id}/avatar`).expect(401);
    await group.put(member, '/avatar', { file: 'x' }).expect(415);
  });
});

describe('DELETE /groups/:groupId', () => {
  test('takes the group from everybody: it is in no inbox, and answers nobody', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const { body: before } = await server.request.get('/api/v1/sync').set(member.authorization);
    await group.delete(owner).expect(204);
    for (const person of [owner, member]) {
      await group.get(person).expect(404);
      await group.get(person, '/messages').expect(404);
      await group.post(person, '/messages', { content: 'x' }).expect(404);
      const inbox = await server.request.get('/api/v1/conversations').set(person.authorization).expect(200);
      expect(inbox.body.items).toEqual([]);
    }
    const { body: sync } = await server.request
      .get(`/api/v1/sync?since=${before.nextCursor}`)
      .set(member.authorization)
      .expect(200);
    expect(sync.items).toMatchObject([{ conversationId: id, kind: 'group', removed: true }]);
    await group.delete(owner).expect(404);
  });

  test('what was said there is removed by the sweep, and no other message', async () => {
    const [{ id, group, owner }, other] = [await makeGroup(server), await makeGroup(server)];
    for (const place of [{ group, owner }, other])
      await place.group.post(place.owner, '/messages', { content: 'x' }).expect(201);
    await group.delete(owner).expect(204);
    await server.container.deletion.sweep();
    const { reader } = await server.database();
    expect(await reader.message.count({ where: { conversationId: id } })).toBe(0);
    expect(await reader.message.count({ where: { conversationId: other.id } })).toBe(2);
    const { body: sync } = await server.request.get('/api/v1/sync').set(owner.authorization).expect(200);
    expect(sync.items).toMatchObject([{ conversationId: id, removed: true }]);
    await server.container.deletion.sweep();
  });

  test('is 403 for admins, 404 for strangers, 401', async () => {
    const { id, group, admin, stranger } = await makeGroup(server);
    await group.delete(admin).expect(403);
    await group.delete(stranger).expect(404);
    await server.request.delete(`/api/v1/groups/${id}`).expect(401);
  });
});
