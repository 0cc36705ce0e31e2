import { Router } from 'express';
import { ChangeMy, ClearHistory, ListConversations } from '../contracts/inbox';
import { conversationsController } from '../controllers/conversations.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** Conversations of all kinds, under /conversations. */
export function conversationRoutes(services: Services): Router {
  const conversations = conversationsController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(services.limits, 'request'));
  router.get('/', accepts(ListConversations), conversations.list);
  router.patch('/:conversationId/my', accepts(ChangeMy), conversations.changeMy);
  router.delete('/:conversationId/history', accepts(ClearHistory), conversations.clearHistory);
  return router;
}
