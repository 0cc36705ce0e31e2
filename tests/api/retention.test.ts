import { randomBytes } from 'node:crypto';
import type { Message } from '../../src/contracts/messages';
import { createChannel } from '../support/channels';
import { openChat } from '../support/chats';
import { uploaded, unattached } from '../support/files';
import { makeGroup } from '../support/groups';
import { makePerson, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { until, wrongFields } from './auth/answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const DAY_MS = 86_400_000;
const sweep = () => server.container.retention.sweep();

/** Makes all messages of a conversation up to a position that old. */
async function age(conversationId: string, uptoSeq: number, days: number): Promise<void> {
  const { writer } = await server.database();
  await writer.message.updateMany({
    where: { conversationId, seq: { lte: uptoSeq } },
    data: { createdAt: new Date(Date.now() - days * DAY_MS - 60_000) },
  });
}

const say = async (person: Person, path: string, body: object): Promise<Message> =>
  (await server.request.post(`/api/v1${path}/messages`).set(person.authorization).send(body).expect(201))
    .body as Message;
const get = async (person: Person, path: string) =>
  (await server.request.get(`/api/v1${path}`).set(person.authorization).expect(200)).body;

describe('retentionDays', () => {
  test('is set by those who may edit, told to the others, and taken back with null', async () => {
    const { group, owner, admin, member } = await makeGroup(server);
    expect((await group.patch(owner, '', { retentionDays: 30 }).expect(200)).body.retentionDays).toBe(30);
    await group.patch(member, '', { retentionDays: 1 }).expect(403);
    expect((await group.get(member).expect(200)).body.retentionDays).toBe(30);
    expect((await group.patch(admin, '', { retentionDays: null }).expect(200)).body.retentionDays).toBeNull();
    for (const retentionDays of [0, 3651, 1.5, '30'])
      expect(wrongFields(await group.patch(owner, '', { retentionDays }).expect(400))).toEqual([
        'body.retentionDays',
      ]);
  });

  test('older messages go, with all that hangs on them; younger ones stay as they are', async () => {
    const { group, id, owner, member } = await makeGroup(server);
    const path = `/groups/${id}`;
    const file = await uploaded(server, owner, randomBytes(100));
    const old = await say(owner, path, { content: 'an old secret', type: 'file', attachmentIds: [file.id] });
    await group.patch(owner, `/messages/${old.id}`, {
      content: `another old secret for @${member.username}`,
    });
    await group.put(member, `/messages/${old.id}/reactions/👍`).expect(200);
    await group.put(owner, `/messages/${old.id}/pin`).expect((answer) => answer.status < 300);
    const answer = await say(member, path, { content: 'an answer', replyTo: old.id });
    expect(answer.replyTo).toMatchObject({ id: old.id });
    await until('the index', async () => {
      const { items } = await get(owner, '/search/messages?q=secret');
      return (items as unknown[]).length === 1;
    });
    const { version: before } = await get(member, path);
    await age(id, old.seq, 31);
    await group.patch(owner, '', { retentionDays: 30 }).expect(200);
    await sweep();

    const conversation = await get(member, path);
    expect(conversation).toMatchObject({ prunedUptoSeq: old.seq, lastSeq: answer.seq });
    expect(conversation.my.unreadCount).toBe(0);
    expect((await get(owner, path)).my.unreadCount).toBe(1);
    const { items, nextCursor } = await get(member, `${path}/messages`);
    // In between stands that something was pinned.
    expect((items as Message[]).map(({ seq }) => seq)).toEqual([old.seq + 1, answer.seq]);
    expect((items as Message[]).at(-1)?.replyTo).toBeUndefined();
    expect(nextCursor).toBeNull();
    expect(await get(member, `${path}/messages?after=0&limit=1`)).toMatchObject({ nextCursor: null });
    expect((await get(member, `${path}/messages?before=${old.seq + 1}`)).items).toEqual([]);
    await group.get(member, `/messages/${old.id}`).expect(404);
    expect((await get(owner, `${path}/pins`)).items).toEqual([]);
    expect((await get(owner, '/search/messages?q=secret')).items).toEqual([]);
    expect(await get(member, `${path}/changes?since=1`)).toMatchObject({ resetRequired: true });
    expect(await get(member, `${path}/changes?since=${before}`)).toMatchObject({
      resetRequired: false,
      messages: [],
      conversation: { prunedUptoSeq: old.seq },
    });
    const { reader } = await server.database();
    const where = { conversationId: id, seq: { lte: old.seq } };
    expect(
      await Promise.all([
        reader.message.count({ where }),
        reader.messageRevision.count({ where }),
        reader.reaction.count({ where }),
        reader.reactionCount.count({ where }),
        reader.mention.count({ where }),
        reader.attachment.count({ where }),
        reader.searchEntry.count({ where }),
      ]),
    ).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(await unattached(server, [file.id])).toEqual([true]);
  });

  test('where all messages are old none is left; the next one goes on counting', async () => {
    const { group, id, owner, member } = await makeGroup(server);
    const last = await say(owner, `/groups/${id}`, { content: 'hello' });
    await age(id, last.seq, 2);
    await group.patch(owner, '', { retentionDays: 1 }).expect(200);
    await sweep();
    const conversation = await get(member, `/groups/${id}`);
    expect(conversation).toMatchObject({ lastMessage: null, lastSeq: last.seq, prunedUptoSeq: last.seq });
    expect(await get(member, `/groups/${id}/messages`)).toMatchObject({ items: [], nextCursor: null });
    const { items } = await get(member, '/conversations');
    expect((items as { id: string }[]).map((item) => item.id)).toContain(id);
    const next = await say(member, `/groups/${id}`, { content: 'again' });
    expect(next.seq).toBe(last.seq + 1);
    await sweep();
    expect((await get(owner, `/groups/${id}/messages`)).items).toHaveLength(1);
  });

  test('more messages than an act removes go in one sweep, and those of other conversations stay', async () => {
    const owner = await makePerson(server);
    const other = await makePerson(server);
    const chat = await openChat(server, owner, other);
    const { body: channel } = await createChannel(server, owner, { title: 'News' }).expect(201);
    for (let count = 0; count < 250; count += 50)
      await Promise.all(
        Array.from({ length: 50 }, () => say(owner, `/channels/${channel.id}`, { content: 'news' })),
      );
    await say(owner, `/chats/${chat.id}`, { content: 'private' });
    for (const id of [channel.id, chat.id]) await age(id, 1_000, 400);
    const channels = `/api/v1/channels/${channel.id}`;
    await server.request.patch(channels).set(owner.authorization).send({ retentionDays: 365 }).expect(200);
    await sweep();
    expect((await get(owner, `/channels/${channel.id}/messages`)).items).toEqual([]);
    expect((await get(owner, `/chats/${chat.id}/messages`)).items).toHaveLength(1);
  }, 60_000);

  test('two sweeps at the same moment, and people who write meanwhile, lose nothing that is young', async () => {
    const { group, id, owner, member } = await makeGroup(server);
    const last = await say(owner, `/groups/${id}`, { content: 'hello' });
    await age(id, last.seq, 2);
    await group.patch(owner, '', { retentionDays: 1 }).expect(200);
    const said = Array.from({ length: 20 }, (_, index) =>
      say(member, `/groups/${id}`, { content: `young ${index}` }),
    );
    await Promise.all([sweep(), sweep(), ...said]);
    const { items } = await get(owner, `/groups/${id}/messages`);
    expect(items).toHaveLength(20);
  });
});

describe('RETENTION_DAYS', () => {
  test('holds for all conversations, for those that keep messages longer, too', async () => {
    const strict = await startTestServer({ RATE_LIMITS: 'off', RETENTION_DAYS: '7' });
    const before = server;
    server = strict;
    try {
      const { group, id, owner, member } = await makeGroup(server);
      await group.patch(owner, '', { retentionDays: 3650 }).expect(200);
      const chat = await openChat(strict, owner, member);
      const inGroup = await say(owner, `/groups/${id}`, { content: 'hello' });
      const inChat = await say(owner, `/chats/${chat.id}`, { content: 'hello' });
      await say(owner, `/chats/${chat.id}`, { content: 'young' });
      await age(id, inGroup.seq, 8);
      await age(chat.id, inChat.seq, 8);
      await sweep();
      expect((await get(member, `/groups/${id}/messages`)).items).toEqual([]);
      expect((await get(member, `/chats/${chat.id}/messages`)).items).toMatchObject([{ content: 'young' }]);
      expect((await get(member, `/chats/${chat.id}`)).my.unreadCount).toBe(1);
    } finally {
      server = before;
      await strict.stop();
    }
  });
});
