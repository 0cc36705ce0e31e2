import { randomBytes } from 'node:crypto';
import { REDIS_URL } from './run';
import { startOneServer } from './one-server';
import type { TestServer } from './server';
import { until } from '../api/auth/answers';

const NOBODY = 'nobody';

/** Settings of nodes that hear each other, and of no other test's. */
export function nodeSettings(redisUrl = process.env[REDIS_URL] ?? ''): Record<string, string> {
  return {
    RATE_LIMITS: 'off',
    PRESENCE_GRACE: '1s',
    // What reaches a socket comes by Redis, not by the check of rooms.
    ROOM_CHECK_INTERVAL: '1h',
    REDIS_URL: redisUrl,
    REDIS_WAIT: '5s',
    REDIS_PREFIX: `test-${randomBytes(6).toString('hex')}`,
  };
}

/** Two nodes in this process, on one database and one Redis. */
export async function startNodes(
  settings: Record<string, string> = nodeSettings(),
): Promise<[TestServer, TestServer]> {
  const first = await startOneServer(settings);
  const second = await startOneServer(settings, { sharing: first });
  return [first, second];
}

export async function stopNodes(nodes: readonly (TestServer | undefined)[]): Promise<void> {
  for (const node of [...nodes].reverse()) await node?.stop();
}

/** Until what happens at each of two nodes is told at the other again. */
export async function knowEachOther([one, other]: readonly [TestServer, TestServer]): Promise<void> {
  for (const [teller, hearer] of [
    [one, other],
    [other, one],
  ] as const) {
    let heard = false;
    hearer.container.bus.everywhere.on('user.updated', ({ userId }) => (heard ||= userId === NOBODY));
    await until('the nodes to hear each other', () => {
      teller.container.bus.publish('user.updated', { userId: NOBODY, userVersion: 0 });
      return Promise.resolve(heard);
    });
  }
}
