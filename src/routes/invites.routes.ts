import { Router } from 'express';
import { AcceptInvite, PreviewInvite } from '../contracts/invites';
import { invitesController } from '../controllers/invites.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** What an invite's token opens, under /invites. */
export function inviteRoutes({
  accounts,
  entrance,
  limits,
}: Pick<Services, 'accounts' | 'entrance' | 'limits'>): Router {
  const invites = invitesController({ entrance });
  const router = Router();
  router.use(authenticated(accounts.sessions), limit(limits, 'request'), limit(limits, 'invite'));
  router.get('/:token', accepts(PreviewInvite), invites.preview);
  router.post('/:token/accept', accepts(AcceptInvite), invites.accept);
  return router;
}
