import type { RequestHandler } from 'express';
import {
  ListAdministeredConversations,
  RemoveConversation,
  RemoveMessage,
} from '../contracts/admin-conversations';
import { input } from '../middlewares/accepts';
import { actingAdmin } from '../middlewares/admins-only';
import type { Services } from '../services/services';

/** What admins see of conversations and take away. */
export function administeredConversationsController({
  administration: { conversations, removals },
}: Pick<Services, 'administration'>) {
  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListAdministeredConversations, response);
    response.json(await conversations.list(query));
  };

  const removeConversation: RequestHandler = async (request, response) => {
    const { params } = input(RemoveConversation, response);
    await removals.removeConversation(actingAdmin(request, response), params.conversationId);
    response.status(204).end();
  };

  const removeMessage: RequestHandler = async (request, response) => {
    const { params } = input(RemoveMessage, response);
    await removals.removeMessage(actingAdmin(request, response), params.messageId);
    response.status(204).end();
  };

  return { list, removeConversation, removeMessage };
}
