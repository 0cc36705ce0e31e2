import type { Conversation } from '../contracts/conversations';
import type { ConversationKind } from '../contracts/messages';
import { AppError, errors } from '../helpers/errors';
import type { Services } from '../services/services';
import { inOrder } from './in-order';
import { enterConversation, forgetConversation, leaveConversation, rooms } from './rooms';
import type { ChatSocket } from './types';

interface Joining<Also> {
  readonly socket: ChatSocket;
  readonly kind: ConversationKind;
  readonly conversationId: string;
  /** what else is answered; read after the join, too */
  readonly also: () => Promise<Also>;
}

type Conversations = Services['conversations'];

/** Lets a member's socket hear a conversation in full. @returns it as it was after the join @throws not_found */
export function joinConversation<Also>(
  conversations: Conversations,
  joining: Joining<Also>,
): Promise<{ conversation: Conversation; also: Also }> {
  const { socket, kind, conversationId } = joining;
  return inOrder(socket, conversationId, async () => {
    await conversations.mustBeMember(socket.data.identity, kind, conversationId);
    const again = socket.rooms.has(rooms.conversation(conversationId));
    await enterConversation(socket, conversationId);
    try {
      return await readAfterJoin(conversations, joining);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found')
        await forgetConversation(socket, conversationId);
      else if (!again) await leaveConversation(socket, conversationId);
      throw error;
    }
  });
}

/** Read after the join, so that nothing lies between the answer and the first event; and checks again. */
async function readAfterJoin<Also>(
  conversations: Conversations,
  { socket, kind, conversationId, also: readAlso }: Joining<Also>,
): Promise<{ conversation: Conversation; also: Also }> {
  const { identity } = socket.data;
  const [conversation, showsReceipts, also] = await Promise.all([
    conversations.get(identity, kind, conversationId),
    conversations.showsReceipts(identity.userId),
    readAlso(),
  ]);
  // Put out between the second look and now: the socket has left the room.
  if (!socket.rooms.has(rooms.conversation(conversationId))) throw errors.notFound(kind);
  if (showsReceipts) await socket.join(rooms.receipts(conversationId));
  return { conversation, also };
}

/** Lets a socket hear in short again what it hears in full. */
export function unjoinConversation(socket: ChatSocket, conversationId: string): Promise<void> {
  return inOrder(socket, conversationId, async () => {
    if (socket.rooms.has(rooms.conversation(conversationId))) await leaveConversation(socket, conversationId);
  });
}
