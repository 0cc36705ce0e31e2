import type { Message } from '../../../src/contracts/messages';
import { createGroup, groupOf, makeGroup, seenBy } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const showsReceipts = (person: Person, readReceipts: boolean) =>
  server.request
    .patch('/api/v1/users/me/settings')
    .set(person.authorization)
    .send({ readReceipts })
    .expect(200);

describe('messages of a group', () => {
  test('are sent, listed, fetched, and counted for those who have not read them', async () => {
    const { id, group, owner, member } = await makeGroup(server);
    const { body: sent } = await group.post(member, '/messages', { content: 'hello' }).expect(201);
    expect(sent).toMatchObject({ kind: 'group', groupId: id, senderId: member.id, seq: 2, content: 'hello' });
    expect((await group.get(owner, `/messages/${sent.id}`).expect(200)).body).toEqual(sent);
    const { body: history } = await group.get(owner, '/messages').expect(200);
    expect(history.items.map((message: Message) => message.type)).toEqual(['system', 'text']);
    expect((await seenBy(server, owner, id)).my.unreadCount).toBe(1);
    expect((await seenBy(server, member, id)).my.unreadCount).toBe(0);
    await group.put(owner, '/read', { seq: 2 }).expect(200);
    expect((await seenBy(server, owner, id)).my.unreadCount).toBe(0);
  });

  test('are 404 to strangers and former members, and no chat’s; 400, 401', async () => {
    const { id, group, owner, member, stranger } = await makeGroup(server);
    const { body: sent } = await group.post(member, '/messages', { content: 'hello' }).expect(201);
    await group.delete(owner, `/members/${member.id}`).expect(204);
    for (const person of [stranger, member]) {
      await group.get(person, '/messages').expect(404);
      await group.get(person, `/messages/${sent.id}`).expect(404);
      await group.get(person, `/messages/${sent.id}/receipts`).expect(404);
      await group.get(person, '/changes?since=0').expect(404);
      await group.post(person, '/messages', { content: 'x' }).expect(404);
      await group.put(person, '/read', { seq: 1 }).expect(404);
      await group.put(person, '/delivered', { seq: 1 }).expect(404);
    }
    await server.request.get(`/api/v1/chats/${id}/messages`).set(owner.authorization).expect(404);
    await group.post(owner, '/messages', {}).expect(400);
    await group.put(owner, '/read', { seq: 99 }).expect(400);
    await server.request.post(`/api/v1/groups/${id}/messages`).send({ content: 'x' }).expect(401);
    await server.request.get(`/api/v1/groups/${id}/changes?since=0`).expect(401);
  });
});

describe('slow mode', () => {
  test('makes members wait at both doors, owner and admins not; a retry is answered all the same', async () => {
    const { id, group, owner, admin, member } = await makeGroup(server);
    await group.patch(admin, '', { slowModeSeconds: 3600 }).expect(200);
    const first = { content: 'one', clientMessageId: 'k' };
    const { body: sent } = await group.post(member, '/messages', first).expect(201);
    const client = await connect(server, member.tokens);
    await client.must('join_group', { groupId: id });
    const refused = await group.post(member, '/messages', { content: 'two' }).expect(429);
    expect(refused.body.code).toBe('slow_mode');
    expect(Number(refused.get('Retry-After'))).toBeGreaterThan(3500);
    expect(await client.ask('group_message', { groupId: id, content: 'two' })).toMatchObject({
      ok: false,
      error: { code: 'slow_mode', retryAfter: expect.any(Number) },
    });
    expect((await group.post(member, '/messages', first).expect(200)).body).toEqual({
      ...sent,
      duplicate: true,
    });
    expect(await client.must('group_message', { groupId: id, ...first })).toEqual({
      ...sent,
      duplicate: true,
    });
    for (const person of [owner, admin])
      for (const content of ['a', 'b']) await group.post(person, '/messages', { content }).expect(201);
    await group.patch(admin, '', { slowModeSeconds: 0 }).expect(200);
    await group.post(member, '/messages', { content: 'two' }).expect(201);
  });
});

describe('receipts of a group', () => {
  test('tell those who show theirs how far the others who do have come', async () => {
    const { id, group, owner, admin, member } = await makeGroup(server);
    const { body: sent } = await group.post(owner, '/messages', { content: 'x' }).expect(201);
    await group.put(member, '/read', { seq: sent.seq }).expect(200);
    await group.put(admin, '/delivered', { seq: sent.seq }).expect(200);
    expect((await group.get(owner, `/messages/${sent.id}/receipts`).expect(200)).body).toEqual({
      items: [
        { userId: admin.id, delivered: true, read: false },
        { userId: member.id, delivered: true, read: true },
      ],
    });
    expect((await seenBy(server, owner, id)).receipts).toEqual([
      { userId: admin.id, deliveredSeq: sent.seq, readSeq: 0 },
      { userId: member.id, deliveredSeq: sent.seq, readSeq: sent.seq },
    ]);
    await showsReceipts(member, false);
    expect((await seenBy(server, owner, id)).receipts.map(({ userId }) => userId)).toEqual([admin.id]);
    expect((await seenBy(server, member, id)).receipts).toEqual([]);
    const { body } = await group.get(member, `/messages/${sent.id}/receipts`).expect(200);
    expect(body).toEqual({ items: [] });
  });

  test('are off above a hundred members', async () => {
    const people: Person[] = [];
    for (let index = 0; index < 101; index += 1) people.push(await makePerson(server));
    const [owner, ...others] = people as [Person, ...Person[]];
    const { id } = await createGroup(server, owner, others);
    expect((await seenBy(server, owner, id)).receipts).toEqual([]);
    await groupOf(server, id).delete(owner, `/members/${others[0]?.id}`).expect(204);
    expect((await seenBy(server, owner, id)).receipts).toHaveLength(99);
  });
});

test('changes tell what happened to messages and members, in pages by version', async () => {
  const { group, owner, admin, member, stranger } = await makeGroup(server);
  const { body: start } = await group.get(owner).expect(200);
  await group.post(admin, '/members', { userIds: [stranger.id] }).expect(200);
  await group.post(member, '/messages', { content: 'hello' }).expect(201);
  await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
  const seen: (string | undefined)[] = [];
  let since = start.version as number;
  for (let hasMore = true; hasMore;) {
    const { body } = await group.get(owner, `/changes?since=${since}&limit=1`).expect(200);
    seen.push(
      ...body.members.map((row: { userId: string; role: string }) => `${row.userId} ${row.role}`),
      ...body.messages.map((message: Message) => message.system?.action ?? message.content),
    );
    ({ version: since, hasMore } = body);
  }
  expect(seen).toEqual([`${stranger.id} member`, 'added', 'hello', `${member.id} admin`]);
});
