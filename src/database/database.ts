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
  /** Resolves when the database answers within `timeoutMs`. */
  ping(timeoutMs: number): Promise<void>;
  /** `null` where there is no pool. */
  poolUse(): PoolUse | null;
  close(): Promise<void>;
}
