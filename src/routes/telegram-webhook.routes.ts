import { Router } from 'express';
import { BringTelegramUpdate } from '../contracts/telegram';
import { telegramController } from '../controllers/telegram.controller';
import { accepts } from '../middlewares/accepts';
import { jsonBody } from '../middlewares/json-body';
import type { Services } from '../services/services';

/** What Telegram brings, under /telegram. */
export function telegramWebhookRoutes({ telegram }: Pick<Services, 'telegram'>): Router {
  const brought = telegramController({ telegram });
  const router = Router();
  router.post('/updates', brought.isTelegram, ...jsonBody(), accepts(BringTelegramUpdate), brought.update);
  return router;
}
