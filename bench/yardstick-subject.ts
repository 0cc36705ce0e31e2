import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { castOf, unchecked } from './cast';
import { endAtExit, startNode, TYPESCRIPT } from './processes';
import type { World } from './scenarios';
import { startService } from './service';
import type { Subject } from './subject';

/** Starts the bare Socket.io server for the same people, who need no accounts here. */
export async function startYardstick(world: World, nodeOptions: readonly string[]): Promise<Subject> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-yardstick-'));
  const removeFolder = endAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const service = await startService((port) =>
    startNode([...nodeOptions, ...TYPESCRIPT, path.join(__dirname, 'yardstick.ts')], {
      where: 'server',
      env: { NODE_ENV: 'production', PORT: String(port), DATA_DIR: folder },
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
    async stop() {
      await service.stop();
      removeFolder();
    },
  };
}
