import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { startRedis } from '../tests/support/redis';
import { endAtExit, type Started } from './processes';
import { startProduct } from './product';
import type { World } from './scenarios';
import type { Subject } from './subject';

const WORKERS = 2;
const START_TIMEOUT_MS = 60_000;
const TELLING = ['-r', path.join(__dirname, 'tell-of-workers.cjs')];

/** Resolves with the pids of all workers when all take connections. */
async function untilAllListen({ child, output }: Started): Promise<readonly number[]> {
  const pids: number[] = [];
  const all = new Promise<true>((resolve) => {
    child.on('message', ({ worker }: { worker: number }) => {
      if (pids.push(worker) === WORKERS) resolve(true);
    });
  });
  const late = new AbortController();
  const tooLate = wait(START_TIMEOUT_MS, false, { signal: late.signal }).catch(() => false);
  const started = await Promise.race([all, once(child, 'exit').then(() => false), tooLate]);
  late.abort();
  if (!started) throw new Error(`${pids.length} of ${WORKERS} workers started:\n${output()}`);
  return pids;
}

/** Starts the product as `npm run cluster` does, on a private Redis. */
export async function startWorkers(world: World, nodeOptions: readonly string[]): Promise<Subject> {
  const redis = await startRedis();
  if (!redis) throw new Error('there is no redis-server');
  const stopRedis = endAtExit(() => redis.stop());
  let workers: readonly number[] = [];
  const subject = await startProduct(world, [...nodeOptions, ...TELLING], {
    program: 'cluster',
    where: 'anywhere',
    env: { WORKERS: String(WORKERS), REDIS_URL: redis.url },
    ready: async (server) => {
      workers = await untilAllListen(server);
    },
  });
  return {
    ...subject,
    serverPids: () => [subject.service.server.pid, ...workers],
    redisPid: redis.pid,
    async stop() {
      await subject.stop();
      stopRedis();
    },
  };
}

/** What the workers are measured against: the product as `npm run prod` starts it, pinned no more than they are. */
export function startOneProcess(world: World, nodeOptions: readonly string[]): Promise<Subject> {
  return startProduct(world, nodeOptions, { where: 'anywhere', env: { REDIS_URL: '' } });
}
