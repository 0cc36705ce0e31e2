import { channelOf, makeChannel, post } from '../support/channels';
import { makeChat, send } from '../support/chats';
import { until } from '../support/faults';
import { makeGroup } from '../support/groups';
import type { Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const THUMB = encodeURIComponent('👍');
const HEART = encodeURIComponent('\u2764');
const reactionPath = (messageId: string, emoji: string): string =>
  `/messages/${messageId}/reactions/${emoji}`;
const react = (person: Person, chatId: string, messageId: string) =>
  server.request
    .put(`/api/v1/chats/${chatId}${reactionPath(messageId, THUMB)}`)
    .set(person.authorization)
    .expect(200);

test('in a chat both hear who reacts, and how many have; whoever has not joined hears that something changed', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'x');
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  await adas.must('join_chat', { chatId: chat.id });
  await react(bob, chat.id, message.id);
  const about = { conversationId: chat.id, chatId: chat.id, id: message.id, seq: message.seq };
  expect(await adas.next('reaction_changed')).toEqual({
    ...about,
    version: message.version + 1,
    emoji: '👍',
    userId: bob.id,
    added: true,
    count: 1,
  });
  expect(await bobs.next('inbox_update')).toEqual({
    conversationId: chat.id,
    chatId: chat.id,
    kind: 'chat',
    lastSeq: message.seq,
    version: message.version + 1,
  });
  await react(ada, chat.id, message.id);
  expect(await adas.next('reaction_changed')).toMatchObject({ userId: ada.id, added: true, count: 2 });
  // Nothing changes, and nobody is told.
  await react(ada, chat.id, message.id);
  await server.request
    .delete(`/api/v1/chats/${chat.id}${reactionPath(message.id, THUMB)}`)
    .set(bob.authorization)
    .expect(200);
  expect(await adas.next('reaction_changed')).toEqual({
    ...about,
    version: message.version + 3,
    emoji: '👍',
    userId: bob.id,
    added: false,
    count: 1,
  });
  expect(bobs.payloads('reaction_changed')).toEqual([]);
});

test('in a group members hear of reactions, and strangers nothing', async () => {
  const { id, group, owner, member, stranger } = await makeGroup(server);
  const { body: message } = await group.post(owner, '/messages', { content: 'x' }).expect(201);
  const [owners, strangers] = [await connect(server, owner.tokens), await connect(server, stranger.tokens)];
  await owners.must('join_group', { groupId: id });
  await group.put(member, reactionPath(message.id, HEART)).expect(200);
  expect(await owners.next('reaction_changed')).toMatchObject({
    groupId: id,
    emoji: '\u2764\uFE0F',
    userId: member.id,
    count: 1,
  });
  await strangers.must('leave_group', { groupId: id });
  expect(strangers.received.map(({ name }) => name)).toEqual(['ready']);
});

test("a channel's reactions are told together, as counts, by nobody's name, and as one version", async () => {
  const { id, channel, owner, admin, follower, stranger } = await makeChannel(server);
  const message = await post(server, owner, id, 'x');
  const followers = await connect(server, follower.tokens);
  await followers.must('join_channel', { channelId: id });
  for (const person of [owner, admin, follower])
    await channel.put(person, reactionPath(message.id, THUMB)).expect(200);
  const { body } = await channel.put(follower, reactionPath(message.id, HEART)).expect(200);
  await channel.delete(admin, reactionPath(message.id, THUMB)).expect(200);
  expect(body.reactions).toEqual([
    { emoji: '👍', count: 3, mine: true },
    { emoji: '\u2764\uFE0F', count: 1, mine: true },
  ]);
  expect(await followers.next('reaction_changed')).toEqual({
    conversationId: id,
    channelId: id,
    id: message.id,
    seq: message.seq,
    version: message.version + 1,
    reactions: [
      { emoji: '👍', count: 2 },
      { emoji: '\u2764\uFE0F', count: 1 },
    ],
  });
  await channel.put(stranger, reactionPath(message.id, THUMB)).expect(404);
  const { body: changes } = await channel.get(follower, `/changes?since=${message.version}`).expect(200);
  expect(changes).toMatchObject({
    version: message.version + 1,
    messages: [{ version: message.version + 1 }],
  });
  // The next ones are told again.
  await channel.put(admin, reactionPath(message.id, THUMB)).expect(200);
  expect(await followers.next('reaction_changed')).toMatchObject({
    version: message.version + 2,
    reactions: [{ count: 3 }, { count: 1 }],
  });
  expect(followers.payloads('reaction_changed')).toHaveLength(2);
});

test('reactions in a channel that a server did not get to tell are told by the next one', async () => {
  const { id, channel, owner, follower } = await makeChannel(server);
  const message = await post(server, owner, id, 'x');
  await channel.put(follower, reactionPath(message.id, THUMB)).expect(200);
  await server.restart();
  const seen = async () =>
    (await channelOf(server, id).get(follower, `/messages/${message.id}`).expect(200)).body;
  await until(async () => (await seen()).version > message.version, 5_000);
  expect(await seen()).toMatchObject({
    version: message.version + 1,
    reactions: [{ emoji: '👍', count: 1, mine: true }],
  });
});
