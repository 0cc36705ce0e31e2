import { createMysqlDatabase } from '../support/database';
import { nodeSettings } from '../support/nodes';
import { startMariadb, type PrivateMariadb } from '../support/mariadb';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { startRedis, type PrivateRedis } from '../support/redis';

/** A MariaDB, a Redis and two nodes in processes of their own, each to be hurt. */
export interface Site {
  readonly mariadb: PrivateMariadb;
  readonly redis: PrivateRedis;
  readonly nodes: readonly [ProcessServer, ProcessServer];
  stop(): Promise<void>;
}

export async function startSite(settings: Record<string, string> = {}): Promise<Site> {
  const [mariadb, redis] = [await startMariadb(), await startRedis()];
  const nodes: ProcessServer[] = [];
  const stop = async (): Promise<void> => {
    mariadb?.resume();
    for (const node of [...nodes].reverse()) await node.stop();
    redis?.stop();
    mariadb?.stop();
  };
  try {
    if (!mariadb || !redis) throw new Error('these tests need a mariadbd and a redis-server of their own');
    const { url } = await createMysqlDatabase(undefined, mariadb.url);
    const shared = { ...nodeSettings(redis.url), DATABASE_URL: url, DATABASE_WAIT: '30s', ...settings };
    const first = await startProcessServer(shared);
    nodes.push(first);
    nodes.push(await startProcessServer(shared, { sharing: first }));
    return { mariadb, redis, nodes: nodes as [ProcessServer, ProcessServer], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
