import { Router } from 'express';
import { SearchMessages } from '../contracts/search';
import { searchController } from '../controllers/search.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** What was said, under /search. */
export function searchRoutes(services: Services): Router {
  const search = searchController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(services.limits, 'request'));
  router.get('/messages', limit(services.limits, 'search'), accepts(SearchMessages), search.messages);
  return router;
}
