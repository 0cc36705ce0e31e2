/** `npm run bench -- [--scenario pairs,lone,idle] [--rounds 3] [--seconds 10] [--messages 1000000] [--out file] [--profile]`: the profile is of the first scenario */
import { parseArgs } from 'node:util';
import { findProgram } from '../tests/support/programs';
import { measure, type Extent } from './measure';
import { plot, RESULTS } from './plot';
import { profile } from './profile';
import { report, save, type Round, type ScenarioReport } from './report';
import { SCENARIOS, type Scenario } from './scenarios';
import { table } from './table';

const MAX_ROUNDS = 20;
const MAX_SECONDS = 120;
const MAX_MESSAGES = 10_000_000;

function options() {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: SCENARIOS.map(({ name }) => name).join(',') },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '10' },
      messages: { type: 'string', default: '1000000' },
      out: { type: 'string', default: RESULTS },
      profile: { type: 'boolean', default: false },
    },
  });
  const whole = (text: string, most: number): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > most)
      throw new Error(`${text} is not a whole number from 1 to ${most}`);
    return number;
  };
  const scenarios = values.scenario.split(',').map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (!found) throw new Error(`there is no scenario ${name}`);
    return found;
  });
  return {
    scenarios,
    rounds: whole(values.rounds, MAX_ROUNDS),
    extent: {
      seconds: whole(values.seconds, MAX_SECONDS),
      messages: whole(values.messages, MAX_MESSAGES),
    },
    out: values.out,
    isProfile: values.profile,
  };
}

/** What a scenario needs and this machine lacks. */
function lackingFor({ name }: Scenario): string | undefined {
  if (name !== 'workers' || findProgram('redis-server', 'valkey-server')) return undefined;
  return 'there is no redis-server on PATH (apt-get install redis-server)';
}

async function runScenario(scenario: Scenario, count: number, extent: Extent): Promise<ScenarioReport> {
  const rounds: Round[] = [];
  let database: string | null = null;
  for (let round = 1; round <= count; round += 1) {
    console.error(`${scenario.name}, round ${round} of ${count}`);
    const product = await measure(scenario, 'product', extent);
    const yardstick = await measure(scenario, 'yardstick', extent);
    database = product.databaseVersion;
    rounds.push({ product: product.result, yardstick: yardstick.result });
  }
  return report(scenario, rounds, { ...extent, database });
}

async function main(): Promise<void> {
  const { scenarios, rounds, extent, out, isProfile } = options();
  if (isProfile) return profile(scenarios[0]!, extent);
  const reports: Record<string, ScenarioReport> = {};
  for (const scenario of scenarios) {
    const lacking = lackingFor(scenario);
    if (lacking) {
      console.error(`${scenario.name} is left out: ${lacking}`);
      continue;
    }
    reports[scenario.name] = await runScenario(scenario, rounds, extent);
    save(out, reports);
    plot(out);
  }
  console.log(table(scenarios, reports));
}

// The database of the reading scenarios ends with the process.
main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
