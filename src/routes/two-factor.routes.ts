import { Router } from 'express';
import { BeginTwoFactor, ConfirmTwoFactor, EndTwoFactor, RenewRecoveryCodes } from '../contracts/two-factor';
import { twoFactorController } from '../controllers/two-factor.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { neverStored } from '../middlewares/never-stored';
import type { Services } from '../services/services';

/** The second factor, under /users/me/two-factor. */
export function twoFactorRoutes({ accounts, limits }: Pick<Services, 'accounts' | 'limits'>): Router {
  const twoFactor = twoFactorController({ accounts });
  const router = Router();
  router.use(neverStored, authenticated(accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'ownPassword'), accepts(BeginTwoFactor), twoFactor.begin);
  router.post('/confirm', limit(limits, 'codeTry'), accepts(ConfirmTwoFactor), twoFactor.confirm);
  router.delete('/', limit(limits, 'ownPassword'), accepts(EndTwoFactor), twoFactor.end);
  router.post(
    '/recovery-codes',
    limit(limits, 'ownPassword'),
    accepts(RenewRecoveryCodes),
    twoFactor.renewRecoveryCodes,
  );
  return router;
}
