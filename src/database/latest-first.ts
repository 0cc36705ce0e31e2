import type { Database, Row, SqlValue } from './database';

interface Wanted<Filter extends string> {
  readonly table: string;
  readonly columns: string;
  /** columns that one may ask for, and for each an index of it and the id, by what there are fewest of first */
  readonly indexes: Readonly<Record<Filter, string>>;
  readonly filter: Readonly<Partial<Record<NoInfer<Filter>, string | undefined>>>;
  readonly conditions?: readonly (readonly [sql: string, value: SqlValue])[];
  /** the id to go on behind */
  readonly before: string;
  readonly limit: number;
}

/** Rows whose ids tell their time, latest first: a range of the one index that fits best, or of the primary key. */
export function latestFirst<Filter extends string>(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  { table, columns, indexes, filter, conditions = [], before, limit }: Wanted<Filter>,
): Promise<Row[]> {
  const named = (Object.keys(indexes) as Filter[]).filter((name) => filter[name] !== undefined);
  const all: (readonly [string, SqlValue])[] = [
    ...named.map((name) => [`${name} = ?`, filter[name] ?? null] as const),
    ['id < ?', before],
    ...conditions,
  ];
  return reader.$queryRawUnsafe<Row[]>(
    `SELECT ${columns} FROM ${table} ${dialect.usingIndex(named[0] ? indexes[named[0]] : 'PRIMARY')}
      WHERE ${all.map(([sql]) => sql).join(' AND ')} ORDER BY id DESC LIMIT ${limit}`,
    ...all.map(([, value]) => value),
  );
}
