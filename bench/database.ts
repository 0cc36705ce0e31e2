import { createConnection, type Connection } from 'mariadb';
import { migrateMysql } from '../src/database/migrate-mysql';
import { connectionSettings } from '../src/database/mysql';
import { startMariadb } from '../tests/support/mariadb';
import { endAtExit } from './processes';

const DATABASE = 'chat_bench';

/** The starter's server is small for tests: what a small production server has, and as durable (the starter's setting). */
const SERVER_SETTINGS = [
  'SET GLOBAL innodb_buffer_pool_size = 512 * 1024 * 1024',
  'SET GLOBAL innodb_log_file_size = 256 * 1024 * 1024',
];

/** A private MariaDB with an empty chat database. */
export interface MeasuredDatabase {
  readonly url: string;
  readonly pid: number;
  /** e.g. `10.11.6-MariaDB` */
  readonly version: string;
  stop(): void;
}

export async function startDatabase(): Promise<MeasuredDatabase> {
  const mariadb = await startMariadb();
  if (!mariadb) throw new Error('the bench needs a mariadbd on PATH (apt-get install mariadb-server)');
  const stop = endAtExit(() => mariadb.stop());
  const url = new URL(mariadb.url);
  const admin = await createConnection({ ...connectionSettings(url.href), database: undefined });
  await admin.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  // Before 10.9 the log's size is fixed.
  for (const setting of SERVER_SETTINGS) await admin.query(setting).catch(() => undefined);
  await admin.end();
  url.pathname = `/${DATABASE}`;
  await migrateMysql(url.href);
  return { url: url.href, pid: mariadb.pid, version: mariadb.version, stop };
}

/** Work on one connection that is not the server's. */
export async function withConnection<T>(
  url: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection(connectionSettings(url));
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
