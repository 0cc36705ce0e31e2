import { limitFor } from '../../services/limits/limits';
import type { Services } from '../../services/services';
import type { Handlers } from '../event-router';
import { joinConversation, unjoinConversation } from '../joining';

/** Private chats: hear one in full, in short again, and post to it. */
export function chatHandlers({
  conversations,
  messages,
  limits,
}: Services): Pick<Handlers, 'join_chat' | 'leave_chat' | 'chat_message'> {
  return {
    async join_chat(socket, { chatId }) {
      const { conversation } = await joinConversation(conversations, {
        socket,
        kind: 'chat',
        conversationId: chatId,
        also: () => Promise.resolve(),
      });
      return { conversation, version: conversation.version };
    },

    async leave_chat(socket, { chatId }) {
      await unjoinConversation(socket, chatId);
      return {};
    },

    async chat_message(socket, { chatId, ...body }) {
      const { identity } = socket.data;
      await limits.consume(limitFor('message', identity), `user:${identity.userId}`);
      return messages.send(identity, 'chat', chatId, body, socket.id);
    },
  };
}
