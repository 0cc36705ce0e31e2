import { Router } from 'express';
import { BlockUser, ListBlocks, UnblockUser } from '../contracts/users';
import { blocksController } from '../controllers/blocks.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** Who blocks whom, under /users. */
export function blockRoutes(services: Services): Router {
  const blocks = blocksController(services);
  const guards = [authenticated(services.accounts.sessions), limit(services.limits, 'request')];
  const router = Router();
  router.get('/me/blocks', guards, accepts(ListBlocks), blocks.list);
  router.put('/:userId/block', guards, accepts(BlockUser), blocks.block);
  router.delete('/:userId/block', guards, accepts(UnblockUser), blocks.unblock);
  return router;
}
