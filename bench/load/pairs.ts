import { setTimeout as wait } from 'node:timers/promises';
import type { Job, LoadResult } from '../job';
import { assemble } from './crowd';
import { pairUp } from './talker';
import { Tally } from './tally';

/** Until the compilers have seen the hot path and the pools are open. */
const WARM_UP_MS = 3_000;

/** Private pairs in a closed loop: everybody sends the next message when the ack of the last one came. */
export async function pairs(job: Job): Promise<LoadResult> {
  const tally = new Tally(job);
  const crowd = await assemble(job.url, job.clients, 'chats');
  const chatIdOf = (index: number): string => job.clients[index]?.conversationIds[0] ?? '';
  const talkers = pairUp(crowd.clients, chatIdOf, tally);
  let running = true;
  for (const talker of talkers) {
    const goOn = (): void => {
      if (running) talker.say(goOn);
    };
    goOn();
  }
  await wait(WARM_UP_MS);
  const { metrics, window } = await tally.measure(job.seconds * 1000);
  running = false;
  const counts = await tally.settle(crowd.losses);
  crowd.close();
  return {
    ...counts,
    window,
    metrics: {
      ...metrics,
      deliveryP50Ms: tally.deliveries.quantileMs(0.5),
      deliveryP99Ms: tally.deliveries.quantileMs(0.99),
      ackP50Ms: tally.acks.quantileMs(0.5),
      ackP99Ms: tally.acks.quantileMs(0.99),
    },
  };
}
