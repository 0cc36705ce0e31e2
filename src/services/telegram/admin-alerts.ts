import type { TelegramConfig } from '../../config/env';
import type { Database, Db } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { LANES, type OutboxJobKind } from '../notifications/outbox.jobs';
import type { DeadJob } from '../notifications/outbox.lane';
import { enqueue } from '../notifications/outbox.queries';
import { claimTellingErrors } from './bot.queries';

/** Errors within a minute that are too many, and how long it is quiet about more of them. */
const TOO_MANY_ERRORS = 20;
const WITHIN_MS = 60_000;
const QUIET_MS = 10 * 60_000;

interface Dependencies {
  readonly database: Database;
  readonly config: TelegramConfig | null;
  readonly outbox: { wake(): void };
  readonly logger: Logger;
  readonly clock?: () => Date;
}

/** Tells the admins' chat that there is something to be looked at, and nothing of what it says. Where there is no such chat it does nothing. */
export class AdminAlerts {
  /** when the last errors were, oldest first */
  private readonly errors: number[] = [];
  private quietUntil = 0;

  constructor(private readonly deps: Dependencies) {}

  /** Within the transaction that stores the report. */
  reportMade(
    db: Db,
    { targetType, reason, createdAt }: { targetType: string; reason: string; createdAt: Date },
  ): Promise<void> {
    return this.write(db, `A ${targetType} was reported: ${reason}.`, createdAt);
  }

  /** Within the transaction that gives the job up. Those to Telegram itself would tell of themselves for ever. */
  async jobGivenUp(db: Db, { id, kind, attempts }: DeadJob, now: Date): Promise<void> {
    if (LANES[kind as OutboxJobKind] === 'telegram') return;
    await this.write(db, `A job of the outbox was given up after ${attempts} tries: ${kind} ${id}.`, now);
  }

  /** An answer was 5xx, or an event's `internal`. */
  errorMade(): void {
    if (!this.deps.config?.adminChat) return;
    const now = this.now().getTime();
    this.errors.push(now);
    if (this.errors.length > TOO_MANY_ERRORS) this.errors.shift();
    const [first = now] = this.errors;
    if (this.errors.length < TOO_MANY_ERRORS || now - first > WITHIN_MS || now < this.quietUntil) return;
    this.quietUntil = now + WITHIN_MS;
    void this.tellErrors(this.deps.config.botId);
  }

  /** One process tells. */
  private async tellErrors(id: string): Promise<void> {
    const { database, outbox, logger } = this.deps;
    const now = this.now();
    try {
      await database.transaction(async (db) => {
        const since = new Date(now.getTime() - QUIET_MS);
        if (await claimTellingErrors(db, { id, now, since }))
          await this.write(db, `There were ${TOO_MANY_ERRORS} errors within a minute: see the log.`, now);
      });
      outbox.wake();
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'the admins were not told of errors');
    }
  }

  private async write(db: Db, text: string, now: Date): Promise<void> {
    const chatId = this.deps.config?.adminChat;
    if (chatId) await enqueue(db, 'telegram_message', { chatId, text }, now);
  }

  private now(): Date {
    return (this.deps.clock ?? (() => new Date()))();
  }
}
