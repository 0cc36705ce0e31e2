import { Router } from 'express';
import { ListAnnouncements } from '../contracts/announcements';
import { announcementsController } from '../controllers/announcements.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** What the admins have told everybody, under /announcements. */
export function announcementRoutes(services: Services): Router {
  const announcements = announcementsController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(services.limits, 'request'));
  router.get('/', accepts(ListAnnouncements), announcements.recent);
  return router;
}
