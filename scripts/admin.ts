/**
 * Who may administer: `npm run admin -- grant <e-mail>`, `revoke <e-mail>`, `list`. The first one granted is the owner. Servers may run
 * meanwhile.
 */
import 'dotenv/config';
import { loadConfig } from '../src/config/env';
import { migrate, openDatabase } from '../src/database/open';
import type { Database } from '../src/database/database';
import { createLogger } from '../src/helpers/logger';
import { RoleGrants } from '../src/services/admin/role-grants';
import { privilegedPeople } from '../src/services/admin/roles.queries';

const USAGE = 'usage: npm run admin -- grant <e-mail> | revoke <e-mail> | list';

async function run(database: Database, [command, email]: readonly string[]): Promise<void> {
  const grants = new RoleGrants(database);
  if (command === 'list')
    for (const person of await privilegedPeople(database.reader))
      console.log(`${person.role}: ${person.email} (${person.username})`);
  else if ((command === 'grant' || command === 'revoke') && email)
    console.log(`${email} is now: ${await grants[command](email)}`);
  else throw new Error(USAGE);
}

async function main(): Promise<void> {
  const config = loadConfig();
  await migrate(config.database, createLogger('warn', true));
  const database = await openDatabase(config.database);
  try {
    await run(database, process.argv.slice(2));
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
