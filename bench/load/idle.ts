import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMicros, type Job, type LoadResult } from '../job';
import { assemble } from './crowd';
import { residentKib } from './proc';

/** Clients that come and go before: code and pools are not the sockets' memory. */
const WARM_UP_CLIENTS = 200;
const SETTLE_MS = 700;
const SETTLE_ROUNDS = 8;

/** Resident KiB of the server when its garbage is collected and nothing moves any more. */
async function settledKib(pid: number): Promise<number> {
  let before = Number.NaN;
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) {
    process.kill(pid, 'SIGUSR2');
    await wait(SETTLE_MS);
    const now = residentKib(pid);
    if (Math.abs(now - before) < before * 0.002) return now;
    before = now;
  }
  return before;
}

/** Sockets that are connected and silent. */
export async function idle(job: Job): Promise<LoadResult> {
  const serverPid = job.serverPids[0] ?? 0;
  const warmUp = await assemble(job.url, job.clients.slice(0, WARM_UP_CLIENTS), 'nothing');
  warmUp.close();
  await wait(SETTLE_MS);
  const from = monotonicMicros();
  const kibBefore = await settledKib(serverPid);
  const crowd = await assemble(job.url, job.clients, 'nothing');
  const kibAfter = await settledKib(serverPid);
  if (crowd.losses[0] !== undefined)
    throw new Error(`${crowd.losses.length} idle sockets were lost: ${crowd.losses[0]}`);
  crowd.close();
  return {
    sent: 0,
    acked: 0,
    delivered: 0,
    window: { from, to: monotonicMicros(), messages: 0 },
    metrics: {
      kibPerSocket: (kibAfter - kibBefore) / job.clients.length,
      mibBefore: kibBefore / 1024,
      connectionsPerSecond: crowd.connectionsPerSecond,
    },
  };
}
