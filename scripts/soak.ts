/**
 * `npm run soak`: half an hour (SOAK_MINUTES) of private chats at half of what the server was just measured to take, on a private MariaDB.
 * Ends with 1 when a message was lost, doubled or refused, or when the server's memory grew by more than 5 % after warming up.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { assemble, type Crowd } from '../bench/load/crowd';
import { residentKib } from '../bench/load/proc';
import { pairUp, type Talker } from '../bench/load/talker';
import { Tally } from '../bench/load/tally';
import { productionFlags } from '../bench/measure';
import { startProduct } from '../bench/product';
import { isReading, SCENARIOS } from '../bench/scenarios';
import type { Subject } from '../bench/subject';

const MAX_GROWTH = 0.05;
const PROBE_MS = 20_000;
const WARM_UP_MS = 3_000;
/** A share of the whole time, until the heap and the pools have their size. */
const WARM_UP_SHARE = 0.2;
const TICK_MS = 10;
const SAMPLE_EVERY_MS = 5_000;
/** Of the samples, at either end. */
const END_SHARE = 0.25;

function minutes(): number {
  const given = Number(process.env.SOAK_MINUTES || 30);
  if (!(given >= 1 && given <= 24 * 60)) throw new Error('SOAK_MINUTES must lie between 1 and 1440');
  return given;
}

/** Everybody sends the next message when the last one was acknowledged. @returns messages a second */
async function measureMaximum(talkers: readonly Talker[], tally: Tally): Promise<number> {
  let running = true;
  for (const talker of talkers) {
    const goOn = (): void => {
      if (running) talker.say(goOn);
    };
    goOn();
  }
  await wait(WARM_UP_MS);
  const { metrics } = await tally.measure(PROBE_MS);
  running = false;
  return metrics.messagesPerSecond ?? 0;
}

/** Sends so many messages a second, one talker after the other. @returns ends it */
function talkAt(perSecond: number, talkers: readonly Talker[]): () => void {
  const began = performance.now();
  let said = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; said < due; said += 1) talkers[said % talkers.length]?.say(() => undefined);
  }, TICK_MS);
  return () => clearInterval(timer);
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
const mib = (kib: number): string => (kib / 1024).toFixed(1);

async function watchMemory(pid: number, milliseconds: number, tally: Tally): Promise<number[]> {
  const samples: number[] = [];
  const until = performance.now() + milliseconds;
  while (performance.now() < until && tally.faults.length === 0) {
    await wait(SAMPLE_EVERY_MS);
    samples.push(residentKib(pid));
    if (samples.length % 12 === 0) console.error(`${mib(samples.at(-1)!)} MiB, ${tally.acked} messages`);
  }
  return samples;
}

async function soak(subject: Subject, crowd: Crowd, tally: Tally): Promise<boolean> {
  const { service, clients } = subject;
  const talkers = pairUp(crowd.clients, (index) => clients[index]?.conversationIds[0] ?? '', tally);
  const rate = (await measureMaximum(talkers, tally)) / 2;
  await tally.settle(crowd.losses);
  console.error(`half of the maximum: ${rate.toFixed(0)} messages a second`);
  const wholeMs = minutes() * 60_000;
  const end = talkAt(rate, talkers);
  await wait(wholeMs * WARM_UP_SHARE);
  tally.acks.clear();
  tally.deliveries.clear();
  const [samples, { metrics }] = await Promise.all([
    watchMemory(service.server.pid, wholeMs * (1 - WARM_UP_SHARE), tally),
    tally.measure(wholeMs * (1 - WARM_UP_SHARE)),
  ]);
  end();
  const counts = await tally.settle(crowd.losses);
  await subject.check({ ...counts, metrics: {}, window: { from: 0, to: 0, messages: 0 } });
  const atEnd = Math.max(1, Math.floor(samples.length * END_SHARE));
  const [first, last] = [median(samples.slice(0, atEnd)), median(samples.slice(-atEnd))];
  const growth = last / first - 1;
  const milliseconds = (share: number): string =>
    `${tally.acks.quantileMs(share).toFixed(1)} and ${tally.deliveries.quantileMs(share).toFixed(1)} ms`;
  console.log(
    [
      `${counts.acked} messages, ${metrics.messagesPerSecond?.toFixed(0)} a second: none lost, none doubled, none refused`,
      `until the ack and the delivery, p50: ${milliseconds(0.5)}, p99: ${milliseconds(0.99)}`,
      `memory of the server: ${mib(first)} MiB after warming up, ${mib(last)} MiB at the end, ${(100 * growth).toFixed(1)} % (at most ${100 * MAX_GROWTH} %)`,
    ].join('\n'),
  );
  return growth <= MAX_GROWTH;
}

async function main(): Promise<boolean> {
  const scenario = SCENARIOS.find(({ name }) => name === 'pairs');
  if (!scenario || isReading(scenario)) throw new Error('there are no pairs');
  minutes();
  const subject = await startProduct(scenario.world, productionFlags());
  try {
    const tally = new Tally({
      scenario: 'pairs',
      takesPostsBy: 'rest',
      url: subject.url,
      syncs: false,
      serverPids: subject.serverPids(),
      databasePid: subject.databasePid,
      redisPid: subject.redisPid,
      clients: subject.clients,
      reads: [],
      seconds: 0,
    });
    const crowd = await assemble(subject.url, subject.clients, 'chats');
    const isGood = await soak(subject, crowd, tally);
    crowd.close();
    return isGood;
  } finally {
    await subject.stop();
  }
}

main().then(
  (isGood) => process.exit(isGood ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
