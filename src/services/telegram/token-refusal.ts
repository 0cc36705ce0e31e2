import { once } from 'node:events';
import type { Logger } from '../../helpers/logger';

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * Whether Telegram takes the token. When it does not, nothing but another one may help, or a proxy had a bad moment: it is asked again
 * now and then, and nothing else is meanwhile.
 */
export class TokenRefusal {
  private refused: AbortController | undefined;
  private tries = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly stopped = new AbortController();

  /**
   * @param ask rejects while the token is not taken, and calls `over` when it is
   * @param firstPauseMs before it is asked again; doubled each time, up to a quarter of an hour
   */
  constructor(
    private readonly ask: (signal: AbortSignal) => Promise<unknown>,
    private readonly logger: Logger,
    private readonly firstPauseMs = FIRST_PAUSE_MS,
  ) {}

  get isThere(): boolean {
    return this.refused !== undefined;
  }

  /** Telegram has answered that it does not know the token. */
  begin(reason: string): void {
    if (this.refused || this.stopped.signal.aborted) return;
    this.refused = new AbortController();
    this.tries = 0;
    this.logger.error({ reason }, 'Telegram does not take TELEGRAM_BOT_TOKEN; asking again now and then');
    this.askLater();
  }

  /** Telegram has answered something else. */
  over(): void {
    if (!this.refused) return;
    clearTimeout(this.timer);
    const { refused } = this;
    this.refused = undefined;
    refused.abort();
    this.logger.info('Telegram takes TELEGRAM_BOT_TOKEN again');
  }

  /** Resolves when the token is taken, or the signal is given. */
  async untilOver(signal: AbortSignal): Promise<void> {
    if (!this.refused || signal.aborted) return;
    await once(AbortSignal.any([this.refused.signal, signal]), 'abort');
  }

  /** Asks no more. */
  stop(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
  }

  private askLater(): void {
    const pauseMs = Math.min(this.firstPauseMs * 2 ** this.tries, LONGEST_PAUSE_MS);
    this.tries += 1;
    this.timer = setTimeout(() => void this.askNow(), pauseMs).unref();
  }

  private async askNow(): Promise<void> {
    await this.ask(this.stopped.signal).catch(() => undefined);
    if (this.refused && !this.stopped.signal.aborted) this.askLater();
  }
}
