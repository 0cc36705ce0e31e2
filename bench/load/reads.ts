import { Agent, get } from 'node:http';
import type { Job, LoadResult } from '../job';
import { Tally } from './tally';

const WARM_UP_MS = 2_000;

/** One person's requests on one connection. @returns the bytes of the body @throws unless it is answered 200 */
function makeReader({ url, clients }: Job): { read: (path: string) => Promise<number>; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${String(clients[0]?.auth.token)}` };
  const read = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      get(`${url}${path}`, { agent, headers }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => (bytes += chunk.length));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(bytes);
          else reject(new Error(`${path} was answered ${response.statusCode}`));
        });
      }).on('error', reject);
    });
  return { read, close: () => agent.destroy() };
}

/** Pages one after the other, each asked for when the one before is there, on a server that has nothing else to do. */
export async function reads(job: Job): Promise<LoadResult> {
  const tally = new Tally(job);
  const { read, close } = makeReader(job);
  let turn = 0;
  let bytes = 0;
  const readFor = async (milliseconds: number, atLeast: number): Promise<void> => {
    const end = performance.now() + milliseconds;
    for (let count = 0; count < atLeast || performance.now() < end; count += 1) {
      const began = performance.now();
      tally.sent += 1;
      bytes += await read(job.reads[turn++ % job.reads.length]!);
      tally.acked += 1;
      tally.acks.record((performance.now() - began) * 1000);
    }
  };
  // Each page once at least: what is measured is in the database's memory.
  await readFor(WARM_UP_MS, job.reads.length);
  tally.acks.clear();
  bytes = 0;
  const before = tally.read();
  await readFor(job.seconds * 1000, 1);
  const { window, metrics } = tally.between(before, tally.read());
  close();
  return {
    sent: tally.sent,
    acked: tally.acked,
    delivered: tally.acked,
    window,
    metrics: {
      ...metrics,
      readP50Ms: tally.acks.quantileMs(0.5),
      readP99Ms: tally.acks.quantileMs(0.99),
      kib: bytes / 1024 / tally.acks.count,
    },
  };
}
