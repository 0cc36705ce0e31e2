import { limitFor } from '../../services/limits/limits';
import type { Services } from '../../services/services';
import type { Handlers } from '../event-router';
import { joinConversation, unjoinConversation } from '../joining';

/** Groups: hear one in full, in short again, and post to it. */
export function groupHandlers({
  conversations,
  members,
  messages,
  presence,
  limits,
}: Services): Pick<Handlers, 'join_group' | 'leave_group' | 'group_message'> {
  return {
    async join_group(socket, { groupId }) {
      const { conversation, also: onlineMemberIds } = await joinConversation(conversations, {
        socket,
        kind: 'group',
        conversationId: groupId,
        also: async () => presence.onlineAmong(socket.data.identity, await members.firstIds(groupId)),
      });
      return { conversation, version: conversation.version, onlineMemberIds };
    },

    async leave_group(socket, { groupId }) {
      await unjoinConversation(socket, groupId);
      return {};
    },

    async group_message(socket, { groupId, ...body }) {
      const { identity } = socket.data;
      await limits.consume(limitFor('message', identity), `user:${identity.userId}`);
      return messages.send(identity, 'group', groupId, body, socket.id);
    },
  };
}
