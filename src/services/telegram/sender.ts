import { setMaxListeners } from 'node:events';
import type { Logger } from '../../helpers/logger';
import { wholeCharacters } from '../../helpers/text';
import { PermanentFailure, RetryLater } from '../notifications/outbox.jobs';
import { TelegramFailure, type BotApi } from './bot-api';
import type { TelegramOutlet } from './outlet';
import type { Pacing } from './pacing';

/** UTF-16 units of one message. Source: https://core.telegram.org/bots/api#sendmessage */
const MAX_UNITS = 4096;
/** What Telegram says of chats that are not there for the bot any more, beside 403. */
const GONE = /chat not found|user not found|user is deactivated|PEER_ID_INVALID/i;
const REFUSED_TOKEN_MS = 60_000;
const DEFAULT_HOLD_SECONDS = 5;

interface Dependencies {
  readonly api: BotApi;
  readonly pacing: Pacing;
  readonly unlink: (chatId: string) => Promise<void>;
  readonly logger: Logger;
}

const fitting = (text: string): string =>
  text.length <= MAX_UNITS ? text : `${wholeCharacters(text, MAX_UNITS - 1)}…`;

/** Sends at Telegram's pace, and forgets chats that want nothing any more. */
export class TelegramSender implements TelegramOutlet {
  private readonly stopped = new AbortController();

  constructor(private readonly deps: Dependencies) {
    // Every message that waits for its turn listens.
    setMaxListeners(0, this.stopped.signal);
  }

  send(chatId: string, text: string): Promise<'sent' | 'blocked'> {
    return this.sendTo(chatId, text, true);
  }

  /** Lets go of whoever waits for their turn. */
  stop(): void {
    this.stopped.abort();
  }

  private async sendTo(chatId: string, text: string, mayMove: boolean): Promise<'sent' | 'blocked'> {
    const { api, pacing, unlink, logger } = this.deps;
    await pacing.turn(chatId, this.stopped.signal);
    try {
      // Not ended by a stop: whether it was sent would not be known.
      await api.send(chatId, fitting(text));
      return 'sent';
    } catch (error) {
      if (!(error instanceof TelegramFailure)) throw error;
      if (error.movedTo !== undefined && mayMove) {
        logger.warn({ from: chatId, to: error.movedTo }, 'a Telegram group has another number now');
        return await this.sendTo(error.movedTo, text, false);
      }
      if (error.status === 403 || (error.status === 400 && GONE.test(error.message))) {
        await unlink(chatId);
        return 'blocked';
      }
      throw this.explained(chatId, error);
    }
  }

  private explained(chatId: string, error: TelegramFailure): Error {
    const { status, retryAfterSeconds = DEFAULT_HOLD_SECONDS, message } = error;
    if (status === 429) {
      this.deps.pacing.hold(chatId, retryAfterSeconds);
      return new RetryLater(retryAfterSeconds * 1000, message);
    }
    if (status === 401 || status === 404) return new RetryLater(REFUSED_TOKEN_MS, message);
    return status === 400 ? new PermanentFailure(message) : error;
  }
}
