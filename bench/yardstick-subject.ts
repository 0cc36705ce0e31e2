import path from 'node:path';
import { freePort } from '../tests/support/free-port';
import { castOf, unchecked } from './cast';
import { startNode, TYPESCRIPT, untilListening } from './processes';
import type { World } from './scenarios';
import type { Subject } from './subject';

/** Starts the bare Socket.io server for the same people, who need no accounts here. */
export async function startYardstick(world: World, nodeOptions: readonly string[]): Promise<Subject> {
  const port = await freePort();
  const server = startNode([...nodeOptions, ...TYPESCRIPT, path.join(__dirname, 'yardstick.ts')], {
    where: 'server',
    env: { NODE_ENV: 'production', PORT: String(port) },
  });
  await untilListening(server, port);
  return {
    name: 'yardstick',
    url: `ws://127.0.0.1:${port}`,
    server,
    databasePid: null,
    databaseVersion: null,
    clients: unchecked(castOf(world)),
    reads: [],
    check: () => Promise.resolve(),
    stop: () => server.stop(),
  };
}
