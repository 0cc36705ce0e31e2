import type { Client } from '@libsql/client';
import type { Connection } from 'mariadb';
import type { Statement } from './statements';

/** How one table of a statement is read. */
export interface Access {
  /** the table's own name, whatever the statement calls it */
  readonly table: string;
  /** the indexes that are read: `PRIMARY`, or as the schema names them */
  readonly indexes: readonly string[];
  /** from its first row, or its index's first entry, to the last */
  readonly isScan: boolean;
  /** as the database says it */
  readonly text: string;
}

export type Explain = (statement: Statement) => Promise<Access[]>;

/** Statements that look for rows. An INSERT of values does not. */
export const looksForRows = ({ sql }: Statement): boolean =>
  /^[\s(]*(SELECT|UPDATE|DELETE|WITH)\b/i.test(sql) || /^\s*INSERT\b[^?']*\bSELECT\b/i.test(sql);

/** A statement without its values and the lengths of its lists: what is sent again and again. */
export const shapeOf = ({ sql }: Statement): string =>
  sql
    .replace(/'(?:[^'\\]|\\.|'')*'/g, '?')
    .replace(/\b\d+\b/g, '?')
    .replace(/\s+/g, ' ')
    .replace(/(\([^()]*\)|\?)(?:(?:,| OR | WHEN \? THEN) ?\1)+/g, '$1 …');

const KEYWORDS = new Set(
  'where on using set order group left right inner cross join limit union force use ignore values as for select straight_join'.split(
    ' ',
  ),
);

/** What a statement calls its tables. A derived table has no entry. */
function tablesByAlias(sql: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const pattern =
    /\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:[`"]?\w+[`"]?\.)?[`"]?(\w+)[`"]?(?:\s+(?:AS\s+)?[`"]?(\w+)[`"]?)?/gi;
  for (const [, table = '', alias = ''] of sql.matchAll(pattern)) {
    names.set(table, table);
    if (alias && !KEYWORDS.has(alias.toLowerCase())) names.set(alias, table);
  }
  return names;
}

/**
 * The table's own name; `undefined` for a derived one, of which all is read: what is in it is a step of its own. What the statement does
 * not name is a table that SQLite looks at for a foreign key.
 */
function tableOf(sql: string, alias: string): string | undefined {
  const isDerived = new RegExp(`\\)\\s*(?:AS\\s+)?[\`"]?${alias}\\b`, 'i').test(sql);
  return tablesByAlias(sql).get(alias) ?? (isDerived ? undefined : alias);
}

interface MysqlStep {
  readonly table: string | null;
  readonly type: string | null;
  readonly key: string | null;
  readonly rows: unknown;
  readonly Extra: string | null;
}

export const explainMysql =
  (connection: Connection): Explain =>
  async ({ sql }) => {
    const steps = await connection.query<MysqlStep[]>(`EXPLAIN ${sql}`);
    return steps.flatMap(({ table: alias, type, key, rows, Extra }) => {
      // No table at all, or what other steps have found, as `<derived2>` or `<union1,2>`.
      if (alias === null || alias.startsWith('<')) return [];
      const table = tableOf(sql, alias);
      if (table === undefined) return [];
      const indexes = key?.match(/\w+/g)?.filter((name) => !/^(union|intersect|sort_\w+)$/.test(name)) ?? [];
      const text = `${alias}: ${type} ${key ?? ''} rows=${String(rows)} ${Extra ?? ''}`;
      return [{ table, indexes, isScan: type === 'ALL' || type === 'index', text }];
    });
  };

/** SQLite's own names for what the schema calls otherwise. */
const indexOf = (detail: string): string[] => {
  if (/VIRTUAL TABLE INDEX/.test(detail)) return ['message_search_tokens'];
  const [, name] = /USING (?:COVERING )?INDEX (\w+)/.exec(detail) ?? [];
  if (name) return [name.startsWith('sqlite_autoindex_') ? 'PRIMARY' : name];
  return /USING INTEGER PRIMARY KEY/.test(detail) ? ['PRIMARY'] : [];
};

/** An index that SQLite makes for the one statement reads the whole table, too. */
export const explainSqlite =
  (client: Client): Explain =>
  async ({ sql, values }) => {
    const { rows } = await client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: values });
    return rows.flatMap((row) => {
      const detail = row.detail as string;
      const [, how, alias] = /^(SCAN|SEARCH) (?!CONSTANT)(?:\w+\.)?(\w+)/.exec(detail) ?? [];
      const table = alias && tableOf(sql, alias);
      if (!table) return [];
      const isScan =
        (how === 'SCAN' && !detail.includes('VIRTUAL TABLE INDEX')) || detail.includes('AUTOMATIC');
      return [{ table: table.replace(/_index$/, ''), indexes: indexOf(detail), isScan, text: detail }];
    });
  };
