import path from 'node:path';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, LoadAnswer, LoadResult, Restarted, RestartWanted } from './job';
import { startProduct } from './product';
import { openFilesAllowed, startNode, TYPESCRIPT, type Started } from './processes';
import { startReading } from './reads/subjects';
import { isReading, type Scenario, type World } from './scenarios';
import type { Subject, SubjectName } from './subject';
import { startOneProcess, startWorkers } from './workers';
import { startYardstick } from './yardstick-subject';

/** Beside the measured time: connecting, warming up, settling. */
const EXTRA_SECONDS = 150;
/** A storm takes as long as it takes. */
const STORM_SECONDS = 900;
/** What a process opens beside a socket for each client. */
const OTHER_FILES = 500;

type Start = Readonly<
  Record<SubjectName, (world: World, nodeOptions: readonly string[]) => Promise<Subject>>
>;
const START: Start = { product: startProduct, yardstick: startYardstick };
/** The product is its own yardstick. */
const START_WORKERS: Start = { product: startWorkers, yardstick: startOneProcess };

/** What `npm run prod` gives to Node, for both servers: none has a better garbage collector than the other. */
export function productionFlags(): string[] {
  const manifest = readFileSync(path.join(__dirname, '../package.json'), 'utf8');
  const { scripts } = JSON.parse(manifest) as { scripts: { prod: string } };
  return scripts.prod.split(/\s+/).filter((word) => word.startsWith('--'));
}

/** Both servers collect garbage when told to, for the memory of idle sockets. */
const COLLECTABLE = ['--expose-gc', '-r', path.join(__dirname, 'collect-on-signal.cjs')];

/** The load generator's answer, and on the way to it what it wants done. */
async function answerOf({ child }: Started, subject: Subject): Promise<LoadAnswer> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [LoadAnswer | RestartWanted];
    if (!('wants' in message)) return message;
    await subject.service.restart();
    child.send({ serverPids: subject.serverPids() } satisfies Restarted);
  }
}

/** @throws when a process may open too few files for so many clients; Node takes all that it may */
function requireFiles(clients: number): void {
  const needed = clients + OTHER_FILES;
  const allowed = openFilesAllowed();
  if (needed > allowed)
    throw new Error(`${needed} open files are needed, ${allowed} are allowed: raise it with ulimit -Hn`);
}

async function runLoad(job: Job, subject: Subject): Promise<LoadResult> {
  const load = startNode([...TYPESCRIPT, path.join(__dirname, 'load.ts')], { where: 'others' });
  const late = new AbortController();
  const seconds = job.scenario === 'storm' ? STORM_SECONDS : job.seconds + EXTRA_SECONDS;
  try {
    load.child.send(job);
    const answer = await Promise.race([
      answerOf(load, subject),
      once(load.child, 'exit').then((): LoadAnswer => ({ failure: 'the load generator died' })),
      wait(seconds * 1000, undefined, { signal: late.signal }).then((): LoadAnswer => {
        return { failure: 'the run took too long' };
      }),
    ]);
    if ('failure' in answer) throw new Error(`${answer.failure}\n${load.output()}`);
    if (load.output()) console.error(load.output().trimEnd());
    return answer.result;
  } finally {
    late.abort();
    await load.stop();
  }
}

export interface Extent {
  /** where a scenario has a duration */
  readonly seconds: number;
  /** of the long history, in reading scenarios */
  readonly messages: number;
}

export interface Measured {
  readonly result: LoadResult;
  readonly databaseVersion: string | null;
}

/**
 * One run of a scenario against a server that is started for it and stopped again.
 * @throws when a message was lost, doubled, out of order or misnumbered
 */
export async function measure(
  scenario: Scenario,
  name: SubjectName,
  { seconds, messages, nodeOptions = COLLECTABLE }: Extent & { readonly nodeOptions?: readonly string[] },
): Promise<Measured> {
  const flags = [...productionFlags(), ...nodeOptions];
  if (!isReading(scenario)) requireFiles(scenario.world.people);
  const subject: Subject = isReading(scenario)
    ? await startReading(name, scenario.name, { messages, nodeOptions: flags })
    : await (scenario.name === 'workers' ? START_WORKERS : START)[name](scenario.world, flags);
  const job: Job = {
    scenario: scenario.name,
    takesPostsBy: name === 'product' ? 'rest' : 'socket',
    syncs: name === 'product',
    url: subject.url,
    serverPids: subject.serverPids(),
    databasePid: subject.databasePid,
    redisPid: subject.redisPid,
    clients: subject.clients,
    reads: subject.reads,
    seconds,
  };
  try {
    const result = await runLoad(job, subject);
    await subject.check(result);
    return { result, databaseVersion: subject.databaseVersion };
  } catch (error) {
    const said = subject.service.server.output().slice(-2_000);
    throw new Error(
      `${scenario.name}, ${name}: ${(error as Error).message}${said && `\nThe server said:\n${said}`}`,
    );
  } finally {
    await subject.stop();
  }
}
