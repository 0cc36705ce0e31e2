import path from 'node:path';
import { startNode, TYPESCRIPT } from '../processes';
import { startServer } from '../server';
import { startService, type Service } from '../service';
import type { Subject, SubjectName } from '../subject';
import { openLibrary } from './library';
import type { ReadName } from './reads';
import type { YardstickPlan } from './yardstick';

function startYardstick(plan: YardstickPlan, nodeOptions: readonly string[]): Promise<Service> {
  return startService((port) => {
    const server = startNode([...nodeOptions, ...TYPESCRIPT, path.join(__dirname, 'yardstick.ts')], {
      where: 'server',
      env: { NODE_ENV: 'production', PORT: String(port) },
    });
    server.child.send(plan);
    return server;
  });
}

/** Starts one of the two servers on the library. @param messages of its long history */
export async function startReading(
  subject: SubjectName,
  name: ReadName,
  { messages, nodeOptions }: { readonly messages: number; readonly nodeOptions: readonly string[] },
): Promise<Subject> {
  const { database, reads, client } = await openLibrary(messages);
  const isProduct = subject === 'product';
  const service = isProduct
    ? await startServer(database.url, nodeOptions)
    : await startYardstick({ databaseUrl: database.url, reads }, nodeOptions);
  return {
    name: subject,
    url: `http://127.0.0.1:${service.port}`,
    service,
    serverPids: () => [service.server.pid],
    databasePid: database.pid,
    redisPid: null,
    databaseVersion: database.version,
    clients: [client],
    reads: reads[name].map((read, index) => (isProduct ? read.path : `/${name}/${index}`)),
    check: () => Promise.resolve(),
    stop: () => service.stop(),
  };
}
