import type { Database, Row, SqlValue } from '../../src/database/database';
import { openMysql } from '../../src/database/mysql';

export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** What a read sends to the database: in each step statements that run at once. */
export type Steps = readonly (readonly Statement[])[];

export interface Recorder {
  /** The driver's database, whose own SQL is written down as it is sent. */
  readonly database: Database;
  /** @throws when `read` sent anything that was not its own SQL */
  steps<T>(read: () => Promise<T>): Promise<{ readonly answer: T; readonly steps: Steps }>;
  close(): Promise<void>;
}

const asParameter = (value: SqlValue): string | number | null =>
  value instanceof Date ? value.toISOString().slice(0, -1).replace('T', ' ') : value;

export function openRecorder(databaseUrl: string): Recorder {
  let sent = 0;
  const database = openMysql(databaseUrl, 10, (sql) => {
    if (!/SET SESSION|^PING/.test(sql)) sent += 1;
  });
  let steps: Statement[][] = [];
  let open = 0;
  const query = async (sql: string, ...values: SqlValue[]): Promise<Row[]> => {
    if (open === 0) steps.push([]);
    steps.at(-1)?.push({ sql, values: values.map(asParameter) });
    open += 1;
    try {
      return await database.reader.$queryRawUnsafe<Row[]>(sql, ...values);
    } finally {
      open -= 1;
    }
  };
  // Defined, not assigned: the reader would take it for its own.
  const reader = Object.create(database.reader, { $queryRawUnsafe: { value: query } }) as Database['reader'];
  return {
    database: { ...database, reader },
    async steps(read) {
      steps = [];
      sent = 0;
      const answer = await read();
      const recorded = steps.flat().length;
      if (recorded !== sent)
        throw new Error(`a read sent ${sent} statements, of which ${recorded} are known`);
      return { answer, steps };
    },
    close: () => database.close(),
  };
}
