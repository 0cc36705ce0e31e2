import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../database/database';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import { ensureBot, leaseBot, releaseBot } from './bot.queries';

/** How long a process that died keeps the others waiting, and how often a living one says that it lives. */
const LEASE_MS = 20_000;
const RENEW_MS = 5_000;

interface Dependencies {
  readonly database: Database;
  readonly botId: string;
  readonly logger: Logger;
}

/** One process at a time serves the bot: asks for updates and sends, so that Telegram's limits hold for all processes together. */
export class BotLease {
  /** who this process is to the others */
  readonly holder = newId();
  private readonly stopped = new AbortController();
  private held = new AbortController();
  private heldUntil = 0;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly deps: Dependencies) {
    this.held.abort();
  }

  get isHeld(): boolean {
    return performance.now() < this.heldUntil;
  }

  /** @param serve begins when the bot is this process's, with a signal that says when it is not any more */
  start(serve: (lost: AbortSignal) => void): void {
    this.loop = this.run(serve);
  }

  /** Gives the bot to whoever asks next. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop;
    if (this.held.signal.aborted) return;
    this.lose();
    const { database, botId, logger } = this.deps;
    await releaseBot(database.writer, botId, this.holder).catch((error: unknown) =>
      logger.warn({ reason: (error as Error).message }, 'the Telegram bot stays leased for a while'),
    );
  }

  private async run(serve: (lost: AbortSignal) => void): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      await this.ask();
      if (!this.isHeld) this.lose();
      else if (this.held.signal.aborted) {
        this.held = new AbortController();
        serve(this.held.signal);
      }
      await wait(RENEW_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async ask(): Promise<void> {
    const { database, botId: id, logger } = this.deps;
    const asked = performance.now();
    const now = new Date();
    try {
      await ensureBot(database.writer, id);
      const until = new Date(now.getTime() + LEASE_MS);
      const isMine = await leaseBot(database.writer, { id, by: this.holder, until, now });
      this.heldUntil = isMine ? asked + LEASE_MS : 0;
    } catch (error) {
      logger.warn({ reason: (error as Error).message }, 'the Telegram bot cannot be leased; trying again');
    }
  }

  private lose(): void {
    this.heldUntil = 0;
    this.held.abort();
  }
}
