import type { ChatServer } from './types';

/** Room names, in one place. A member's socket is in exactly one of `inbox` and `conversation` of each conversation. */
export const rooms = {
  user: (userId: string) => `user:${userId}`,
  session: (sessionId: string) => `session:${sessionId}`,
  /** hears of a conversation in short */
  inbox: (conversationId: string) => `inbox:${conversationId}`,
  /** hears a conversation in full */
  conversation: (conversationId: string) => `conversation:${conversationId}`,
  /** hears the watermarks of a conversation it hears in full; for those who show their own */
  receipts: (conversationId: string) => `receipts:${conversationId}`,
  /** hears a public channel in full without following it: in `conversation`, too */
  guests: (conversationId: string) => `guests:${conversationId}`,
};

/** All rooms of a conversation. */
export const roomsOf = (conversationId: string): string[] => [
  rooms.inbox(conversationId),
  rooms.conversation(conversationId),
  rooms.receipts(conversationId),
  rooms.guests(conversationId),
];

const OF_CONVERSATION = /^(?:inbox|conversation|receipts|guests):(.+)$/;

/** The conversation that a room belongs to; `undefined` for rooms of people and sessions. */
export function conversationOf(room: string): string | undefined {
  return OF_CONVERSATION.exec(room)?.[1];
}

const IN_FULL = /^conversation:(.+)$/;

/** The conversation that a room hears in full; `undefined` for every other room. */
export function joinedConversationOf(room: string): string | undefined {
  return IN_FULL.exec(room)?.[1];
}

const AS_GUEST = /^guests:(.+)$/;

/** The channel that a room's sockets hear without following it; `undefined` for every other room. */
export function visitedChannelOf(room: string): string | undefined {
  return AS_GUEST.exec(room)?.[1];
}

interface Rooms {
  readonly rooms: ReadonlySet<string>;
  join(room: string): Promise<void> | void;
  leave(room: string): Promise<void> | void;
}

/** From short to full; in one tick, so that nothing is heard twice or by neither. */
export async function enterConversation(socket: Rooms, conversationId: string): Promise<void> {
  await Promise.all([
    socket.join(rooms.conversation(conversationId)),
    socket.leave(rooms.inbox(conversationId)),
  ]);
}

/** Nothing to full, of a public channel; in one tick, so that a guest is known as one from the first event. */
export async function visitConversation(socket: Rooms, conversationId: string): Promise<void> {
  await Promise.all([
    socket.join(rooms.conversation(conversationId)),
    socket.join(rooms.guests(conversationId)),
    socket.leave(rooms.inbox(conversationId)),
  ]);
}

/**
 * One of those who have come may have been quicker and hears it in full already. Looks at their sockets on this process, not at all that
 * hear it.
 */
export function leaveInShort(io: ChatServer, conversationId: string, userIds: readonly string[]): void {
  const { adapter, sockets } = io.of('/');
  for (const socketId of userIds.flatMap((userId) => [...(adapter.rooms.get(rooms.user(userId)) ?? [])])) {
    const socket = sockets.get(socketId);
    if (socket?.rooms.has(rooms.conversation(conversationId))) void socket.leave(rooms.inbox(conversationId));
  }
}

/** From full back to short, in one tick; for a member. */
export async function leaveConversation(socket: Rooms, conversationId: string): Promise<void> {
  await Promise.all([
    socket.join(rooms.inbox(conversationId)),
    socket.leave(rooms.conversation(conversationId)),
    socket.leave(rooms.receipts(conversationId)),
  ]);
}

/** Hears nothing more of it. */
export async function forgetConversation(socket: Rooms, conversationId: string): Promise<void> {
  await socket.leave(rooms.conversation(conversationId));
  await socket.leave(rooms.receipts(conversationId));
  await socket.leave(rooms.guests(conversationId));
  await socket.leave(rooms.inbox(conversationId));
}

/** In short, unless it is heard in full already; whoever was a guest is none any more. */
export async function hearOfConversation(socket: Rooms, conversationId: string): Promise<void> {
  if (socket.rooms.has(rooms.guests(conversationId))) await socket.leave(rooms.guests(conversationId));
  if (!socket.rooms.has(rooms.conversation(conversationId))) await socket.join(rooms.inbox(conversationId));
}
