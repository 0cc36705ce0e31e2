import { Router } from 'express';
import { DeleteChat, GetChat, ListChats, OpenChat } from '../contracts/chats';
import { chatsController } from '../controllers/chats.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';
import { messageRoutes } from './messages.routes';

/** Private chats and their messages, under /chats. */
export function chatRoutes(services: Services): Router {
  const { limits } = services;
  const chats = chatsController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(limits, 'request'));
  router.post('/', accepts(OpenChat), chats.open);
  router.get('/', accepts(ListChats), chats.list);
  router.get('/:chatId', accepts(GetChat), chats.get);
  router.delete('/:chatId', accepts(DeleteChat), chats.remove);
  router.use('/:chatId', messageRoutes(services, 'chat'));
  return router;
}
