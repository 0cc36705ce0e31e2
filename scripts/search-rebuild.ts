/** Makes the search index anew from the messages; servers may run meanwhile, and find what is indexed so far. */
import 'dotenv/config';
import { loadConfig } from '../src/config/env';
import { migrate, openDatabase } from '../src/database/open';
import { createLogger } from '../src/helpers/logger';
import { rebuildIndex } from '../src/services/search/rebuild';

/** Milliseconds between lines. */
const TELL_EVERY_MS = 2_000;

function lineOf(indexed: number, total: number, milliseconds: number): string {
  const percent = total === 0 ? 100 : Math.min(100, Math.floor((100 * indexed) / total));
  const [done, all] = [indexed, total].map((count) => count.toLocaleString('en'));
  return `indexed ${done} of ${all} messages (${percent} %) in ${Math.round(milliseconds / 1000)} s`;
}

async function main(): Promise<void> {
  const config = loadConfig();
  await migrate(config.database, createLogger(config.logLevel, true));
  const database = await openDatabase(config.database);
  const began = Date.now();
  let told = began;
  let line = 'there are no messages';
  try {
    await rebuildIndex(database, (indexed, total) => {
      line = lineOf(indexed, total, Date.now() - began);
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      console.log(line);
    });
    console.log(line);
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
