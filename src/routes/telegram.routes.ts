import { Router } from 'express';
import { BringTelegramUpdate, LinkTelegram, UnlinkTelegram } from '../contracts/telegram';
import { telegramController } from '../controllers/telegram.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { jsonBody } from '../middlewares/json-body';
import { limit } from '../middlewares/limit';
import { neverStored } from '../middlewares/never-stored';
import type { Services } from '../services/services';

type Needed = Pick<Services, 'accounts' | 'limits' | 'telegram'>;

/** One's own Telegram chat, under /users/me/telegram. */
export function telegramRoutes({ accounts, limits, telegram }: Needed): Router {
  const own = telegramController({ telegram });
  const router = Router();
  router.use(neverStored, authenticated(accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'telegramLink'), accepts(LinkTelegram), own.link);
  router.delete('/', accepts(UnlinkTelegram), own.unlink);
  return router;
}

/** What Telegram brings, under /telegram. */
export function telegramWebhookRoutes({ telegram }: Needed): Router {
  const brought = telegramController({ telegram });
  const router = Router();
  router.post('/updates', brought.isTelegram, ...jsonBody(), accepts(BringTelegramUpdate), brought.update);
  return router;
}
