import { Router } from 'express';
import {
  ChangeAvatar,
  ChangeEmail,
  ChangePassword,
  ChangeSettings,
  ConfirmEmail,
  DeleteMe,
  GetSettings,
  RemoveAvatar,
} from '../contracts/account';
import { ChangeMe, GetMe, GetPresence, GetUser, SearchUsers } from '../contracts/users';
import { accountController } from '../controllers/account.controller';
import { presenceController } from '../controllers/presence.controller';
import { usersController } from '../controllers/users.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { receivesFile } from '../middlewares/receives-file';
import type { Services } from '../services/services';

/** People, under /users. */
export function userRoutes({
  accounts,
  accountDeletion,
  limits,
  presence,
}: Pick<Services, 'accounts' | 'accountDeletion' | 'limits' | 'presence'>): Router {
  const account = accountController({ accounts, accountDeletion });
  const users = usersController({ accounts, presence });
  const people = presenceController({ presence });
  const router = Router();
  router.use(authenticated(accounts.sessions), limit(limits, 'request'));
  router.get('/', limit(limits, 'search'), accepts(SearchUsers), users.search);
  router.get('/me', accepts(GetMe), users.me);
  router.patch('/me', accepts(ChangeMe), users.changeMe);
  router.delete('/me', limit(limits, 'ownPassword'), accepts(DeleteMe), account.deleteMe);
  router.put('/me/avatar', limit(limits, 'changeAvatar'), receivesFile(ChangeAvatar), account.changeAvatar);
  router.delete('/me/avatar', accepts(RemoveAvatar), account.removeAvatar);
  router.put('/me/password', limit(limits, 'ownPassword'), accepts(ChangePassword), account.changePassword);
  router.put('/me/email', limit(limits, 'ownPassword'), accepts(ChangeEmail), account.changeEmail);
  router.post('/me/email/confirm', limit(limits, 'codeTry'), accepts(ConfirmEmail), account.confirmEmail);
  router.get('/me/settings', accepts(GetSettings), account.settings);
  router.patch('/me/settings', accepts(ChangeSettings), account.changeSettings);
  router.get('/presence', accepts(GetPresence), people.list);
  router.get('/:userId', accepts(GetUser), users.get);
  return router;
}
