import { mysqlAdminUrl } from './admin-url';

/** Which database the run's servers use: SQLite, or with `TEST_DATABASE=mysql` MySQL/MariaDB. */
export const databaseKind: 'mysql' | 'sqlite' = process.env.TEST_DATABASE === 'mysql' ? 'mysql' : 'sqlite';

/** What global-setup hands to the tests of several nodes. */
export const REDIS_URL = 'CHAT_TEST_REDIS_URL';

/** Whether what a test takes for one server is two nodes: with `TEST_NODES=2`, where several can be. */
export const areServersSpread = (): boolean =>
  databaseKind === 'mysql' && Boolean(process.env[REDIS_URL]) && process.env.TEST_NODES === '2';

/** For tests of several nodes: they need MySQL and Redis. */
export const describeCluster: jest.Describe =
  databaseKind === 'mysql' && process.env[REDIS_URL] ? describe : describe.skip;

/** For tests that are about MySQL whatever the run's database: skipped, and counted so, where there is no server. */
export const describeMysql: jest.Describe = mysqlAdminUrl() ? describe : describe.skip;

/** For tests that make sense only on the run's own database. */
export const describeWhen = (kind: 'mysql' | 'sqlite'): jest.Describe =>
  kind === databaseKind ? describe : describe.skip;
