import path from 'node:path';
import { castOf, unchecked } from './cast';
import { startNode, TYPESCRIPT } from './processes';
import type { World } from './scenarios';
import { startService } from './service';
import type { Subject } from './subject';

/** Starts the bare Socket.io server for the same people, who need no accounts here. */
export async function startYardstick(world: World, nodeOptions: readonly string[]): Promise<Subject> {
  const service = await startService((port) =>
    startNode([...nodeOptions, ...TYPESCRIPT, path.join(__dirname, 'yardstick.ts')], {
      where: 'server',
      env: { NODE_ENV: 'production', PORT: String(port) },
    }),
  );
  return {
    name: 'yardstick',
    url: `ws://127.0.0.1:${service.port}`,
    service,
    serverPids: () => [service.server.pid],
    databasePid: null,
    redisPid: null,
    databaseVersion: null,
    clients: unchecked(castOf(world)),
    reads: [],
    check: () => Promise.resolve(),
    stop: () => service.stop(),
  };
}
