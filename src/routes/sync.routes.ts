import { Router } from 'express';
import { GetSync } from '../contracts/inbox';
import { conversationsController } from '../controllers/conversations.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** What changed while a client was away, under /sync. */
export function syncRoutes(services: Services): Router {
  const conversations = conversationsController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(services.limits, 'request'));
  router.get('/', accepts(GetSync), conversations.since);
  return router;
}
