import path from 'node:path';
import { freePort } from '../../tests/support/free-port';
import { startNode, TYPESCRIPT, untilListening } from '../processes';
import { startServer } from '../server';
import type { Subject, SubjectName } from '../subject';
import { openLibrary } from './library';
import type { ReadName } from './reads';
import type { YardstickPlan } from './yardstick';

async function startYardstick(plan: YardstickPlan, nodeOptions: readonly string[]) {
  const port = await freePort();
  const server = startNode([...nodeOptions, ...TYPESCRIPT, path.join(__dirname, 'yardstick.ts')], {
    where: 'server',
    env: { NODE_ENV: 'production', PORT: String(port) },
  });
  server.child.send(plan);
  await untilListening(server, port);
  return { server, port, stop: () => server.stop() };
}

/** Starts one of the two servers on the library. @param messages of its long history */
export async function startReading(
  subject: SubjectName,
  name: ReadName,
  { messages, nodeOptions }: { readonly messages: number; readonly nodeOptions: readonly string[] },
): Promise<Subject> {
  const { database, reads, client } = await openLibrary(messages);
  const isProduct = subject === 'product';
  const started = isProduct
    ? await startServer(database.url, nodeOptions)
    : await startYardstick({ databaseUrl: database.url, reads }, nodeOptions);
  return {
    name: subject,
    url: `http://127.0.0.1:${started.port}`,
    server: started.server,
    databasePid: database.pid,
    databaseVersion: database.version,
    clients: [client],
    reads: reads[name].map((read, index) => (isProduct ? read.path : `/${name}/${index}`)),
    check: () => Promise.resolve(),
    stop: () => started.stop(),
  };
}
