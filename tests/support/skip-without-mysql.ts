import { mysqlAdminUrl } from './admin-url';
import { databaseKind } from './run';

// Without a server, every test of a MySQL run is counted as skipped (global-setup has said so, and fails in CI).
if (databaseKind === 'mysql' && !mysqlAdminUrl()) {
  const skippedTest = test.skip;
  const skippedDescribe = describe.skip;
  globalThis.test = Object.assign(skippedTest, { skip: skippedTest, only: skippedTest, todo: test.todo });
  globalThis.it = globalThis.test;
  globalThis.describe = Object.assign(skippedDescribe, { skip: skippedDescribe, only: skippedDescribe });
}
