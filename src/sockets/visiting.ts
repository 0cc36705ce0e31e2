import type { Channel } from '../contracts/conversations';
import { AppError, errors } from '../helpers/errors';
import type { Services } from '../services/services';
import { inOrder } from './in-order';
import {
  enterConversation,
  forgetConversation,
  leaveConversation,
  rooms,
  visitConversation,
  visitedChannelOf,
} from './rooms';
import type { ChatSocket } from './types';

type Channels = Pick<Services['channels'], 'get'>;

/** Channels that a socket hears without following them: each is checked from time to time. */
const MAX_VISITS = 50;

const visitsOf = (socket: ChatSocket): number =>
  [...socket.rooms].filter((room) => visitedChannelOf(room) !== undefined).length;

const isGuest = (socket: ChatSocket, channelId: string): boolean => socket.rooms.has(rooms.guests(channelId));

/** Lets a socket hear a channel in full: a follower's, or, of a public channel, anybody's. @returns it as it was after the join @throws not_found */
export function joinChannel(socket: ChatSocket, channels: Channels, channelId: string): Promise<Channel> {
  const { identity } = socket.data;
  return inOrder(socket, channelId, async () => {
    const { my } = await channels.get(identity, channelId);
    if (!my && !isGuest(socket, channelId) && visitsOf(socket) >= MAX_VISITS)
      throw errors.limitReached(`A connection hears at most ${MAX_VISITS} channels that are not followed`);
    const again = socket.rooms.has(rooms.conversation(channelId));
    await (my ? enterConversation : visitConversation)(socket, channelId);
    try {
      const channel = await channels.get(identity, channelId);
      // Put out between the second look and now: the socket has left the room.
      if (!socket.rooms.has(rooms.conversation(channelId))) throw errors.notFound('channel');
      await settle(socket, channel);
      return channel;
    } catch (error) {
      const isGone = error instanceof AppError && error.code === 'not_found';
      if (isGone) await forgetConversation(socket, channelId);
      else if (!again) await leaveChannel(socket, channelId);
      throw error;
    }
  });
}

/** Somebody may have followed, or have ceased to, between the two looks. */
async function settle(socket: ChatSocket, { id, my }: Channel): Promise<void> {
  if (my && isGuest(socket, id)) await socket.leave(rooms.guests(id));
  if (my) await socket.leave(rooms.inbox(id));
  else if (!isGuest(socket, id)) await visitConversation(socket, id);
}

/** A follower's socket hears of it in short again, a guest's not at all. */
export function unjoinChannel(socket: ChatSocket, channelId: string): Promise<void> {
  return inOrder(socket, channelId, () => leaveChannel(socket, channelId));
}

async function leaveChannel(socket: ChatSocket, channelId: string): Promise<void> {
  if (!socket.rooms.has(rooms.conversation(channelId))) return;
  await (isGuest(socket, channelId) ? forgetConversation : leaveConversation)(socket, channelId);
}
