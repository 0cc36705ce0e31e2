import type { Database, SqlValue } from '../../src/database/database';
import { tuples } from '../../src/database/dialects/dialect';

export type NewRow = Readonly<Record<string, SqlValue>>;

/** Parameters of one statement: SQLite takes 32,766 at most. */
const MAX_PARAMETERS = 30_000;

/** Stores rows, all with the columns of the first one, as many at once as a statement takes. */
export async function insertRows(
  database: Pick<Database, 'sqlTransaction'>,
  table: string,
  rows: readonly NewRow[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const atOnce = Math.floor(MAX_PARAMETERS / columns.length);
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    await database.sqlTransaction((sql) =>
      sql.execute(
        `INSERT INTO \`${table}\` (${columns.join(', ')}) VALUES ${tuples(some.length, columns.length)}`,
        some.flatMap((row) => Object.values(row)),
      ),
    );
  }
}
