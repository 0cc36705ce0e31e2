import path from 'node:path';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job, LoadAnswer, LoadResult } from './job';
import { startProduct } from './product';
import { startNode, TYPESCRIPT } from './processes';
import { startReading } from './reads/subjects';
import { isReading, type Scenario } from './scenarios';
import type { Subject, SubjectName } from './subject';
import { startYardstick } from './yardstick-subject';

/** Beside the measured time: connecting, warming up, settling. */
const EXTRA_SECONDS = 150;

const START = { product: startProduct, yardstick: startYardstick };
/** What `npm run prod` gives to Node, for both servers: none has a better garbage collector than the other. */
export function productionFlags(): string[] {
  const manifest = readFileSync(path.join(__dirname, '../package.json'), 'utf8');
  const { scripts } = JSON.parse(manifest) as { scripts: { prod: string } };
  return scripts.prod.split(/\s+/).filter((word) => word.startsWith('--'));
}

/** Both servers collect garbage when told to, for the memory of idle sockets. */
const COLLECTABLE = ['--expose-gc', '-r', path.join(__dirname, 'collect-on-signal.cjs')];

async function runLoad(job: Job): Promise<LoadResult> {
  const load = startNode([...TYPESCRIPT, path.join(__dirname, 'load.ts')], { where: 'others' });
  const late = new AbortController();
  try {
    load.child.send(job);
    const answer = await Promise.race([
      once(load.child, 'message').then(([message]) => message as LoadAnswer),
      once(load.child, 'exit').then((): LoadAnswer => ({ failure: 'the load generator died' })),
      wait((job.seconds + EXTRA_SECONDS) * 1000, undefined, { signal: late.signal }).then((): LoadAnswer => {
        return { failure: 'the run took too long' };
      }),
    ]);
    if ('failure' in answer) throw new Error(`${answer.failure}\n${load.output()}`);
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
  const subject: Subject = isReading(scenario)
    ? await startReading(name, scenario.name, { messages, nodeOptions: flags })
    : await START[name](scenario.world, flags);
  try {
    const result = await runLoad({
      scenario: scenario.name,
      takesPostsBy: name === 'product' ? 'rest' : 'socket',
      url: subject.url,
      serverPid: subject.server.pid,
      databasePid: subject.databasePid,
      clients: subject.clients,
      reads: subject.reads,
      seconds,
    });
    await subject.check(result);
    return { result, databaseVersion: subject.databaseVersion };
  } catch (error) {
    const said = subject.server.output().slice(-2_000);
    throw new Error(
      `${scenario.name}, ${name}: ${(error as Error).message}${said && `\nThe server said:\n${said}`}`,
    );
  } finally {
    await subject.stop();
  }
}
