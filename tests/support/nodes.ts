import { randomBytes } from 'node:crypto';
import { REDIS_URL } from './run';
import { startTestServer, type TestServer } from './server';
import { until } from '../api/auth/answers';

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
  const first = await startTestServer(settings);
  const second = await startTestServer(settings, { sharing: first });
  return [first, second];
}

export async function stopNodes(nodes: readonly (TestServer | undefined)[]): Promise<void> {
  for (const node of [...nodes].reverse()) await node?.stop();
}

/** Until each of them knows of so many others. */
export const knowOthers = (nodes: readonly TestServer[], others: number): Promise<unknown> =>
  until('the nodes to know each other', () =>
    Promise.resolve(nodes.every(({ container }) => container.relay?.others === others)),
  );
