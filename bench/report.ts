import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { LoadResult } from './job';
import { cores } from './processes';
import type { Extent } from './measure';
import { isReading, type Metric, type Scenario } from './scenarios';

export interface Round {
  readonly product: LoadResult;
  readonly yardstick: LoadResult;
}

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A metric over all rounds; `ratio` is product ÷ yardstick, round by round. */
export interface Summary {
  readonly product: Spread;
  readonly yardstick: Spread;
  readonly ratio: Spread;
  readonly reached?: boolean;
}

export interface ScenarioReport {
  readonly title: string;
  readonly circumstances: Readonly<Record<string, string | number | null>>;
  readonly summary: Readonly<Record<string, Summary>>;
  readonly rounds: readonly Round[];
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: at(0), max: at(1) };
}

function summarise({ key, goal }: Metric, rounds: readonly Round[]): Summary {
  const of = (result: LoadResult): number => result.metrics[key] ?? Number.NaN;
  const product = spread(rounds.map((round) => of(round.product)));
  const yardstick = spread(rounds.map((round) => of(round.yardstick)));
  const ratio = spread(rounds.map((round) => of(round.product) / of(round.yardstick)));
  if (!goal) return { product, yardstick, ratio };
  const judged = goal.of === 'ratio' ? ratio.median : product.median;
  return {
    product,
    yardstick,
    ratio,
    reached: goal.is === 'at least' ? judged >= goal.value : judged <= goal.value,
  };
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src') ? ' + changes' : '');
  } catch {
    return 'unknown';
  }
}

export function report(
  scenario: Scenario,
  rounds: readonly Round[],
  { seconds, messages, database }: Extent & { readonly database: string | null },
): ScenarioReport {
  return {
    title: scenario.title,
    circumstances: {
      at: new Date().toISOString(),
      commit: commit(),
      node: process.version,
      database,
      processor: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
      // Several workers have no core of their own, and neither has the one process beside them.
      serverCore: scenario.name === 'workers' ? null : (cores?.server ?? null),
      otherCores: cores?.others ?? null,
      rounds: rounds.length,
      seconds,
      ...(isReading(scenario) && { messages }),
    },
    summary: Object.fromEntries(scenario.metrics.map((metric) => [metric.key, summarise(metric, rounds)])),
    rounds,
  };
}

/** Writes the reports over earlier ones of the same scenarios; others stay. */
export function save(file: string, reports: Readonly<Record<string, ScenarioReport>>): void {
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object) : {};
  writeFileSync(file, `${JSON.stringify({ ...earlier, ...reports }, null, 2)}\n`);
}
