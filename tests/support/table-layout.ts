import type { Connection } from 'mariadb';

/** Everything about a table that both Prisma's schema and MySQL's information_schema can tell. */
export interface TableLayout {
  readonly table: string;
  readonly engine: string;
  readonly collation: string;
  /** `name type null|not null default … collation …` */
  readonly columns: readonly string[];
  /** `unique|index|fulltext name (columns in order)` */
  readonly indexes: readonly string[];
  /** `name (columns) → table (columns) on delete … on update …` */
  readonly foreignKeys: readonly string[];
}

const byTable = (tables: TableLayout[]): TableLayout[] =>
  tables.sort((left, right) => (left.table < right.table ? -1 : 1));

/** What has a fixed length is made by machines (ids, hashes, keys): ASCII, compared byte by byte. All else is people's text. */
const collationOf = (type: string): string => {
  if (type.startsWith('char')) return 'ascii_bin';
  return /char|text/.test(type) ? 'utf8mb4_bin' : 'none';
};

const NATIVE_TYPES: Record<string, string> = { Int: 'int', BigInt: 'bigint', Boolean: 'tinyint(1)' };

function columnType(scalar: string, attributes: string): string {
  const native = /@db\.(\w+)(\([\d, ]+\))?/.exec(attributes);
  const type = native ? native[1]?.toLowerCase() + (native[2] ?? '') : NATIVE_TYPES[scalar];
  if (!type) throw new Error(`a ${scalar} without @db.… has no type that this parser knows`);
  return type;
}

const listIn = (text: string | undefined): string =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .join(', ');

/** The value of `name: …` among an attribute's arguments. */
function argument(attribute: string, name: string): string | undefined {
  return new RegExp(`${name}: (?:"([^"]*)"|\\[([^\\]]*)\\]|(\\w+))`)
    .exec(attribute)
    ?.slice(1)
    .find((value) => value !== undefined);
}

const RULES: Record<string, string> = {
  Cascade: 'cascade',
  Restrict: 'restrict',
  SetNull: 'set null',
  NoAction: 'no action',
};

interface Parsed {
  readonly tableOf: ReadonlyMap<string, string>;
}

function foreignKey(attributes: string, target: string, optional: boolean, { tableOf }: Parsed): string {
  const onDelete = RULES[argument(attributes, 'onDelete') ?? (optional ? 'SetNull' : 'Restrict')];
  const onUpdate = RULES[argument(attributes, 'onUpdate') ?? 'Cascade'];
  const columns = listIn(argument(attributes, 'fields'));
  const references = listIn(argument(attributes, 'references'));
  return `${argument(attributes, 'map')} (${columns}) → ${tableOf.get(target)} (${references}) on delete ${onDelete} on update ${onUpdate}`;
}

function blockIndex(line: string): string | undefined {
  const [, kind, columns, rest = ''] = /^@@(id|unique|index|fulltext)\(\[([^\]]*)\](.*)\)$/.exec(line) ?? [];
  if (!kind) return undefined;
  if (/sort:|length:/.test(line)) throw new Error(`this parser knows neither sort nor length: ${line}`);
  if (kind === 'id') return `unique PRIMARY (${listIn(columns)})`;
  return `${kind} ${argument(rest, 'map')} (${listIn(columns)})`;
}

const BOOLEANS: Record<string, string> = { true: '1', false: '0' };

function defaultOf(attributes: string): string {
  const value = /@default\(([^)]*)\)/.exec(attributes)?.[1];
  if (value === undefined) return 'none';
  if (value === 'autoincrement(') return 'auto_increment';
  return BOOLEANS[value] ?? value.replace(/^"|"$/g, '');
}

function parseModel(name: string, body: string, parsed: Parsed): TableLayout {
  const columns: string[] = [];
  const indexes: string[] = [];
  const foreignKeys: string[] = [];
  for (const line of body.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('//') || line.startsWith('@@map')) continue;
    if (line.startsWith('@@')) {
      const index = blockIndex(line);
      if (!index) throw new Error(`this parser does not know: ${line}`);
      indexes.push(index);
      continue;
    }
    const [, field, scalar = '', mark, attributes = ''] = /^(\w+)\s+(\w+)(\?|\[\])?\s*(.*)$/.exec(line) ?? [];
    if (!field) throw new Error(`this parser does not know: ${line}`);
    if (parsed.tableOf.has(scalar)) {
      if (attributes.includes('fields:'))
        foreignKeys.push(foreignKey(attributes, scalar, mark === '?', parsed));
      continue;
    }
    const type = columnType(scalar, attributes);
    const value = defaultOf(attributes);
    const nullable = mark === '?' ? 'null' : 'not null';
    columns.push(`${field} ${type} ${nullable} default ${value} collation ${collationOf(type)}`);
    if (/@id\b/.test(attributes)) indexes.push(`unique PRIMARY (${field})`);
    const unique = /@unique(\([^)]*\))?/.exec(attributes);
    if (unique) indexes.push(`unique ${argument(unique[1] ?? '', 'map')} (${field})`);
  }
  return {
    table: parsed.tableOf.get(name) ?? name,
    engine: 'InnoDB',
    collation: 'utf8mb4_bin',
    columns: columns.sort(),
    indexes: indexes.sort(),
    foreignKeys: foreignKeys.sort(),
  };
}

/** What a Prisma schema for MySQL says, by the house's rules for collations. @throws on whatever it does not understand */
export function layoutOfSchema(schema: string): TableLayout[] {
  const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => ({
    name,
    body,
  }));
  const tableOf = new Map(models.map(({ name, body }) => [name, /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name]));
  return byTable(models.map(({ name, body }) => parseModel(name, body, { tableOf })));
}

interface ColumnRow {
  table: string;
  name: string;
  type: string;
  nullable: 'YES' | 'NO';
  value: string | null;
  extra: string;
  collation: string | null;
}

function columnText({ name, type, nullable, value, extra, collation }: ColumnRow): string {
  // MariaDB writes the display width that MySQL 8 gave up, NULL as a word, and texts in quotes.
  const plainType = type.replace(/^(int|bigint)\(\d+\)/, '$1');
  const plainValue = value === null || value === 'NULL' ? extra || 'none' : value.replace(/^'|'$/g, '');
  const nullability = nullable === 'YES' ? 'null' : 'not null';
  return `${name} ${plainType} ${nullability} default ${plainValue} collation ${collation ?? 'none'}`;
}

const COLUMNS = `SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable,
    COLUMN_DEFAULT AS value, EXTRA AS extra, COLLATION_NAME AS collation
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`;

const INDEXES = `SELECT TABLE_NAME AS \`table\`, CONCAT(
    IF(INDEX_TYPE = 'FULLTEXT', 'fulltext', IF(NON_UNIQUE = 0, 'unique', 'index')), ' ', INDEX_NAME, ' (',
    GROUP_CONCAT(CONCAT(COLUMN_NAME, IF(SUB_PART IS NULL, '', CONCAT('(', SUB_PART, ')')), IF(COLLATION = 'D', ' desc', ''))
      ORDER BY SEQ_IN_INDEX SEPARATOR ', '), ')') AS text
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()
  GROUP BY TABLE_NAME, INDEX_NAME, NON_UNIQUE, INDEX_TYPE`;

const FOREIGN_KEYS = `SELECT k.TABLE_NAME AS \`table\`, CONCAT(
    k.CONSTRAINT_NAME, ' (', GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', '), ') → ',
    k.REFERENCED_TABLE_NAME, ' (', GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', '), ')',
    ' on delete ', LOWER(r.DELETE_RULE), ' on update ', LOWER(r.UPDATE_RULE)) AS text
  FROM information_schema.KEY_COLUMN_USAGE k
  JOIN information_schema.REFERENTIAL_CONSTRAINTS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
  WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
  GROUP BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.REFERENCED_TABLE_NAME, r.DELETE_RULE, r.UPDATE_RULE`;

/** What is in the connection's database, Prisma's own record of migrations left out. */
export async function layoutOfDatabase(connection: Connection): Promise<TableLayout[]> {
  const tables = await connection.query<{ table: string; engine: string; collation: string }[]>(
    `SELECT TABLE_NAME AS \`table\`, ENGINE AS engine, TABLE_COLLATION AS collation
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> '_prisma_migrations'`,
  );
  const columns = await connection.query<ColumnRow[]>(COLUMNS);
  const indexes = await connection.query<{ table: string; text: string }[]>(INDEXES);
  const foreignKeys = await connection.query<{ table: string; text: string }[]>(FOREIGN_KEYS);
  const of = <Row extends { table: string }>(rows: readonly Row[], table: string): Row[] =>
    rows.filter((row) => row.table === table);
  return byTable(
    tables.map(({ table, engine, collation }) => ({
      table,
      engine,
      collation,
      columns: of(columns, table).map(columnText).sort(),
      indexes: of(indexes, table)
        .map(({ text }) => text)
        .sort(),
      foreignKeys: of(foreignKeys, table)
        .map(({ text }) => text)
        .sort(),
    })),
  );
}
