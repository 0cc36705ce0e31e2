import type * as mariadb from 'mariadb';
import type { BatchSession, Row, SqlValue, Statement } from './database';
import { inUtc, READING } from './mysql-values';

export const BETWEEN_STATEMENTS = ';\n';

interface Asked {
  readonly statement: Statement;
  readonly answer: (rows: Row[]) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * A transaction in few packets: whatever is asked in one turn is one list of statements, with the one that begins it before the first, and
 * the one that commits it behind the last. A server goes no further in a list than to the first statement that fails, so nothing is done
 * without what stands before it. The connection must be one that takes lists.
 */
export class MysqlBatch implements BatchSession {
  /** committed, with its last statements */
  isFinished = false;
  private isBegun = false;
  private hasEnded = false;
  private asked: Asked[] = [];

  constructor(private readonly connection: Pick<mariadb.Connection, 'query'>) {}

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return new Promise((answer, fail) => {
      this.asked.push({ statement: [sql, parameters], answer, fail });
      if (this.asked.length === 1) queueMicrotask(() => void this.ask());
    });
  }

  async execute(sql: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const [result] = await this.send([[sql, parameters]]);
    return (result as mariadb.UpsertResult).affectedRows;
  }

  async finish(statements: readonly Statement[]): Promise<void> {
    const sent = this.send([...statements, ['COMMIT', []]]);
    this.hasEnded = true;
    await sent;
    this.isFinished = true;
  }

  private async ask(): Promise<void> {
    const asked = this.asked.splice(0);
    try {
      const results = await this.send(asked.map(({ statement }) => statement));
      for (const [index, { answer }] of asked.entries()) answer(results[index] as Row[]);
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }

  private async send(statements: readonly Statement[]): Promise<unknown[]> {
    // Behind its end a statement would be committed on its own; and what was asked before must not come behind it.
    if (this.hasEnded || this.asked.length > 0)
      throw new Error('a statement of a batch has come too late, or too early');
    const list: readonly Statement[] = this.isBegun ? statements : [['START TRANSACTION', []], ...statements];
    this.isBegun = true;
    const sql = list.map(([text]) => text).join(BETWEEN_STATEMENTS);
    const parameters = inUtc(list.flatMap(([, values]) => values));
    const answer = await this.connection.query<unknown>({ sql, ...READING }, parameters);
    const results = list.length === 1 ? [answer] : (answer as unknown[]);
    return results.slice(list.length - statements.length);
  }
}
