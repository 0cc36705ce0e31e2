import type { TelegramConfig } from '../../config/env';
import type { Database } from '../../database/database';
import { equalInConstantTime, hmac } from '../../helpers/hashing';
import type { Logger } from '../../helpers/logger';
import type { UserChanges } from '../accounts/user-changes';
import type { Limits } from '../limits/limits';
import type { OutboxWorker } from '../notifications/outbox.worker';
import { BotApi } from './bot-api';
import { BotLease } from './lease';
import { TelegramLinking } from './linking.service';
import { TelegramMessages } from './messages';
import type { TelegramOutlet } from './outlet';
import { Pacing } from './pacing';
import { TelegramSender } from './sender';
import { UpdateSource } from './update-source';
import { TelegramUpdates } from './updates';

export interface Telegram {
  readonly linking: TelegramLinking;
  readonly updates: TelegramUpdates;
  readonly outlet: TelegramOutlet;
  /** Telegram brings updates; otherwise they are asked for. */
  readonly bringsUpdates: boolean;
  /** Whether this is what Telegram was told to show. */
  readonly isWebhookSecret: (shown: string) => boolean;
  start(): void;
  /** Ends the poll at once, lets go of what waits for its turn, and leaves the bot to other processes. */
  stop(): Promise<void>;
}

interface Dependencies {
  readonly database: Database;
  readonly config: {
    readonly telegram: TelegramConfig | null;
    readonly tokens: { readonly refreshSecret: string };
  };
  readonly changes: UserChanges;
  readonly limits: Limits;
  readonly outbox: Pick<OutboxWorker, 'handle' | 'takeWhile' | 'wake'>;
  readonly logger: Logger;
}

/** The Telegram capability, wired; `null` without a bot. */
export function createTelegram({
  database,
  config: { telegram: config, tokens },
  changes,
  limits,
  outbox,
  logger,
}: Dependencies): Telegram | null {
  if (!config) return null;
  const api = new BotApi(config, logger);
  const pacing = new Pacing();
  const lease = new BotLease({ database, botId: config.botId, logger });
  const linking = new TelegramLinking({ database, changes, api, outbox });
  const updates = new TelegramUpdates({ database, limits, linking, outbox });
  const outlet = new TelegramSender({
    api,
    pacing,
    logger,
    unlink: async (chatId) => void (await linking.forget(chatId)),
  });
  const messages = new TelegramMessages(database, outlet);
  // Every process knows it, and no other bot's is the same.
  const secret = hmac(tokens.refreshSecret, 'telegram webhook', config.token);
  const { holder } = lease;
  const source = new UpdateSource({ database, config, secret, api, updates, holder, logger });
  let polling: Promise<void> = Promise.resolve();

  outbox.handle('telegram_message', (message) => messages.deliver(message));
  outbox.takeWhile('telegram', () => lease.isHeld && !api.refusal.isThere && !pacing.isHeld);
  return {
    linking,
    updates,
    outlet,
    bringsUpdates: config.webhookUrl !== null,
    isWebhookSecret: (shown) => equalInConstantTime(shown, secret),
    start() {
      lease.start((lost) => {
        outbox.wake();
        polling = polling.then(() => source.run(lost));
      });
    },
    async stop() {
      outlet.stop();
      api.refusal.stop();
      await lease.stop();
      await polling;
    },
  };
}
