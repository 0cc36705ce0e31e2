import type { RequestHandler } from 'express';
import { DeleteChat, GetChat, ListChats, OpenChat } from '../contracts/chats';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function chatsController({ conversations, my }: Services) {
  const open: RequestHandler = async (_request, response) => {
    const { body } = input(OpenChat, response);
    const { conversation, created } = await conversations.openChat(caller(response), body.userId);
    response.status(created ? 201 : 200).json(conversation);
  };

  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListChats, response);
    response.json(await conversations.list(caller(response), { kind: 'chat', archived: undefined }, query));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetChat, response);
    response.json(await conversations.get(caller(response), 'chat', params.chatId));
  };

  const remove: RequestHandler = async (_request, response) => {
    const { params } = input(DeleteChat, response);
    await my.remove(caller(response), params.chatId);
    response.status(204).end();
  };

  return { open, list, get, remove };
}
