import type { Message, SentMessage } from '../../../src/contracts/messages';
import { channelOf, makeChannel } from '../../support/channels';
import { makeChat, send } from '../../support/chats';
import { groupOf, makeGroup, seenBy } from '../../support/groups';
import type { Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const user = ({ id }: Person) => ({ kind: 'user' as const, userId: id });
const byId = (...people: Person[]) => people.map(user).sort((a, b) => (a.userId < b.userId ? -1 : 1));
const counts = async (person: Person, groupId: string) => {
  const { unreadCount, mentionCount } = (await seenBy(server, person, groupId)).my;
  return { unreadCount, mentionCount };
};

async function say(person: Person, groupId: string, content: string): Promise<SentMessage> {
  return (await groupOf(server, groupId).post(person, '/messages', { content }).expect(201))
    .body as SentMessage;
}

test('a message names those of its @names who are there, and nobody else; everybody reads it so', async () => {
  const { id, group, owner, admin, member, stranger } = await makeGroup(server);
  const content = `hello @${member.username.toUpperCase()}, @${admin.username} @${stranger.username} @nobody-at-all @${owner.username}`;
  const sent = await say(owner, id, content);
  expect(sent).toMatchObject({ content, mentions: byId(admin, member) });
  const { body: history } = await group.get(member, '/messages').expect(200);
  expect(history.items.at(-1)).toEqual(sent);
  const { body: one } = await group.get(admin, `/messages/${sent.id}`).expect(200);
  expect(one).toEqual(sent);
  const { body: changes } = await group.get(member, `/changes?since=${sent.version - 1}`).expect(200);
  expect(changes.messages).toEqual([sent]);
  expect((await seenBy(server, member, id)).lastMessage).toEqual(sent);
});

test('unread mentions are counted until they are read, and one by one', async () => {
  const { id, group, owner, member } = await makeGroup(server);
  const before = await counts(member, id);
  await say(owner, id, `@${member.username} @${member.username}`);
  const second = await say(owner, id, `and @${member.username}`);
  await say(owner, id, 'never mind');
  expect(await counts(member, id)).toEqual({ unreadCount: before.unreadCount + 3, mentionCount: 2 });
  expect((await counts(owner, id)).mentionCount).toBe(0);
  const { body } = await group.put(member, '/read', { seq: second.seq - 1 }).expect(200);
  expect(body.my).toMatchObject({ unreadCount: 2, mentionCount: 1 });
  const { body: read } = await group.put(member, '/read', { seq: second.seq }).expect(200);
  expect(read.my).toMatchObject({ unreadCount: 1, mentionCount: 0 });
});

test('@all calls everybody, from those who may delete what others write; a member calls nobody by it', async () => {
  const { id, owner, admin, member } = await makeGroup(server);
  expect((await say(member, id, 'hello @all')).mentions).toEqual([]);
  const called = await say(admin, id, `@All, and @${member.username} before all`);
  expect(called.mentions).toEqual([user(member), { kind: 'all' }]);
  expect((await say(owner, id, '@all')).mentions).toEqual([{ kind: 'all' }]);
  // Named and called is one mention.
  expect((await counts(member, id)).mentionCount).toBe(2);
  expect((await counts(admin, id)).mentionCount).toBe(1);
});

test('who has left is not named any more', async () => {
  const { id, group, owner, member } = await makeGroup(server);
  await group.delete(owner, `/members/${member.id}`).expect(204);
  expect((await say(owner, id, `@${member.username}`)).mentions).toEqual([]);
});

test('the same request again answers the same mentions and reactions', async () => {
  const { id, group, owner, member } = await makeGroup(server);
  const body = { content: `@${member.username} @all`, clientMessageId: 'k' };
  const { body: first } = await group.post(owner, '/messages', body).expect(201);
  await group.put(owner, `/messages/${first.id}/reactions/${encodeURIComponent('👍')}`).expect(200);
  const members = await connect(server, member.tokens);
  await members.must('join_group', { groupId: id });
  const { body: again } = await group.post(owner, '/messages', body).expect(200);
  const reactions = [{ emoji: '👍', count: 1, mine: true }];
  expect(again).toEqual({ ...first, version: first.version + 1, reactions, duplicate: true });
  expect(await members.next('group_message')).toEqual({
    ...first,
    version: first.version + 1,
    reactions: [{ emoji: '👍', count: 1 }],
  });
});

test('in a private chat the other one can be named, and nobody can call all', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const sent = await send(server, ada, chat.id, `@${bob.username} @all`);
  expect(sent.mentions).toEqual([user(bob)]);
  const { body } = await server.request.get(`/api/v1/chats/${chat.id}`).set(bob.authorization).expect(200);
  expect(body.my).toMatchObject({ unreadCount: 1, mentionCount: 1 });
});

test("a channel's posts call its followers", async () => {
  const { id, owner, follower } = await makeChannel(server);
  const channel = channelOf(server, id);
  const { body } = await channel
    .post(owner, '/messages', { content: `@all @${follower.username}` })
    .expect(201);
  expect(body.mentions).toEqual([user(follower), { kind: 'all' }]);
  const { body: seen } = await channel.get(follower).expect(200);
  expect(seen.my.mentionCount).toBe(1);
});

test('whoever has not joined hears whom the messages of the moment name', async () => {
  const { id, owner, admin, member } = await makeGroup(server);
  const members = await connect(server, member.tokens);
  await say(owner, id, `@${admin.username}, @${member.username}`);
  const told = await members.next('inbox_update');
  expect([...(told.mentionedUserIds ?? [])].sort()).toEqual([admin.id, member.id].sort());
  expect(told).not.toHaveProperty('mentionsAll');
  await say(owner, id, '@all');
  const all = await members.next('inbox_update');
  expect(all).toMatchObject({ mentionsAll: true, preview: '@all' });
  expect(all).not.toHaveProperty('mentionedUserIds');
});

test('messages sent in one batch name each their own', async () => {
  const { id, owner, admin, member, stranger } = await makeGroup(server);
  const { ada, bob, chat } = await makeChat(server);
  const sent = await Promise.all([
    say(owner, id, `@${member.username}`),
    say(owner, id, `@${admin.username} @${bob.username}`),
    send(server, ada, chat.id, `@${bob.username} @${member.username}`),
    say(owner, id, `@${stranger.username}`),
  ]);
  const named = sent.map(({ mentions }: Message) => mentions);
  expect(named).toEqual([[user(member)], [user(admin)], [user(bob)], []]);
});

test('an edit names anew, a reply calls whom it answers, and what was deleted calls nobody', async () => {
  const { id, group, owner, admin, member } = await makeGroup(server);
  const sent = await say(owner, id, `@${member.username}`);
  const edited = await group
    .patch(owner, `/messages/${sent.id}`, { content: `@${admin.username} @all` })
    .expect(200);
  expect(edited.body.mentions).toEqual([user(admin), { kind: 'all' }]);
  expect((await counts(member, id)).mentionCount).toBe(1);
  await group.delete(owner, `/messages/${sent.id}`).expect(204);
  expect((await counts(member, id)).mentionCount).toBe(0);
  expect((await counts(admin, id)).mentionCount).toBe(0);
  const asked = await say(member, id, 'tea?');
  const { body } = await group.post(owner, '/messages', { content: 'yes', replyTo: asked.id }).expect(201);
  expect(body.mentions).toEqual([user(member)]);
  expect((await counts(member, id)).mentionCount).toBe(1);
});
