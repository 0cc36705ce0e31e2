import type { RequestHandler } from 'express';
import { BringTelegramUpdate } from '../contracts/telegram';
import { errors } from '../helpers/errors';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';
import type { Telegram } from '../services/telegram';

export function telegramController({ telegram }: Pick<Services, 'telegram'>) {
  const bot = (): Telegram => {
    if (!telegram) throw errors.notFound('Telegram bot');
    return telegram;
  };

  const link: RequestHandler = async (_request, response) => {
    response.json(await bot().linking.offer(caller(response)));
  };

  const unlink: RequestHandler = async (_request, response) => {
    await bot().linking.end(caller(response));
    response.status(204).end();
  };

  /** Only Telegram knows the secret; nothing else of the request is looked at before. */
  const isTelegram: RequestHandler = (request, _response, next) => {
    const { bringsUpdates, isWebhookSecret } = bot();
    if (!bringsUpdates) throw errors.notFound('route');
    if (!isWebhookSecret(request.get('X-Telegram-Bot-Api-Secret-Token') ?? ''))
      throw errors.forbidden('Only Telegram may do this');
    next();
  };

  const update: RequestHandler = async (_request, response) => {
    const { body } = input(BringTelegramUpdate, response);
    await bot().updates.handle(body);
    response.status(204).end();
  };

  return { link, unlink, isTelegram, update };
}
