import { PrismaLibSql } from '@prisma/adapter-libsql';
import type { Client, Config, InStatement, ResultSet, Transaction } from '@libsql/client';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds that SQLite itself waits for a lock: the whole process stands still meanwhile. */
const BLOCKING_WAIT_MS = 2;
/** Milliseconds between looks at a lock that another process holds (a seed, a backup), and after which that is an error. */
const PAUSE_MS = 20;
const PATIENCE_MS = 5_000;

const isBusy = (error: unknown): boolean =>
  String((error as { code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');

/** Waits for the write lock of a file. All wait together: who comes late to a lock that is held for long does not wait as long again. */
class Patience {
  /** since when nothing got through */
  private busySince: number | undefined;

  constructor(private readonly client: Client) {}

  async with<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.busySince !== undefined) await this.untilFree(this.busySince + PATIENCE_MS);
      try {
        const result = await work();
        this.busySince = undefined;
        return result;
      } catch (error) {
        if (!isBusy(error)) throw error;
        this.busySince ??= Date.now();
        // Typed as void, but it is a promise. libsql leaves the statement open until it is collected as garbage: later ones would seem to succeed and not be committed.
        await (this.client.reconnect() as unknown as Promise<void>);
      }
    }
  }

  /** Unlike a statement of its own, a script is closed when it fails. */
  private async untilFree(deadline: number): Promise<void> {
    for (;;) {
      try {
        return await this.client.executeMultiple('BEGIN IMMEDIATE; ROLLBACK');
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw error;
        await wait(PAUSE_MS);
      }
    }
  }
}

type Execute = (statement: InStatement) => Promise<ResultSet>;

/**
 * A transaction on the client's own connection. libsql's takes the connection along and never closes it: until it is collected as
 * garbage it holds the file open, and a busy server runs out of files. The adapter keeps other statements away meanwhile.
 */
class OwnTransaction implements Pick<Transaction, 'execute' | 'commit' | 'rollback'> {
  private ended = false;

  constructor(
    private readonly client: Client,
    private readonly run: Execute,
  ) {}

  /** Nothing that comes late gets into the next transaction. */
  execute(statement: InStatement): Promise<ResultSet> {
    return this.ended ? Promise.reject(new Error('the transaction has ended')) : this.run(statement);
  }

  async commit(): Promise<void> {
    try {
      await this.execute('COMMIT');
      this.ended = true;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  async rollback(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    // SQLite has ended it already, or will not: the next one gets a new connection then.
    await this.run('ROLLBACK').catch(() => this.client.reconnect());
  }
}

/**
 * Prisma's libsql adapter for a client that writes. libsql's statements are synchronous, so that waiting for a lock in SQLite
 * would stop the process; here it waits in between. Transactions take the lock when they begin: they cannot fail busy later.
 */
export class PatientLibSql extends PrismaLibSql {
  constructor(config: Config) {
    super({ ...config, timeout: BLOCKING_WAIT_MS });
  }

  override createClient(config: Config): Client {
    const client = super.createClient(config);
    const patience = new Patience(client);
    const execute: Execute = client.execute.bind(client);
    const begin = async (): Promise<OwnTransaction> => {
      await execute('BEGIN IMMEDIATE');
      return new OwnTransaction(client, execute);
    };
    return Object.assign(client, {
      execute: (statement: InStatement) => patience.with(() => execute(statement)),
      transaction: () => patience.with(begin),
    });
  }
}
