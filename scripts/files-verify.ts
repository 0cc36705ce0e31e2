/** Compares the table of files with the storage; servers may run meanwhile. Ends with 1 when bytes of a file are missing or too few. */
import 'dotenv/config';
import { loadConfig } from '../src/config/env';
import { migrate, openDatabase } from '../src/database/open';
import { createLogger } from '../src/helpers/logger';
import { openStorage } from '../src/services/files/storage/open-storage';
import { verifyFiles, type Verdict } from '../src/services/files/verify';

/** Milliseconds between lines. */
const TELL_EVERY_MS = 2_000;

/** What is wrong, a line each. */
function linesOf({ missing, wrongSizes, orphans }: Verdict): string[] {
  return [
    ...missing.map((key) => `missing: ${key}`),
    ...wrongSizes.map((key) => `wrong size: ${key}`),
    ...orphans.map((key) => `orphan: ${key}`),
  ];
}

async function main(): Promise<void> {
  const config = loadConfig();
  await migrate(config.database, createLogger(config.logLevel, true));
  const database = await openDatabase(config.database);
  const storage = openStorage(config);
  let told = Date.now();
  try {
    const verdict = await verifyFiles(database, storage, (checked, total) => {
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      console.log(`checked ${checked.toLocaleString('en')} of ${total.toLocaleString('en')}`);
    });
    for (const line of linesOf(verdict)) console.log(line);
    const { checked, missing, wrongSizes, orphans } = verdict;
    console.log(
      `${checked} checked: ${missing.length} missing, ${wrongSizes.length} of a wrong size, ${orphans.length} that nobody knows`,
    );
    if (missing.length + wrongSizes.length > 0) process.exitCode = 1;
  } finally {
    storage.close();
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
