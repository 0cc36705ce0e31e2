import { setTimeout as wait } from 'node:timers/promises';
import type { Job, LoadResult } from '../job';
import { assemble } from './crowd';
import { pairUp } from './talker';
import { Tally } from './tally';

const MESSAGES = 300;
const WARM_UP_MESSAGES = 30;
/** Milliseconds between an ack and the next message. */
const PAUSE_MS = 20;

/** One message at a time on a server that has nothing else to do. */
export async function lone(job: Job): Promise<LoadResult> {
  const tally = new Tally(job);
  const crowd = await assemble(job.url, job.clients, 'chats');
  const [talker] = pairUp(crowd.clients, (index) => job.clients[index]?.conversationIds[0] ?? '', tally);
  const sayAndWait = async (times: number): Promise<void> => {
    for (let count = 0; count < times && tally.faults.length === 0; count += 1) {
      await new Promise<void>((resolve) => talker?.say(resolve));
      await wait(PAUSE_MS);
    }
  };
  await sayAndWait(WARM_UP_MESSAGES);
  tally.measuring = true;
  const before = tally.read();
  await sayAndWait(MESSAGES);
  const { window, metrics } = tally.between(before, tally.read());
  const counts = await tally.settle(crowd.losses);
  crowd.close();
  return {
    ...counts,
    window,
    metrics: {
      ackP50Ms: tally.acks.quantileMs(0.5),
      ackP99Ms: tally.acks.quantileMs(0.99),
      deliveryP50Ms: tally.deliveries.quantileMs(0.5),
      deliveryP99Ms: tally.deliveries.quantileMs(0.99),
      serverMicros: metrics.serverMicros ?? Number.NaN,
    },
  };
}
