import { openMysql } from '../src/database/mysql';
import { castOf, signedIn, writeCast, type Cast } from './cast';
import { checkStored } from './check';
import { startDatabase, withConnection } from './database';
import type { World } from './scenarios';
import { startServer, tokens, type Manner } from './server';
import type { Subject } from './subject';

async function write(url: string, cast: Cast): Promise<void> {
  const database = openMysql(url, 2);
  await writeCast(database, cast, tokens);
  await database.close();
  await withConnection(url, (admin) => admin.query('ANALYZE TABLE user, session, conversation, membership'));
}

/**
 * Starts the product on a private MariaDB that holds the world's people and chats.
 * @param nodeOptions for the server's process
 */
export async function startProduct(
  world: World,
  nodeOptions: readonly string[],
  manner?: Manner,
): Promise<Subject> {
  const database = await startDatabase();
  const cast = castOf(world);
  await write(database.url, cast);
  const service = await startServer(database.url, nodeOptions, manner);
  return {
    name: 'product',
    url: `ws://127.0.0.1:${service.port}`,
    service,
    serverPids: () => [service.server.pid],
    databasePid: database.pid,
    redisPid: null,
    databaseVersion: database.version,
    clients: signedIn(cast, tokens),
    reads: [],
    check: (result) => checkStored(database.url, result.acked),
    async stop() {
      await service.stop();
      database.stop();
    },
  };
}
