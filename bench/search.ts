/**
 * Measures search and what the index costs those who write, on a private MariaDB and on SQLite.
 * Usage: npm run bench:search -- [--messages 1000000] [--database mysql|sqlite]
 */
import { parseArgs } from 'node:util';
import { rebuildIndex } from '../src/services/search/rebuild';
import { castOfSearch, CONVERSATIONS, writeHistory, writePeople } from './search/history';
import { timeInserts } from './search/inserts';
import { PLACES, type PlaceName } from './search/places';
import { timeSearches } from './search/queries';

async function seconds(work: () => Promise<void>): Promise<string> {
  const began = performance.now();
  await work();
  return ((performance.now() - began) / 1000).toFixed(1);
}

async function measure(name: PlaceName, messages: number): Promise<void> {
  const place = await PLACES[name]();
  const { database } = place;
  console.log(`\n${place.name}, ${messages.toLocaleString('en')} messages`);
  const cast = castOfSearch();
  await writePeople(database, cast);
  console.log(`  written in ${await seconds(() => writeHistory(database, cast, messages))} s`);
  console.log(`  indexed in ${await seconds(() => rebuildIndex(database, () => undefined))} s`);
  for (const { what, found, medianMs, worstMs } of await timeSearches(database, cast))
    console.log(
      `  ${what}: ${medianMs.toFixed(1)} ms at the median, ${worstMs.toFixed(1)} at worst (page of ${found})`,
    );
  const inserts = await timeInserts(database, cast);
  console.log(
    `  messages a second: ${inserts.without.toFixed(0)} without the index, ${inserts.with.toFixed(0)} with it`,
  );
  await place.close();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { messages: { type: 'string', default: '1000000' }, database: { type: 'string' } },
  });
  const messages = Math.max(1, Math.round(Number(values.messages) / CONVERSATIONS)) * CONVERSATIONS;
  const names = Object.keys(PLACES) as PlaceName[];
  for (const name of names.filter((each) => !values.database || each === values.database))
    await measure(name, messages);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
