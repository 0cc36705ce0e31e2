import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/env';
import type { Logger } from '../helpers/logger';
import { RedisAway } from './redis-away';
import type * as Line from './redis-line';

export type RedisClient = Line.RedisClient;
type RedisLine = Line.RedisLine;

/** Redis did not answer in time, or refused; says where. */
export class RedisUnreachable extends Error {}

const LOOK_EVERY_MS = 50;

/** What nodes share besides the database. It may go away at any time: whoever uses it has something to do then. */
export interface Redis {
  /** What all keys and channels of this deployment begin with. */
  readonly prefix: string;
  readonly isReady: boolean;
  /** @throws RedisAway at once while it is away, or after a second without an answer */
  run: RedisLine['run'];
  /** Hears what is published on a channel, also after Redis was away; what was published meanwhile is lost. Resolves when it hears; throws RedisUnreachable. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** Resolves when it answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

type RedisConfig = NonNullable<Config['redis']>;

/** Waits for a Redis that is still starting. @throws RedisUnreachable */
async function untilReady(
  line: RedisLine,
  { url, waitSeconds }: RedisConfig,
  isReady = () => line.isReady,
): Promise<void> {
  const { host } = new URL(url);
  const deadline = Date.now() + waitSeconds * 1000;
  while (!isReady()) {
    if (line.refusal) throw new RedisUnreachable(`Redis at ${host} refuses: ${line.refusal}`);
    if (Date.now() >= deadline)
      throw new RedisUnreachable(`Redis at ${host} did not answer for ${waitSeconds} s`);
    await wait(LOOK_EVERY_MS);
  }
}

/** Two connections: what is heard does not wait behind what is asked. @throws RedisUnreachable */
export async function openRedis(config: RedisConfig, logger: Logger): Promise<Redis> {
  // Redis' client is as large as a third of the server, and most servers have no Redis.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { RedisLine } = require('./redis-line') as typeof Line;
  const commands = new RedisLine(config.url, 'commands', logger);
  const subscribers: RedisLine[] = [];
  commands.open();
  try {
    await untilReady(commands, config);
  } catch (error) {
    await commands.close();
    throw error;
  }
  return {
    prefix: config.prefix,
    get isReady() {
      return commands.isReady;
    },
    run: (command) => commands.run(command),
    async subscribe(channel, listener) {
      let hears = false;
      const line = new RedisLine(config.url, 'events', logger, async (client) => {
        await client.subscribe(channel, listener);
        hears = true;
      });
      subscribers.push(line);
      line.open();
      await untilReady(line, config, () => hears);
    },
    async ping() {
      if ((await commands.run((client) => client.ping())) !== 'PONG') throw new RedisAway('no answer');
    },
    async close() {
      await Promise.all(subscribers.map((line) => line.close()));
      await commands.close();
    },
  };
}
