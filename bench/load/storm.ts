import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientPlan, Job, LoadResult, Restarted, RestartWanted } from '../job';
import { ChatClient } from './client';
import { someAtATime } from './crowd';
import { Histogram } from './histogram';
import { Syncing } from './sync';
import { Tally } from './tally';

/** Clients on their way at a time: as many of a crowd as fit into the queue of a listening socket (511 in Node) with room to spare. */
const AT_A_TIME = 200;
/** Of one client, before the run is given up. */
const ATTEMPTS = 5;
/** The first pause of socket.io-client: `reconnectionDelay` 1 s, `randomizationFactor` 0.5. */
const PAUSE_MS = { shortest: 500, longest: 1_500 };
/** How long the loss of the server may take to be noticed by all, and its start. */
const LOSS_MS = 30_000;
const RESTART_MS = 90_000;

/** A client, and how far it is. */
interface Person {
  readonly plan: ClientPlan;
  client?: ChatClient;
  cursor?: string;
}

async function within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const failure = wait(milliseconds, undefined, { signal: late.signal }).then((): never => {
    throw new Error(`${what} took more than ${milliseconds / 1000} s`);
  });
  try {
    return await Promise.race([work, failure]);
  } finally {
    late.abort();
    failure.catch(() => undefined);
  }
}

async function restart(): Promise<Restarted> {
  const answer = once(process, 'message');
  process.send?.({ wants: 'restart' } satisfies RestartWanted);
  const [restarted] = (await within(RESTART_MS, 'the start of the server', answer)) as [Restarted];
  return restarted;
}

/** All clients, who come, are cut off and come again. */
class Everybody {
  /** why attempts failed */
  failures: string[] = [];
  /** why connections ended that nobody closed */
  private readonly losses: string[] = [];
  private readonly people: readonly Person[];

  constructor(private readonly job: Job) {
    this.people = job.clients.map((plan) => ({ plan }));
  }

  /** Lets all come, some at a time. @param back is told of each, with the milliseconds it took */
  async come(back: (milliseconds: number) => void): Promise<void> {
    const syncing = new Syncing(this.job.url, AT_A_TIME);
    await someAtATime(this.people.length, AT_A_TIME, async (index) => {
      const began = performance.now();
      await this.arrive(this.people[index]!, syncing);
      back(performance.now() - began);
    });
    syncing.close();
  }

  /** @throws when a connection was lost that should not have been */
  requireAll(): void {
    const [reason] = this.losses;
    if (reason !== undefined) throw new Error(`${this.losses.length} connections were lost: ${reason}`);
  }

  /** Resolves when each has noticed that its connection is gone. */
  async gone(): Promise<void> {
    const noticed = this.people.map(
      ({ client }) => new Promise<void>((resolve) => client && (client.onLost = () => resolve())),
    );
    await Promise.all(noticed);
  }

  close(): void {
    for (const { client } of this.people) client?.close();
  }

  private async arrive(person: Person, syncing: Syncing): Promise<void> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return await this.attempt(person, syncing);
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error));
        if (attempt === ATTEMPTS) throw error;
        await wait(PAUSE_MS.shortest + Math.random() * (PAUSE_MS.longest - PAUSE_MS.shortest));
      }
  }

  private async attempt(person: Person, syncing: Syncing): Promise<void> {
    const client = await ChatClient.connect(this.job.url, person.plan.auth);
    try {
      if (this.job.syncs) await this.sync(person, syncing);
    } catch (error) {
      client.close();
      throw error;
    }
    client.onLost = (reason) => this.losses.push(reason);
    person.client = client;
  }

  /** Nothing happens while they are away: who comes first is told of everything, who comes back of nothing. */
  private async sync(person: Person, syncing: Syncing): Promise<void> {
    const { items, nextCursor } = await syncing.ask(person.plan, person.cursor);
    const expected = person.cursor === undefined ? person.plan.conversationIds.length : 0;
    if (items.length !== expected) throw new Error(`sync told of ${items.length} instead of ${expected}`);
    person.cursor = nextCursor;
  }
}

/** Everybody is connected when the server is killed; when it is there again, all come back at once. */
export async function storm(job: Job): Promise<LoadResult> {
  const everybody = new Everybody(job);
  await everybody.come(() => undefined);
  everybody.requireAll();
  const gone = everybody.gone();
  const { serverPids } = await restart();
  await within(LOSS_MS, 'the loss of the server', gone);

  const tally = new Tally({ ...job, serverPids });
  const times = new Histogram();
  everybody.failures = [];
  const before = tally.read();
  await everybody.come((milliseconds) => {
    tally.acked += 1;
    times.record(milliseconds * 1000);
  });
  const { metrics, window } = tally.between(before, tally.read());
  everybody.requireAll();
  everybody.close();
  const { failures } = everybody;
  if (failures.length > 0) console.error(`${failures.length} attempts failed, the first one: ${failures[0]}`);
  return {
    sent: 0,
    acked: 0,
    delivered: 0,
    window,
    metrics: {
      ...metrics,
      connectionsPerSecond: metrics.messagesPerSecond ?? Number.NaN,
      lastMs: (window.to - window.from) / 1000,
      backP50Ms: times.quantileMs(0.5),
      backP99Ms: times.quantileMs(0.99),
      failures: failures.length,
    },
  };
}
