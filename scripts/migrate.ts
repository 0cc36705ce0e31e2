/** Applies the migrations that are missing in the configured database, and says which. */
import 'dotenv/config';
import { loadConfig } from '../src/config/env';
import { migrate } from '../src/database/open';
import { createLogger } from '../src/helpers/logger';

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createLogger(config.logLevel, true);
  await migrate(config.database, logger);
  logger.info('the database is up to date');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
