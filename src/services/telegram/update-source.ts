import { setTimeout as wait } from 'node:timers/promises';
import type { TelegramConfig } from '../../config/env';
import type { Database } from '../../database/database';
import { isPassing } from '../../database/failures';
import type { Logger } from '../../helpers/logger';
import { advanceUpdates, nextUpdateOf } from './bot.queries';
import { TelegramFailure, type BotApi } from './bot-api';
import type { TelegramUpdates } from './updates';

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;
/** After a week without updates Telegram goes on with any number: an older one of ours might pass over new updates. */
const NUMBERS_HOLD_MS = 6 * 86_400_000;
const CONFLICT = 409;

interface Dependencies {
  readonly database: Database;
  readonly config: Pick<TelegramConfig, 'botId' | 'webhookUrl'>;
  readonly secret: string;
  readonly api: BotApi;
  readonly updates: TelegramUpdates;
  /** as which the bot is leased */
  readonly holder: string;
  readonly logger: Logger;
}

class LeaseLost extends Error {}

/** Gets updates while the bot is this process's: asks for them, each handled before the next is asked for, or has Telegram bring them. */
export class UpdateSource {
  private isConflictTold = false;

  constructor(private readonly deps: Dependencies) {}

  /** Resolves when the bot is lost. While the token is not taken it waits. */
  async run(lost: AbortSignal): Promise<void> {
    const { api, config } = this.deps;
    let failures = 0;
    let isPrepared = false;
    while (!lost.aborted) {
      try {
        await api.refusal.untilOver(lost);
        if (!isPrepared) await this.prepare(lost);
        isPrepared = true;
        if (config.webhookUrl !== null) return;
        await this.poll(lost);
        failures = 0;
      } catch (error) {
        if (lost.aborted || error instanceof LeaseLost) return;
        if (api.refusal.isThere) continue;
        failures += 1;
        await this.backOff(error as Error, failures, lost);
      }
    }
  }

  private prepare(lost: AbortSignal): Promise<void> {
    const { api, config, secret } = this.deps;
    return config.webhookUrl === null
      ? api.deleteWebhook(lost)
      : api.setWebhook(config.webhookUrl, secret, lost);
  }

  private async poll(lost: AbortSignal): Promise<void> {
    const { database, api, config } = this.deps;
    const since = new Date(Date.now() - NUMBERS_HOLD_MS);
    const offset = await nextUpdateOf(database.reader, config.botId, since);
    for (const update of await api.updates(offset, lost)) {
      if (lost.aborted) return;
      await this.handle(update);
    }
  }

  /** What it does and that it is done stand in one transaction. */
  private async handle(update: { readonly update_id: number }): Promise<void> {
    const { database, updates, logger } = this.deps;
    try {
      await updates.handle(update, (db) => this.advance(db, update.update_id));
    } catch (error) {
      if (error instanceof LeaseLost || isPassing(error)) throw error;
      // It would fail for ever, and keep all others waiting.
      logger.error({ err: error, updateId: update.update_id }, 'an update of Telegram was passed over');
      await this.advance(database.writer, update.update_id);
    }
  }

  private async advance(db: Parameters<typeof advanceUpdates>[0], updateId: number): Promise<void> {
    const { config, holder: by } = this.deps;
    const next = updateId + 1;
    if (!(await advanceUpdates(db, { id: config.botId, by, next, now: new Date() }))) throw new LeaseLost();
  }

  private async backOff(error: Error, failures: number, lost: AbortSignal): Promise<void> {
    const { status = null, retryAfterSeconds } = error instanceof TelegramFailure ? error : {};
    const growing = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS) * (1 + Math.random() / 4);
    const ms = retryAfterSeconds === undefined ? growing : retryAfterSeconds * 1000;
    this.log(error.message, status, failures);
    await wait(ms, undefined, { signal: lost, ref: false }).catch(() => undefined);
  }

  private log(reason: string, status: number | null, failures: number): void {
    const { logger } = this.deps;
    if (status === CONFLICT) {
      if (!this.isConflictTold)
        logger.error(
          { reason },
          'another program asks for the updates of this Telegram bot: each needs its own',
        );
      this.isConflictTold = true;
    } else if (failures === 1) logger.warn({ reason }, 'Telegram gives no updates; trying again');
  }
}
