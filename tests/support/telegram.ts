import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person } from './people';
import type { TestedServer } from './server';
import { eachOnce } from './waiting';

/** A request that the Bot API got. */
export interface ApiCall {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  /** milliseconds since the epoch */
  readonly at: number;
}

/** A message that a chat got. */
export interface ChatMessage {
  readonly chatId: string;
  readonly text: string;
  readonly at: number;
}

/** What becomes of a call: an error's envelope; no answer; the connection cut before it is done, or after; no answer although it is done. */
export type Behaviour =
  | {
      readonly error: number;
      readonly description?: string;
      readonly retryAfter?: number;
      /** the number that a group has now */
      readonly movedTo?: number;
    }
  | 'hang'
  | 'cut'
  | 'cut when done'
  | 'hang when done';

interface Update {
  readonly update_id: number;
  readonly message: object;
}

interface Poll {
  readonly offset: number | undefined;
  answer(updates: readonly Update[] | null): void;
}

export const BOT_TOKEN = '7000001:AAtest-token_of-the-bot-0123456789';
export const BOT_NAME = 'chat_test_bot';

async function paramsOf(request: IncomingMessage): Promise<Record<string, string>> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return {};
  return Object.fromEntries(new URLSearchParams(body));
}

/** Telegram's Bot API, for one bot, over real HTTP. */
export class FakeTelegram {
  /** everything asked, oldest first */
  readonly calls: ApiCall[] = [];
  /** everything that was delivered, oldest first */
  readonly messages: ChatMessage[] = [];
  /** Asked before each call is done; `undefined` lets it be done. */
  behave: (call: ApiCall) => Behaviour | undefined = () => undefined;
  /** Anything else is answered 401. */
  token = BOT_TOKEN;
  webhook: { readonly url: string; readonly secret: string | undefined } | null = null;
  /** polls that another one ended */
  conflicts = 0;
  private updates: Update[] = [];
  private nextUpdateId = 1_000;
  private poll: Poll | undefined;
  private readonly waitingForMessage = eachOnce<ChatMessage>(() => this.messages);
  private readonly waitingForCall = eachOnce<ApiCall>(() => this.calls);

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<FakeTelegram> {
    // Connections are kept: one that ends the moment it is used again would be a failure nobody asked for.
    const server = createServer({ keepAliveTimeout: 120_000 }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeTelegram(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The settings of a server whose bot this is. */
  get settings(): Record<string, string> {
    return { TELEGRAM_BOT_TOKEN: this.token, TELEGRAM_API_URL: this.url };
  }

  /** Updates that no poll has confirmed. */
  get unconfirmed(): number {
    return this.updates.length;
  }

  /** Somebody writes to the bot. @returns the update, as a webhook would bring it */
  say(chatId: number, text: string, type: 'private' | 'group' | 'channel' = 'private'): Update {
    const update = {
      update_id: (this.nextUpdateId += 1),
      message: {
        message_id: this.nextUpdateId,
        date: Math.floor(Date.now() / 1000),
        chat: { id: chatId, type, first_name: 'Somebody' },
        from: { id: Math.abs(chatId), is_bot: false, first_name: 'Somebody' },
        text,
      },
    };
    this.updates.push(update);
    this.answerPoll();
    return update;
  }

  /** The next update's number: Telegram may choose any after a week of silence. */
  countUpdatesFrom(id: number): void {
    this.nextUpdateId = id - 1;
  }

  /** The first message to this chat that nobody waited for yet, now or as soon as it comes. */
  waitForMessage(chatId: number, text = /./, timeoutMs = 10_000): Promise<ChatMessage> {
    return this.waitingForMessage.next(
      `a Telegram message to ${chatId} like ${text.source}`,
      (message) => message.chatId === String(chatId) && text.test(message.text),
      timeoutMs,
      () => this.messages.slice(-10),
    );
  }

  /** The first call of this method that nobody waited for yet. */
  waitForCall(method: string, timeoutMs = 10_000): Promise<ApiCall> {
    return this.waitingForCall.next(
      `a call of ${method}`,
      (call) => call.method === method,
      timeoutMs,
      () => this.calls.map((call) => call.method),
    );
  }

  messagesTo(chatId: number): string[] {
    return this.messages.flatMap((message) => (message.chatId === String(chatId) ? message.text : []));
  }

  callsOf(method: string): ApiCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const call = { method, params: await paramsOf(request), at: Date.now() };
    this.calls.push(call);
    const behaviour = this.behave(call);
    this.waitingForCall.look();
    if (token !== this.token) return refuse(response, { error: 401, description: 'Unauthorized' });
    if (behaviour === 'hang') return;
    if (behaviour === 'cut') return void response.destroy();
    if (typeof behaviour === 'object') return refuse(response, behaviour);
    const done = await this.perform(call, response);
    if (behaviour === 'hang when done') return;
    if (behaviour === 'cut when done' || response.destroyed) response.destroy();
    else if (done instanceof Refused) refuse(response, done);
    else send(response, 200, { ok: true, result: done });
  }

  private perform({ method, params, at }: ApiCall, response: ServerResponse): unknown {
    switch (method) {
      case 'getMe':
        return { id: Number(this.token.split(':')[0]), is_bot: true, first_name: 'Chat', username: BOT_NAME };
      case 'sendMessage':
        return this.deliver(params, at);
      case 'setWebhook':
        this.webhook = { url: params.url ?? '', secret: params.secret_token };
        return true;
      case 'deleteWebhook':
        this.webhook = null;
        return true;
      case 'getUpdates':
        return this.getUpdates(params, response);
      default:
        return new Refused(404, 'Not Found: method not found');
    }
  }

  private deliver({ chat_id: chatId = '', text = '' }: ApiCall['params'], at: number): unknown {
    if (text === '') return new Refused(400, 'Bad Request: message text is empty');
    if (text.length > 4096) return new Refused(400, 'Bad Request: message is too long');
    this.messages.push({ chatId, text, at });
    this.waitingForMessage.look();
    return {
      message_id: this.messages.length,
      date: Math.floor(at / 1000),
      chat: { id: Number(chatId) },
      text,
    };
  }

  /** Long polling: one at a time, the earlier one is answered 409. */
  private getUpdates(params: ApiCall['params'], response: ServerResponse): unknown {
    if (this.webhook)
      return new Refused(409, "Conflict: can't use getUpdates method while webhook is active");
    if (this.poll) this.conflicts += 1;
    this.poll?.answer(null);
    const offset = params.offset === undefined ? undefined : Number(params.offset);
    if (offset !== undefined) this.updates = this.updates.filter((update) => update.update_id >= offset);
    return new Promise((resolve) => {
      const poll: Poll = {
        offset,
        answer: (updates) => {
          if (this.poll === poll) this.poll = undefined;
          clearTimeout(timer);
          resolve(updates ?? new Refused(409, 'Conflict: terminated by other getUpdates request'));
        },
      };
      const timer = setTimeout(() => poll.answer([]), Number(params.timeout ?? 0) * 1000).unref();
      response.on('close', () => this.poll === poll && poll.answer([]));
      this.poll = poll;
      this.answerPoll();
    });
  }

  private answerPoll(): void {
    if (this.updates.length > 0) this.poll?.answer(this.updates.slice(0, 100));
  }
}

/** Links a chat to somebody, as people do. @returns what the bot answered */
export async function linkTelegram(
  server: TestedServer,
  telegram: FakeTelegram,
  { authorization }: Pick<Person, 'authorization'>,
  chatId: number,
): Promise<string> {
  telegram.say(chatId, `/start ${await linkCode(server, { authorization })}`);
  return (await telegram.waitForMessage(chatId, /is linked to/)).text;
}

/** The code of a link that somebody asks for. */
export async function linkCode(
  server: TestedServer,
  { authorization }: Pick<Person, 'authorization'>,
): Promise<string> {
  const { body } = await server.request.post('/api/v1/users/me/telegram').set(authorization).expect(200);
  return new URL((body as { url: string }).url).searchParams.get('start') ?? '';
}

class Refused {
  constructor(
    readonly error: number,
    readonly description: string,
  ) {}
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(
  response: ServerResponse,
  { error, description = 'Error', retryAfter, movedTo }: Exclude<Behaviour, string>,
): void {
  send(response, error, {
    ok: false,
    error_code: error,
    description,
    parameters: { retry_after: retryAfter, migrate_to_chat_id: movedTo },
  });
}
