import type { SentMessage } from '../../../src/contracts/messages';
import { newId } from '../../../src/helpers/ids';
import { ask, pages, say, type Call, type Calls, type World } from './world';

const THUMB = encodeURIComponent('👍');
const TEA = encodeURIComponent('🍵');

/** In one tick: they are committed in a few batches. */
const together = ({ adas, chatId }: World, bodies: readonly object[]): Promise<unknown> =>
  Promise.all(bodies.map((body) => adas.must('chat_message', { chatId, content: 'tea', ...body })));

const many = (body: (index: number) => object): object[] =>
  Array.from({ length: 50 }, (_, index) => body(index));

/** Something done with a new message of Ada's. */
const onMessage =
  (verb: 'get' | 'put' | 'patch' | 'delete', behind: string, body?: object): Call =>
  async (world) => {
    const { id } = await say(world);
    await ask(world, world.ada, `${verb} /chats/${world.chatId}/messages/${id}${behind}`, body);
  };

/** The same with one that Bob has reacted to. */
const reacted: Call = async (world) => {
  const { chatId, ada, bob } = world;
  const { id } = await say(world);
  for (const emoji of [THUMB, TEA])
    for (const person of [ada, bob])
      await ask(world, person, `put /chats/${chatId}/messages/${id}/reactions/${emoji}`);
  for (const person of [ada, bob])
    await ask(world, person, `delete /chats/${chatId}/messages/${id}/reactions/${TEA}`);
};

const history =
  (query: string): Call =>
  async (world) => {
    for (const place of [`chats/${world.chatId}`, `channels/${world.channelId}`])
      await ask(world, world.bob, `get /${place}/messages?limit=20${query}`);
  };

const found =
  (query: string): Call =>
  (world) =>
    pages(world, world.ada, `/search/messages?${query}`);

const sending: Calls = {
  'a batch of messages': (world) =>
    together(
      world,
      many(() => ({})),
    ),
  'a batch that names people': (world) =>
    together(
      world,
      many(() => ({ content: `@${world.bob.username} @crowd7 @all tea` })),
    ),
  'a batch of answers': async (world) => {
    const { id } = await say(world);
    await together(
      world,
      many(() => ({ replyTo: id })),
    );
  },
  'a batch that was sent before': async (world) => {
    const keys = many(() => ({ clientMessageId: newId() }));
    await together(world, keys);
    await together(world, keys);
  },
  'a message in slow mode': async (world) => {
    const group = `/groups/${world.groupId}` as const;
    await ask(world, world.ada, `patch ${group}`, { slowModeSeconds: 1 });
    await ask(world, world.bob, `post ${group}/messages`, { content: 'tea' });
    await ask(world, world.ada, `patch ${group}`, { slowModeSeconds: 0 });
  },
  'a post': (world) =>
    ask(world, world.ada, `post /channels/${world.channelId}/messages`, { content: '@crowd7 @all tea' }),
  'a forwarded message': async (world) => {
    const { id } = await say(world);
    const to = [world.groupId, world.channelId].map((conversationId) => ({ conversationId }));
    await ask(world, world.ada, `post /chats/${world.chatId}/messages/${id}/forward`, { to });
  },
};

const acts: Calls = {
  'an edit': onMessage('patch', '', { content: `@crowd7 more tea` }),
  'a deletion': onMessage('delete', ''),
  'a deletion for oneself': onMessage('delete', '?for=me'),
  'a pin': onMessage('put', '/pin'),
  'a pin that goes': onMessage('delete', '/pin'),
  reactions: reacted,
  'reactions to posts': async (world) => {
    const { channelId, ada, bob, adas } = world;
    await adas.must('join_channel', { channelId });
    const post = await ask<SentMessage>(world, ada, `post /channels/${channelId}/messages`, {
      content: 'tea',
    });
    for (const person of [ada, bob])
      await ask(world, person, `put /channels/${channelId}/messages/${post.id}/reactions/${THUMB}`);
    await adas.next('reaction_changed', ({ id }) => id === post.id, 30_000);
  },
  'what was read': async (world) => {
    const { chatId, channelId, bob, bobs } = world;
    const { seq } = await say(world);
    await ask(world, bob, `put /chats/${chatId}/delivered`, { seq: seq - 1 });
    await bobs.must('message_delivered', { roomId: chatId, seq });
    await bobs.must('message_read', { roomId: chatId, seq });
    await ask(world, bob, `put /channels/${channelId}/read`, { seq: 5 });
  },
};

const reading: Calls = {
  'a message': onMessage('get', ''),
  'who has read a message': onMessage('get', '/receipts'),
  'what a message said before': onMessage('get', '/history'),
  'pinned messages': (world) => ask(world, world.ada, `get /chats/${world.chatId}/pins`),
  history: history(''),
  'history before': history('&before=3000'),
  'history after': history('&after=3000'),
  'history around': history('&around=3000'),
  changes: async (world) => {
    for (const [place, id] of [
      ['chats', world.chatId],
      ['groups', world.groupId],
      ['channels', world.channelId],
    ] as const) {
      const { version } = await ask<{ version: number }>(world, world.bob, `get /${place}/${id}`);
      await ask(world, world.bob, `get /${place}/${id}/changes?since=${version - 50}&mySince=0`);
      await ask(world, world.ada, `get /${place}/${id}/changes?since=${version - 5}&mySince=20&limit=10`);
    }
  },
  'a search': found('q=biscuits'),
  'a search for several words': found('q=tea%20biscuits%20"and%20biscuits"&sort=best'),
  'a search in one conversation': (world) => found(`q=biscuits&conversationId=${world.chatId}`)(world),
  'a search with every filter': (world) => {
    const times = `before=${new Date(Date.now() + 1000).toISOString()}&after=2020-01-01T00:00:00.000Z`;
    return found(`q=biscuits%20from:@${world.ada.username}&from=${world.ada.id}&type=text&${times}`)(world);
  },
  'a search by the handle': found('q=biscuits%20in:@tea_news'),
};

export const messageCalls: Calls = { ...sending, ...acts, ...reading };
