import { Router } from 'express';
import { healthController } from '../controllers/health.controller';
import type { Services } from '../services/services';

/** For probes, under /health. */
export function healthRoutes(services: Services): Router {
  const health = healthController(services);
  const router = Router();
  router.get('/live', health.live);
  router.get('/ready', health.ready);
  return router;
}
