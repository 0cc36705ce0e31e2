/** `npm run bench:plot`: draws docs/performance.svg from the saved results. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { barsOf } from './bars';
import type { ScenarioReport } from './report';
import { SCENARIOS } from './scenarios';
import { drawn } from './svg';

export const RESULTS = path.join(__dirname, 'results.json');
const PLOT = path.join(__dirname, '../docs/performance.svg');

/** The plot of the results in the repository is in the docs, any other beside its results. @returns the file */
export function plot(results: string): string {
  const reports = JSON.parse(readFileSync(results, 'utf8')) as Record<string, ScenarioReport>;
  const file = path.resolve(results) === RESULTS ? PLOT : `${results.replace(/\.json$/, '')}.svg`;
  writeFileSync(file, drawn(barsOf(SCENARIOS, reports)));
  return file;
}

if (require.main === module) console.log(plot(RESULTS));
