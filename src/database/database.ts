import type { Prisma } from './generated/mysql/client';
import type { Dialect } from './dialects/dialect';

/** Prisma's API, inside or outside a transaction. Both generated clients have this face; query functions take it first. */
export type Db = Prisma.TransactionClient;

export type SqlValue = string | number | Date | null;
/** A row as the driver gives it; `rows.ts` turns its values into the domain's. */
export type Row = Record<string, unknown>;

/** Parametrised SQL on one connection, for the message pipeline: about ten times cheaper than Prisma's API. */
export interface SqlSession {
  query(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** @returns how many rows were changed */
  execute(sql: string, parameters?: readonly SqlValue[]): Promise<number>;
}

/** A statement of the driver's, and its parameters: `sql.execute(...statement)`. */
export type Statement = readonly [sql: string, parameters: readonly SqlValue[]];

/** The session of a transaction that may end with its last statements. */
export interface BatchSession extends SqlSession {
  /**
   * Executes these, one after the other, and commits: all of it one way to the database and back. Nothing may be asked behind it.
   * @throws as the first one that fails; none behind it is executed then
   */
  finish(statements: readonly Statement[]): Promise<void>;
}

/** Connections of a pool at one moment, and those who wait for one. */
export interface PoolUse {
  readonly active: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface Database {
  readonly kind: 'mysql' | 'sqlite';
  readonly dialect: Dialect;
  /** transactions that gain from running at the same time when they write to different rows */
  readonly writersAtOnce: number;
  /** Reads outside a transaction; never waits for a writer. */
  readonly reader: Db;
  /** Single writing statements outside a transaction. */
  readonly writer: Db;
  /** One transaction through Prisma; run again, three times at most, when it was the victim of a deadlock. `work` must not use `reader` or `writer`. */
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction on the driver, never repeated here. */
  sqlTransaction<T>(work: (sql: SqlSession) => Promise<T>): Promise<T>;
  /** As `sqlTransaction`, for the batches of the message pipeline: `writersAtOnce` of them, on connections that no reader can take. */
  batchTransaction<T>(work: (sql: BatchSession) => Promise<T>): Promise<T>;
  /** Resolves when the database answers within `timeoutMs`. */
  ping(timeoutMs: number): Promise<void>;
  /** `null` where there is no pool. */
  poolUse(): PoolUse | null;
  close(): Promise<void>;
}
