import { Router } from 'express';
import { ShowUnsubscribe, Unsubscribe } from '../contracts/unsubscribing';
import { unsubscribingController } from '../controllers/unsubscribing.controller';
import { accepts } from '../middlewares/accepts';
import { limit } from '../middlewares/limit';
import { neverStored } from '../middlewares/never-stored';
import type { Services } from '../services/services';

/** For those who have a mail, signed in or not, under /api/v1/unsubscribe. What mail programs post is no JSON, and is not read. */
export function unsubscribingRoutes({
  unsubscribing,
  limits,
}: Pick<Services, 'unsubscribing' | 'limits'>): Router {
  const mails = unsubscribingController({ unsubscribing });
  const router = Router();
  router.use(neverStored, limit(limits, 'request'));
  router.get('/:token', accepts(ShowUnsubscribe), mails.show);
  router.post('/:token', accepts(Unsubscribe), mails.unsubscribe);
  return router;
}
