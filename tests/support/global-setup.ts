import { startMariadb, type PrivateMariadb } from './mariadb';

interface Patterns {
  readonly patterns?: readonly string[];
}

/** What global-teardown ends. */
export interface RunState {
  mariadb?: PrivateMariadb;
}
export const runState = globalThis as unknown as { chatTestRun?: RunState };

/** A run of single files that have nothing to do with MySQL need not wait for one. */
function needsMysql(patterns: readonly string[]): boolean {
  if (process.env.TEST_DATABASE === 'mysql' || patterns.length === 0) return true;
  return patterns.some((pattern) => /mysql|database|contract|tests\/?$/.test(pattern));
}

export default async function globalSetup(config: { testPathPatterns?: Patterns }): Promise<void> {
  delete process.env.CHAT_TEST_MYSQL_ADMIN_URL;
  if (!needsMysql(config.testPathPatterns?.patterns ?? [])) return;
  if (process.env.TEST_MYSQL_URL) {
    process.env.CHAT_TEST_MYSQL_ADMIN_URL = process.env.TEST_MYSQL_URL;
    return;
  }
  const mariadb = await startMariadb();
  if (!mariadb) {
    const message =
      'There is no mariadbd or mysqld on PATH and no TEST_MYSQL_URL: the MySQL tests cannot run.\n' +
      'Install one (apt-get install mariadb-server) or set TEST_MYSQL_URL=mysql://user:password@host:3306/';
    if (process.env.CI) throw new Error(message);
    console.warn(`\n${'!'.repeat(80)}\n${message}\nThey are SKIPPED.\n${'!'.repeat(80)}\n`);
    return;
  }
  process.env.CHAT_TEST_MYSQL_ADMIN_URL = mariadb.url;
  runState.chatTestRun = { mariadb };
  process.once('exit', () => mariadb.stop());
  console.log(`\nprivate database: ${mariadb.version}, pid ${mariadb.pid}`);
}
