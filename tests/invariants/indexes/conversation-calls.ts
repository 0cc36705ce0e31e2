import type { NewInvite } from '../../../src/contracts/invites';
import { ask, pages, type Call, type Calls, type World } from './world';

const page =
  (path: string): Call =>
  (world) =>
    pages(world, world.ada, path);
const of =
  (kind: 'group' | 'channel', path: string): Call =>
  (world) =>
    pages(world, world.ada, `/${kind}s/${kind === 'group' ? world.groupId : world.channelId}${path}`);

const inbox: Calls = {
  'the inbox': page('/conversations'),
  'the inbox of one kind': page('/conversations?kind=group'),
  'the inbox without the archive': page('/conversations?archived=false'),
  'the archive': page('/conversations?archived=true&kind=chat'),
  chats: page('/chats'),
  groups: page('/groups'),
  'groups by their title': page('/groups?search=talk%201'),
  channels: page('/channels'),
  'channels by their title': page('/channels?search=talk%201'),
  'channels by their handle': page('/channels?search=@talk_1'),
  'a channel by its handle': (world) => ask(world, world.carol, 'get /channels/@tea_news'),
  'the places of an own view': async (world) => {
    const mine = `/conversations/${world.chatId}` as const;
    await ask(world, world.ada, `patch ${mine}/my`, { pinned: true, archived: true });
    await ask(world, world.ada, `patch ${mine}/my`, { pinned: false, archived: false });
    await ask(world, world.ada, `delete ${mine}/history`, { uptoSeq: 3 });
  },
  sync: async (world) => {
    const { nextCursor } = await ask<{ nextCursor: string }>(world, world.ada, 'get /sync');
    await ask(world, world.ada, `get /sync?since=${nextCursor}`);
  },
  'a new chat': async (world) => {
    const open = () => ask<{ id: string }>(world, world.carol, 'post /chats', { userId: world.bob.id });
    const { id } = await open();
    await open();
    await ask(world, world.carol, `delete /chats/${id}`);
  },
};

const change = (world: World, kind: 'group' | 'channel', id: string, changes: object) =>
  ask(world, world.ada, `patch /${kind}s/${id}`, changes);

const managing: Calls = {
  members: of('group', '/members'),
  followers: of('channel', '/followers'),
  bans: of('channel', '/bans'),
  'people who come and go': async (world) => {
    const members = `/groups/${world.groupId}/members` as const;
    const { ada, carol } = world;
    await ask(world, ada, `post ${members}`, { userIds: [carol.id] });
    await ask(world, ada, `patch ${members}/${carol.id}`, { role: 'admin' });
    await ask(world, ada, `delete ${members}/${carol.id}`);
    await ask(world, ada, `post ${members}`, { userIds: [carol.id] });
    await ask(world, carol, `delete ${members}/${carol.id}`);
  },
  'a follower, an admin': async (world) => {
    const channel = `/channels/${world.channelId}` as const;
    const { ada, carol } = world;
    await ask(world, carol, `put ${channel}/follow`);
    await ask(world, ada, `put ${channel}/admins/${carol.id}`);
    await ask(world, ada, `delete ${channel}/admins/${carol.id}`);
    await ask(world, carol, `delete ${channel}/follow`);
  },
  'bans that come and go': async (world) => {
    for (const place of [`/groups/${world.groupId}`, `/channels/${world.channelId}`] as const) {
      await ask(world, world.ada, `put ${place}/bans/${world.carol.id}`);
      await ask(world, world.ada, `delete ${place}/bans/${world.carol.id}`);
    }
  },
  invites: async (world) => {
    const group = `/groups/${world.groupId}` as const;
    const made = await ask<NewInvite>(world, world.ada, `post ${group}/invites`, { maxUses: 3 });
    await pages(world, world.ada, `${group}/invites`);
    await ask(world, world.carol, `get /invites/${made.token}`);
    await ask(world, world.carol, `post /invites/${made.token}/accept`);
    await ask(world, world.carol, `delete ${group}/members/${world.carol.id}`);
    await ask(world, world.ada, `delete ${group}/invites/${made.id}`);
  },
  'new details': async (world) => {
    await change(world, 'group', world.groupId, { title: 'More tea' });
    await change(world, 'channel', world.channelId, { handle: 'more_tea', title: 'More tea' });
    await change(world, 'channel', world.channelId, { handle: 'tea_news', title: 'Tea' });
  },
  'a group from its beginning to its end': async (world) => {
    const { ada, bob } = world;
    const body = { title: 'Cake', memberIds: [bob.id] };
    const { id } = await ask<{ id: string }>(world, ada, 'post /groups', body);
    await ask(world, ada, `put /groups/${id}/owner`, { userId: bob.id });
    await ask(world, bob, `delete /groups/${id}`);
  },
  'a channel from its beginning to its end': async (world) => {
    const body = { title: 'Cake', handle: 'cake', visibility: 'public' };
    const { id } = await ask<{ id: string }>(world, world.ada, 'post /channels', body);
    await ask(world, world.ada, `delete /channels/${id}`);
  },
};

const atSockets: Calls = {
  'joining and leaving': async ({ adas, chatId, groupId, channelId }) => {
    await adas.must('join_chat', { chatId });
    await adas.must('join_group', { groupId });
    await adas.must('join_channel', { channelId });
    await adas.must('leave_group', { groupId });
  },
  typing: async ({ adas, bobs, chatId }) => {
    await bobs.must('join_chat', { chatId });
    await adas.must('typing', { roomId: chatId, isTyping: true });
    await bobs.next('typing');
  },
  'what connected people are entitled to': ({ server, ada, bob, carol, adas, bobs, channelId }) =>
    server.container.standing.of([
      { userId: ada.id, sessionId: adas.ready.sessionId, visited: [] },
      { userId: bob.id, sessionId: bobs.ready.sessionId, visited: [] },
      { userId: carol.id, sessionId: bobs.ready.sessionId, visited: [channelId] },
    ]),
};

export const conversationCalls: Calls = { ...inbox, ...managing, ...atSockets };
