import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import type * as mariadb from 'mariadb';
import { setTimeout as wait } from 'node:timers/promises';
import type { BatchSession, Database, Db, Row, SqlSession, SqlValue } from './database';
import { mysqlDialect } from './dialects/mysql';
import { PrismaClient } from './generated/mysql/client';
import { BETWEEN_STATEMENTS, MysqlBatch } from './mysql-batch';
import { openPool } from './mysql-pool';
import { inUtc, READING } from './mysql-values';
import { retryOnContention } from './retry';

/** Milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const TRANSACTION_START_MS = 5_000;
const TRANSACTION_MS = 15_000;

const SESSION_SETTINGS = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION time_zone = '+00:00'",
  "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  // Bytes of a list that a statement makes of rows: MariaDB's own limit; MySQL's is a kilobyte, and it cuts what is longer without a word.
  'SET SESSION group_concat_max_len = 1048576',
  // Seconds. Our transactions take milliseconds: who waits longer for a lock is better off trying again. What a client that vanished
  // without a word has locked is free again soon; MySQL, to whom that line is a comment, has no such setting.
  'SET SESSION innodb_lock_wait_timeout = 1 /*M!100300 , SESSION idle_transaction_timeout = 10 */',
];

/** `mysql://user:password@host:3306/database?ssl=true&allowPublicKeyRetrieval=true` → the driver's settings. */
export function connectionSettings(databaseUrl: string): mariadb.ConnectionConfig {
  const url = new URL(databaseUrl);
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : 3306,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: url.searchParams.get('ssl') === 'true',
    allowPublicKeyRetrieval: url.searchParams.get('allowPublicKeyRetrieval') === 'true',
    charset: 'utf8mb4',
    timezone: 'Z',
    // Message texts are parameters, and an error that carries them would end in the log.
    logParam: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}

/** One waits for the database while the other's answers go out. */
const WRITERS_AT_ONCE = 2;

class MysqlSession implements SqlSession {
  constructor(private readonly connection: Pick<mariadb.Connection, 'query'>) {}

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return this.connection.query<Row[]>({ sql, ...READING }, inUtc(parameters));
  }

  async execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const result = await this.connection.query<mariadb.UpsertResult>(sql, inUtc(parameters));
    return result.affectedRows;
  }
}

/** Its first reads are sent right behind the statement that begins it; nothing is written before that is known to have succeeded. */
class MysqlTransaction extends MysqlSession {
  constructor(
    connection: mariadb.Connection,
    private readonly begun: Promise<void>,
  ) {
    super(connection);
  }

  override async query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    const [rows] = await Promise.all([super.query(sql, parameters), this.begun]);
    return rows;
  }

  override async execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    await this.begun;
    return super.execute(sql, parameters);
  }
}

/** The client for reads, whose own SQL goes straight to the driver: what Prisma does to every value costs more than reading it. */
function readerOf(client: PrismaClient, pool: mariadb.Pool): Db {
  const query = (sql: string, ...values: SqlValue[]): Promise<Row[]> =>
    new MysqlSession(pool).query(sql, values);
  // Defined, not assigned: the client is a proxy, and would take what is set on its heir for its own, transactions included.
  return Object.create(client, { $queryRawUnsafe: { value: query, writable: true } }) as Db;
}

/** A connection in doubt is not given to the next caller: closing it makes the server roll back. */
const rollBack = (connection: mariadb.PoolConnection): Promise<void> =>
  connection.rollback().then(
    () => connection.release(),
    () => connection.destroy(),
  );

async function sqlTransaction<T>(pool: mariadb.Pool, work: (sql: SqlSession) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    const begun = connection.beginTransaction();
    const [result] = await Promise.all([work(new MysqlTransaction(connection, begun)), begun]);
    await connection.commit();
    await connection.release();
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

async function batchTransaction<T>(pool: mariadb.Pool, work: (sql: BatchSession) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    const batch = new MysqlBatch(connection);
    const result = await work(batch);
    if (!batch.isFinished) await batch.finish([]);
    await connection.release();
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

/**
 * MySQL 8 or MariaDB ≥ 10.5. One pool is for everybody; the message writer's has as many connections as it uses at once, and they alone
 * take lists of statements.
 * @param onStatement told of every statement as it is sent
 */
export function openMysql(
  databaseUrl: string,
  poolSize: number,
  onStatement?: (sql: string) => void,
): Database {
  const settings = connectionSettings(databaseUrl);
  const tell = (sql: string): void => sql.split(BETWEEN_STATEMENTS).forEach((one) => onStatement?.(one));
  const open = (connectionLimit: number, multipleStatements: boolean): mariadb.Pool =>
    openPool(
      {
        ...settings,
        connectionLimit,
        multipleStatements,
        prepareCacheLength: 0,
        ...(onStatement && { logger: { query: tell } }),
      },
      SESSION_SETTINGS,
    );
  const pool = open(poolSize, false);
  const writers = open(WRITERS_AT_ONCE, true);
  const adapter = new PrismaMariaDb(pool, { database: settings.database, useTextProtocol: true });
  const client = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: TRANSACTION_START_MS, timeout: TRANSACTION_MS },
  });
  return {
    kind: 'mysql',
    dialect: mysqlDialect,
    writersAtOnce: WRITERS_AT_ONCE,
    reader: readerOf(client, pool),
    writer: client,
    transaction: <T>(work: (db: Db) => Promise<T>) => retryOnContention(() => client.$transaction(work)),
    sqlTransaction: (work) => sqlTransaction(pool, work),
    batchTransaction: (work) => batchTransaction(writers, work),
    async ping(timeoutMs) {
      const late = new AbortController();
      await Promise.race([
        // The writer's are asked only when it has none: they may be in the middle of a batch.
        Promise.all(
          (writers.totalConnections() === 0 ? [pool, writers] : [pool]).map((each) => each.query('SELECT 1')),
        ),
        wait(timeoutMs, undefined, { signal: late.signal }).then(() => {
          throw new Error(`the database did not answer in ${timeoutMs} ms`);
        }),
      ]).finally(() => late.abort());
    },
    poolUse: () => ({
      active: pool.activeConnections(),
      idle: pool.idleConnections(),
      waiting: pool.taskQueueSize(),
    }),
    async close() {
      await client.$disconnect();
      await writers.end();
      await pool.end();
    },
  };
}
