import { randomBytes } from 'node:crypto';
import * as mariadb from 'mariadb';
import { connectionSettings } from '../../src/database/mysql';
import { mysqlAdminUrl } from './admin-url';

/** A database of its own on the run's MySQL server. */
export interface MysqlDatabase {
  readonly name: string;
  readonly url: string;
  /** One connection for looking at it; closed by `drop`. */
  connect(settings?: mariadb.ConnectionConfig): Promise<mariadb.Connection>;
  drop(): Promise<void>;
}

/**
 * An empty database that the server's defaults make as unlike ours as `options` says.
 * @param admin another server than the run's
 */
export async function createMysqlDatabase(
  options = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  admin = mysqlAdminUrl(),
): Promise<MysqlDatabase> {
  if (!admin) throw new Error('there is no MySQL server in this run');
  const name = `chat_${randomBytes(6).toString('hex')}`;
  const url = new URL(admin);
  url.pathname = `/${name}`;
  const asAdmin = async (sql: string): Promise<void> => {
    const connection = await mariadb.createConnection({ ...connectionSettings(admin), database: undefined });
    await connection.query(sql);
    await connection.end();
  };
  await asAdmin(`CREATE DATABASE \`${name}\` ${options}`);
  const connections: mariadb.Connection[] = [];
  return {
    name,
    url: url.href,
    async connect(settings = {}) {
      const connection = await mariadb.createConnection({ ...connectionSettings(url.href), ...settings });
      connections.push(connection);
      return connection;
    },
    async drop() {
      await Promise.all(connections.map((connection) => connection.end().catch(() => connection.destroy())));
      await asAdmin(`DROP DATABASE IF EXISTS \`${name}\``);
    },
  };
}
