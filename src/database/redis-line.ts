import { createClient, ErrorReply, type RedisClientType } from 'redis';
import type { Logger } from '../helpers/logger';
import { RedisAway } from './redis-away';

export type RedisClient = RedisClientType;

/** Milliseconds. */
const CONNECT_TIMEOUT_MS = 3_000;
/** A command that takes longer counts as failed, and no other one is tried before Redis answers again. */
const COMMAND_TIMEOUT_MS = 1_000;
const WATCH_EVERY_MS = 1_000;
/** A connection that has not answered at so many looks is given up for a new one; looks, for time passes also while this process is busy. */
const GIVEN_UP_AFTER = 5;
const LONGEST_PAUSE_MS = 2_000;
/** Commands that wait for their turn or answer; past it they fail. */
const MAX_COMMANDS = 20_000;

/** Waiting does not help; it does while Redis is loading what it has stored. */
const REFUSALS = /^(WRONGPASS|NOAUTH|NOPERM|ERR)\b/;

/** Back-off with jitter, so that nodes do not all come back at once. */
const pauseBefore = (retries: number): number =>
  Math.min(50 * 2 ** Math.min(retries, 10), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);

/**
 * One connection that mends itself. While Redis is away or does not answer, commands fail at once instead of waiting for it, and nothing
 * is thrown outside of them.
 */
export class RedisLine {
  private client: RedisClient | undefined;
  private unanswered = 0;
  private stalled = false;
  private pinging = false;
  private wasReady = false;
  private unprepared = false;
  private closed = false;
  private watch: NodeJS.Timeout | undefined;

  /** @param prepare done with each new connection, before it is used */
  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly logger: Logger,
    private readonly prepare: (client: RedisClient) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Why Redis does not let us in, or do what is done first: a wrong password, for one. */
  refusal: string | undefined;

  /** Whether a command would be tried now. */
  get isReady(): boolean {
    return !this.stalled && this.client?.isReady === true;
  }

  /** Begins to connect, and to watch over the connection. */
  open(): void {
    this.renew();
    this.watch = setInterval(() => this.look(), WATCH_EVERY_MS);
  }

  /** @throws RedisAway at once when it is known to be away, or after a second without an answer */
  async run<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    const { client } = this;
    if (!client || !this.isReady) throw new RedisAway('Redis is away');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (client === this.client) this.stalled = true;
        reject(new RedisAway('Redis does not answer'));
      }, COMMAND_TIMEOUT_MS);
    });
    try {
      return await Promise.race([command(client), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when everything that was asked is answered, or Redis is away. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.watch);
    const { client } = this;
    this.client = undefined;
    if (!client) return;
    if (client.isReady && !this.stalled) {
      const timer = setTimeout(() => this.discard(client), COMMAND_TIMEOUT_MS);
      await client.close().catch(() => undefined);
      clearTimeout(timer);
    }
    this.discard(client);
  }

  private renew(): void {
    if (this.client) this.discard(this.client);
    const client: RedisClient = createClient({
      url: this.url,
      name: `chat-${this.name}`,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_COMMANDS,
      maintNotifications: 'disabled',
      socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: pauseBefore },
    });
    this.client = client;
    this.stalled = false;
    this.unprepared = false;
    this.unanswered = 0;
    client.on('error', (error: Error) => this.tellOnce(error));
    client.on('ready', () => this.tellReady());
    client
      .connect()
      .then(() => this.prepare(client))
      .catch((error: unknown) => {
        this.logger.debug({ err: error }, 'a connection to Redis was given up');
        this.noteRefusal(error);
        if (client === this.client) this.unprepared = true;
      });
  }

  private discard(client: RedisClient): void {
    client.removeAllListeners('ready');
    if (client.isOpen) client.destroy();
  }

  /** A connection can be dead without anybody having said so, also before it was ready. */
  private look(): void {
    const { client } = this;
    this.unanswered += 1;
    const isLost = this.unanswered > GIVEN_UP_AFTER;
    if (!client?.isOpen || this.unprepared || isLost) return this.renew();
    if (!client.isReady) return;
    if (this.pinging) return;
    this.pinging = true;
    client
      .ping()
      .then(
        () => {
          if (client !== this.client) return;
          this.unanswered = 0;
          this.stalled = false;
        },
        () => undefined,
      )
      .finally(() => (this.pinging = false));
  }

  private noteRefusal(error: unknown): void {
    if (error instanceof ErrorReply && REFUSALS.test(error.message)) this.refusal = error.message;
  }

  private tellOnce(error: Error): void {
    this.noteRefusal(error);
    if (this.wasReady && !this.closed)
      this.logger.warn(
        { connection: this.name, reason: error.message },
        'Redis is away; going on without it',
      );
    this.wasReady = false;
  }

  private tellReady(): void {
    this.logger.info({ connection: this.name }, 'connected to Redis');
    this.wasReady = true;
    this.refusal = undefined;
    this.unanswered = 0;
    this.stalled = false;
  }
}
