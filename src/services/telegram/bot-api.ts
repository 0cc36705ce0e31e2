import { Api, TelegramApiError, type TelegramBotError, type Update } from 'node-telegram-bot-api';
import type { TelegramConfig } from '../../config/env';
import type { Logger } from '../../helpers/logger';
import { TokenRefusal } from './token-refusal';

/** Milliseconds for an answer; a long poll gets what it asked for, and ten seconds more. */
const TIMEOUT_MS = 20_000;
/** Seconds that a poll waits for updates. */
const POLL_SECONDS = 25;
const UPDATES = ['message', 'my_chat_member'];

interface Details {
  readonly retryAfterSeconds?: number | undefined;
  /** the number that a group has now */
  readonly movedTo?: string | undefined;
}

/** A call that failed. What the client says of it may hold the token, and is not kept. */
export class TelegramFailure extends Error {
  readonly retryAfterSeconds: number | undefined;
  readonly movedTo: string | undefined;

  /** @param status Telegram's code; `null`: there was no answer */
  constructor(
    message: string,
    readonly status: number | null,
    { retryAfterSeconds, movedTo }: Details = {},
  ) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
    this.movedTo = movedTo;
  }
}

/** Telegram's Bot API, as far as it is needed. Nothing is tried twice here; the token never leaves by an error. */
export class BotApi {
  private readonly api: Api;
  private readonly token: string;
  private name: string | undefined;
  /** while Telegram does not take the token */
  readonly refusal: TokenRefusal;

  /** @param askAgainMs after the token was not taken */
  constructor(
    { token, apiUrl }: Pick<TelegramConfig, 'token' | 'apiUrl'>,
    logger: Logger,
    askAgainMs?: number,
  ) {
    this.token = token;
    this.api = new Api(token, { apiRoot: apiUrl, timeoutMs: TIMEOUT_MS, maxRetries: 0 });
    this.refusal = new TokenRefusal((signal) => this.call(() => this.api.getMe(signal)), logger, askAgainMs);
  }

  /** What the bot is called in links, asked once. */
  async username(): Promise<string> {
    this.name ??= (await this.call(() => this.api.getMe())).username;
    if (this.name === undefined) throw new TelegramFailure('the bot has no username', null);
    return this.name;
  }

  async send(chatId: string, text: string): Promise<void> {
    const message = { chat_id: chatId, text, link_preview_options: { is_disabled: true } };
    await this.call(() => this.api.sendMessage(message));
  }

  /** Waits for updates. @param offset the first one that is wanted: earlier ones are confirmed by it */
  updates(offset: number | undefined, signal: AbortSignal): Promise<Update[]> {
    return this.call(() =>
      this.api.getUpdates(
        { timeout: POLL_SECONDS, allowed_updates: UPDATES, ...(offset !== undefined && { offset }) },
        signal,
      ),
    );
  }

  async setWebhook(url: string, secret: string, signal: AbortSignal): Promise<void> {
    const webhook = { url, secret_token: secret, allowed_updates: UPDATES };
    await this.call(() => this.api.setWebhook(webhook, signal));
  }

  async deleteWebhook(signal: AbortSignal): Promise<void> {
    await this.call(() => this.api.deleteWebhook({}, signal));
  }

  private async call<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await ask();
      this.refusal.over();
      return answer;
    } catch (error) {
      throw this.failure(error as TelegramBotError);
    }
  }

  private failure(error: TelegramBotError): TelegramFailure {
    const message = error.message.replaceAll(this.token, '[token]');
    if (!(error instanceof TelegramApiError)) return new TelegramFailure(message, null);
    const { errorCode, retryAfter, migrateToChatId } = error;
    if (errorCode === 401 || errorCode === 404) this.refusal.begin(message);
    return new TelegramFailure(message, errorCode, {
      retryAfterSeconds: retryAfter,
      movedTo: migrateToChatId === undefined ? undefined : String(migrateToChatId),
    });
  }
}
