import * as mariadb from 'mariadb';
import type { Socket } from 'node:net';

/**
 * Milliseconds. A request waits for a free connection, and for a new one to be made, no longer than a client waits for an answer;
 * a statement may take longer than any of ours does, but a server or a network that fell silent must not hold its caller.
 */
const ACQUIRE_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 8_000;

/** The driver's own connection, which the pool's `connection` event gives. */
interface RawConnection {
  readonly threadId: number;
  getSocket(): Socket;
}

/** A connection that has not ended. */
interface Open {
  readonly socket: Socket;
  isReady: boolean;
}

/** Ends a connection whose server fell silent; the driver fails whatever waits on it. */
function breakOff({ socket }: Open): void {
  const silence = Object.assign(new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`), { code: 'ETIMEDOUT' });
  if (!socket.destroyed) socket.destroy(silence);
}

/**
 * The driver's pool, mended where it (3.4) fails when the database does:
 * - A connection that breaks while the driver itself says something on it (`timezone`, `initSql`) ends the process by an
 *   unhandled rejection. So `sessionSettings` are said here, before a connection's first use.
 * - An answer is waited for only so long. The driver's `socketTimeout` ends idle connections, too, and its `destroy` wants
 *   another connection to kill the statement, and may never settle.
 */
export function openPool(settings: mariadb.PoolConfig, sessionSettings: readonly string[]): mariadb.Pool {
  const pool = mariadb.createPool({ acquireTimeout: ACQUIRE_TIMEOUT_MS, ...settings, timezone: undefined });
  const connections = new Map<number, Open>();
  pool.on('connection', (connection) => {
    const { threadId } = connection as unknown as RawConnection;
    const opened: Open = { socket: (connection as unknown as RawConnection).getSocket(), isReady: false };
    connections.set(threadId, opened);
    // A server that starts anew counts its threads anew.
    opened.socket.once('close', () => {
      if (connections.get(threadId) === opened) connections.delete(threadId);
    });
  });

  const answered = async <T>(opened: Open | undefined, answer: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => opened && breakOff(opened), ANSWER_TIMEOUT_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  };
  const acquire = pool.getConnection.bind(pool);
  const getConnection = async (): Promise<mariadb.PoolConnection> => {
    const connection = await acquire();
    const opened = connections.get(connection.threadId ?? 0);
    const query = connection.query.bind(connection);
    const beginTransaction = connection.beginTransaction.bind(connection);
    const commit = connection.commit.bind(connection);
    const rollback = connection.rollback.bind(connection);
    Object.assign(connection, {
      query: (...of: Parameters<typeof query>) => answered(opened, query(...of)),
      beginTransaction: () => answered(opened, beginTransaction()),
      commit: () => answered(opened, commit()),
      rollback: () => answered(opened, rollback()),
    });
    if (opened?.isReady) return connection;
    try {
      for (const setting of sessionSettings) await connection.query(setting);
      if (opened) opened.isReady = true;
      return connection;
    } catch (error) {
      await connection.release();
      throw error;
    }
  };
  const own: Pick<mariadb.Pool, 'getConnection' | 'query'> = {
    getConnection,
    async query<T>(...of: Parameters<mariadb.PoolConnection['query']>): Promise<T> {
      const connection = await getConnection();
      try {
        return await connection.query<T>(...of);
      } finally {
        await connection.release();
      }
    },
  };
  return Object.assign(pool, own);
}
