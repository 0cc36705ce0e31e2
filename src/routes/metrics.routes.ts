import { Router } from 'express';
import { metricsController } from '../controllers/metrics.controller';
import { limitUnauthenticated } from '../middlewares/limit';
import { scrapersOnly } from '../middlewares/scrapers-only';
import type { Services } from '../services/services';

/** For Prometheus, under /metrics. */
export function metricsRoutes(
  services: Pick<Services, 'metrics' | 'limits' | 'config'>,
  door: 'main' | 'own',
): Router {
  const metrics = metricsController(services);
  const router = Router();
  router.use(limitUnauthenticated(services.limits));
  router.get('/', scrapersOnly(services.config.metrics, door), metrics.scrape);
  return router;
}
