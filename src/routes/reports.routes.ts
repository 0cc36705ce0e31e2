import { Router } from 'express';
import { CreateReport } from '../contracts/reports';
import { reportsController } from '../controllers/reports.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** What people tell the admins, under /reports. */
export function reportRoutes(services: Services): Router {
  const { limits } = services;
  const reports = reportsController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'report'), accepts(CreateReport), reports.create);
  return router;
}
