import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { areaOf, type Frame } from './areas';
import type { LoadResult } from './job';
import { measure, type Extent } from './measure';
import { endAtExit } from './processes';
import type { Scenario } from './scenarios';

const SAMPLE_EVERY_MICROS = 250;
const SHOWN = 25;

/** What V8 writes: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds of self time of each node of the call tree, within a window. */
function selfTimes(profile: CpuProfile, { from, to }: LoadResult['window']): Map<number, number> {
  const times = new Map<number, number>();
  let at = profile.startTime;
  profile.samples.forEach((node, index) => {
    at += profile.timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    if (at >= from && at < to)
      times.set(node, (times.get(node) ?? 0) + Math.max(0, profile.timeDeltas[index + 1] ?? 0));
  });
  return times;
}

const place = ({ url, lineNumber }: Frame): string =>
  url === '' ? 'native' : `${url.replace(/^.*\/(node_modules|dist)\//, '')}:${lineNumber + 1}`;

function listed(title: string, times: ReadonlyMap<string, number>, messages: number, most: number): string {
  const rows = [...times].sort(([, left], [, right]) => right - left).slice(0, most);
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [
    `| µs/message | % | ${title} |`,
    '|--:|--:|---|',
    ...rows.map(
      ([name, time]) => `| ${(time / messages).toFixed(2)} | ${((100 * time) / all).toFixed(1)} | ${name} |`,
    ),
    `| ${(all / messages).toFixed(2)} | 100 | all of the main thread |`,
  ].join('\n');
}

/** Where the main thread's time went in the measured window: by area and by function. */
export function analyse(profile: CpuProfile, window: LoadResult['window']): string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const stackOf = (id: number): Frame[] => {
    const frames: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      frames.push(nodes.get(at)!.callFrame);
    return frames;
  };
  const byArea = new Map<string, number>();
  const byFunction = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, time: number): void =>
    void map.set(key, (map.get(key) ?? 0) + time);
  for (const [id, time] of selfTimes(profile, window)) {
    const stack = stackOf(id);
    const [frame] = stack;
    if (!frame || frame.functionName === '(idle)') continue;
    const area = areaOf(stack);
    const native = frame.url === '' && !frame.functionName.startsWith('(') ? `, for ${area}` : '';
    add(byArea, area, time);
    add(byFunction, `${frame.functionName || '(anonymous)'} — ${place(frame)}${native}`, time);
  }
  return [
    listed('area', byArea, window.messages, 40),
    listed(`function, the ${SHOWN} with the most self time`, byFunction, window.messages, SHOWN),
  ].join('\n\n');
}

/** One run of a scenario with V8's profiler on in the product. */
export async function profile(scenario: Scenario, extent: Extent): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-profile-'));
  const remove = endAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const nodeOptions = [
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    `--cpu-prof-interval=${SAMPLE_EVERY_MICROS}`,
  ];
  const { result } = await measure(scenario, 'product', { ...extent, nodeOptions });
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (!file) throw new Error('the server wrote no profile');
  const recorded = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as CpuProfile;
  remove();
  const rate = result.metrics.messagesPerSecond?.toFixed(0);
  console.log(
    `${result.window.messages} messages, ${rate} a second while profiled, ` +
      `${result.metrics.serverMicros?.toFixed(1)} µs of server CPU each, all threads and the profiler's;\n` +
      `anything else used ${result.metrics.elsewhereBusy?.toFixed(0)} % of a core: a profile of a busy machine tells little\n`,
  );
  console.log(analyse(recorded, result.window));
}
