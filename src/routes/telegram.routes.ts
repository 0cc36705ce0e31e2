import { Router } from 'express';
import { LinkTelegram, UnlinkTelegram } from '../contracts/telegram';
import { telegramController } from '../controllers/telegram.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { neverStored } from '../middlewares/never-stored';
import type { Services } from '../services/services';

/** One's own Telegram chat, under /users/me/telegram. */
export function telegramRoutes({
  accounts,
  limits,
  telegram,
}: Pick<Services, 'accounts' | 'limits' | 'telegram'>): Router {
  const own = telegramController({ telegram });
  const router = Router();
  router.use(neverStored, authenticated(accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'telegramLink'), accepts(LinkTelegram), own.link);
  router.delete('/', accepts(UnlinkTelegram), own.unlink);
  return router;
}
