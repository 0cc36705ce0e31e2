import type { EventSource } from '../services/domain-events';
import type { Services } from '../services/services';
import { inOrder } from './in-order';
import { joinedConversationOf, rooms } from './rooms';
import type { ChatServer, ChatSocket } from './types';

type Joined = { readonly socket: ChatSocket; readonly conversationId: string };

function joinedBy(io: ChatServer, userId: string): Joined[] {
  const { adapter, sockets } = io.of('/');
  const theirs = [...(adapter.rooms.get(rooms.user(userId)) ?? [])].flatMap((id) => sockets.get(id) ?? []);
  return theirs.flatMap((socket) =>
    [...socket.rooms].flatMap((room) => {
      const conversationId = joinedConversationOf(room);
      return conversationId === undefined ? [] : [{ socket, conversationId }];
    }),
  );
}

async function hearReceipts({ socket, conversationId }: Joined, shows: boolean): Promise<void> {
  if (!shows) await socket.leave(rooms.receipts(conversationId));
  else if (socket.rooms.has(rooms.conversation(conversationId)))
    await socket.join(rooms.receipts(conversationId));
}

/**
 * Somebody shows their watermarks from now on, or no longer: their sockets here hear others' in all chats they have joined, or none. What is
 * so is read once more: two changes may be heard in either order, and a join that is under way may have read what was before.
 */
export function followReceiptSetting(
  io: ChatServer,
  bus: EventSource,
  { conversations, logger }: Pick<Services, 'conversations' | 'logger'>,
): void {
  const readAgain = (userId: string, heard: boolean): Promise<boolean> =>
    conversations.showsReceipts(userId).catch((error: unknown) => {
      logger.warn({ err: error }, 'whether somebody shows receipts could not be read again');
      return heard;
    });

  bus.on('settings.changed', ({ userId, settings: { readReceipts } }) => {
    const joined = joinedBy(io, userId);
    if (joined.length === 0) return;
    for (const each of joined) void hearReceipts(each, readReceipts);
    const shows = readAgain(userId, readReceipts);
    for (const each of joined)
      void inOrder(each.socket, each.conversationId, async () => hearReceipts(each, await shows));
  });
}
