import { quickFolder } from './disk';
import { startMariadb, type PrivateMariadb } from './mariadb';
import { writeMysqlTemplate } from './mysql-template';
import { startRedis, type PrivateRedis } from './redis';

interface Patterns {
  readonly patterns?: readonly string[];
}

/** What global-teardown ends. */
export interface RunState {
  mariadb?: PrivateMariadb;
  removeTemplate?: () => void;
  redis?: PrivateRedis;
}
export const runState = globalThis as unknown as { chatTestRun?: RunState };

/** A run of single files that have nothing to do with MySQL need not wait for one. */
function needsMysql(patterns: readonly string[]): boolean {
  if (process.env.TEST_DATABASE === 'mysql' || patterns.length === 0) return true;
  return patterns.some((pattern) => /mysql|database|contract|tests\/?$/.test(pattern));
}

/** Several nodes are tested on MySQL only. */
function needsRedis(patterns: readonly string[]): boolean {
  if (process.env.TEST_DATABASE !== 'mysql') return false;
  return (
    patterns.length === 0 || patterns.some((pattern) => /cluster|faults|sockets|tests\/?$/.test(pattern))
  );
}

function tellMissing(message: string): void {
  if (process.env.CI) throw new Error(message);
  console.warn(`\n${'!'.repeat(80)}\n${message}\nThey are SKIPPED.\n${'!'.repeat(80)}\n`);
}

async function setUpRedis(patterns: readonly string[]): Promise<void> {
  delete process.env.CHAT_TEST_REDIS_URL;
  if (!needsRedis(patterns)) return;
  if (process.env.TEST_REDIS_URL) {
    process.env.CHAT_TEST_REDIS_URL = process.env.TEST_REDIS_URL;
    return;
  }
  const redis = await startRedis();
  if (!redis)
    return tellMissing(
      'There is no redis-server on PATH and no TEST_REDIS_URL: the tests of several nodes cannot run.\n' +
        'Install one (apt-get install redis-server) or set TEST_REDIS_URL=redis://host:6379/',
    );
  process.env.CHAT_TEST_REDIS_URL = redis.url;
  runState.chatTestRun = { ...runState.chatTestRun, redis };
  process.once('exit', () => redis.stop());
  console.log(`\nprivate Redis: pid ${redis.pid}`);
}

async function setUpMysql(patterns: readonly string[]): Promise<void> {
  delete process.env.CHAT_TEST_MYSQL_ADMIN_URL;
  if (!needsMysql(patterns)) return;
  if (process.env.TEST_MYSQL_URL) {
    process.env.CHAT_TEST_MYSQL_ADMIN_URL = process.env.TEST_MYSQL_URL;
    return;
  }
  const mariadb = await startMariadb(process.env.TEST_DISK ?? quickFolder());
  if (!mariadb) {
    return tellMissing(
      'There is no mariadbd or mysqld on PATH and no TEST_MYSQL_URL: the MySQL tests cannot run.\n' +
        'Install one (apt-get install mariadb-server) or set TEST_MYSQL_URL=mysql://user:password@host:3306/',
    );
  }
  process.env.CHAT_TEST_MYSQL_ADMIN_URL = mariadb.url;
  runState.chatTestRun = { ...runState.chatTestRun, mariadb };
  process.once('exit', () => mariadb.stop());
  console.log(`\nprivate database: ${mariadb.version}, pid ${mariadb.pid}`);
}

export default async function globalSetup(config: { testPathPatterns?: Patterns }): Promise<void> {
  const patterns = config.testPathPatterns?.patterns ?? [];
  await setUpRedis(patterns);
  await setUpMysql(patterns);
  const admin = process.env.CHAT_TEST_MYSQL_ADMIN_URL;
  if (process.env.TEST_DATABASE === 'mysql' && admin)
    runState.chatTestRun = { ...runState.chatTestRun, removeTemplate: await writeMysqlTemplate(admin) };
}
