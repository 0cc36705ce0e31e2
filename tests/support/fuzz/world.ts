import { createChannel } from '../channels';
import { openChat, send } from '../chats';
import { uploaded } from '../files';
import { createGroup, groupOf, invite } from '../groups';
import { makePeople, PASSWORD, type Person } from '../people';
import type { TestedServer } from '../server';
import { tinyPng } from '../pictures';

/** What stand-ins are replaced by, by the name of the field or parameter. */
export type Pools = Readonly<Record<string, readonly string[]>>;

export interface FuzzedWorld {
  readonly people: readonly Person[];
  readonly pools: Pools;
}

/** A few people with everything there is: chats, a group, channels, messages, files, invites. The first one is an owner. */
export async function makeFuzzedWorld(server: TestedServer): Promise<FuzzedWorld> {
  const people = await makePeople(server, 4);
  const [owner, admin, member] = people as [Person, Person, Person, Person];
  const { writer, reader } = await server.database();
  await writer.user.updateMany({ where: { id: owner.id }, data: { role: 'owner' } });
  await writer.user.updateMany({ where: { id: admin.id }, data: { role: 'admin' } });
  const chat = await openChat(server, owner, admin);
  const other = await openChat(server, owner, member);
  const group = await createGroup(server, owner, [admin, member]);
  await groupOf(server, group.id).patch(owner, `/members/${admin.id}`, { role: 'admin' }).expect(200);
  const token = (await invite(server, owner, group.id)).token;
  const channels = [];
  for (const visibility of ['public', 'private'])
    channels.push((await createChannel(server, admin, { visibility }).expect(201)).body as { id: string });
  const message = await send(server, owner, chat.id, 'hello');
  const { body: said } = await groupOf(server, group.id)
    .post(member, '/messages', { content: 'hello @all' })
    .expect(201);
  const { body: post } = await server.request
    .post(`/api/v1/channels/${channels[0]?.id}/messages`)
    .set(admin.authorization)
    .send({ content: 'a post' })
    .expect(201);
  const files = [await uploaded(server, owner), await uploaded(server, member, tinyPng(40, 30))];
  const sessions = await reader.session.findMany({ where: { userId: { in: people.map(({ id }) => id) } } });
  const invites = await reader.invite.findMany({ where: { conversationId: group.id } });

  const ids = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id);
  const users = ids(people);
  const conversations = ids([chat, other, group, ...channels]);
  const messages = ids([message, said, post]);
  const pools = {
    users,
    conversations,
    chats: ids([chat, other]),
    groups: [group.id],
    channels: ids(channels),
    messages,
    files: ids(files),
    sessions: ids(sessions),
    invites: ids(invites),
    invitations: [token],
    tokens: people.flatMap(({ tokens }) => [tokens.accessToken, tokens.refreshToken]),
    passwords: [PASSWORD],
    codes: ['123456'],
    names: people.map(({ username }) => username),
    emails: people.map(({ email }) => email),
  };
  return { people, pools: { ...pools, all: Object.values(pools).flat() } };
}

const POOLS: readonly (readonly [RegExp, string])[] = [
  [/^chatId$/, 'chats'],
  [/^groupId$/, 'groups'],
  [/^channelId$/, 'channels'],
  [/^(conversationId|roomId|in)$/, 'conversations'],
  [/^(messageId|replyTo)$/, 'messages'],
  [/^(fileId|attachmentIds)$/, 'files'],
  [/^sessionId$/, 'sessions'],
  [/^inviteId$/, 'invites'],
  [/^(userIds?|memberIds|from|ids|ownerId|actorId)$/, 'users'],
  [/password/i, 'passwords'],
  [/^code$/, 'codes'],
  [/username|login|handle/, 'names'],
  [/email/, 'emails'],
];

function valueOf(pools: Pools, name: string, index: number): string {
  // Three of four are of the right kind.
  const right =
    POOLS.find(([pattern]) => pattern.test(name))?.[1] ?? (name === 'token' ? 'invitations' : 'all');
  const pool = pools[index % 4 === 3 ? 'all' : right] ?? [];
  return pool[index % Math.max(pool.length, 1)] ?? '00000000-0000-7000-8000-000000000000';
}

/** The same with what the world has instead of the stand-ins, wherever they stand. */
export function settle<T>(value: T, pools: Pools): T {
  if (typeof value === 'string')
    return value.replace(/«(\w+) (\d+)»/g, (_, name: string, index: string) =>
      valueOf(pools, name, Number(index)),
    ) as T;
  if (Array.isArray(value)) return value.map((item) => settle(item as unknown, pools)) as T;
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  // Not by assignment: that would lose a field called __proto__.
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, settle(field, pools)])) as T;
}
