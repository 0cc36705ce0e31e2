import type { Db, Row, SqlSession, Statement } from '../../database/database';
import { placeholders, tuples, type Dialect } from '../../database/dialects/dialect';
import { asNumber, asText } from '../../database/rows';
import { FILE_COLUMNS, toStoredFile, type StoredFile } from '../files/file';
import type { Place } from './place';

/** A file and where it is attached. */
export interface Attached extends Place {
  readonly position: number;
  readonly file: StoredFile;
}

const inOrder = (ids: readonly string[]): string[] => [...new Set(ids)].sort();

/** Files by id, in one statement, or none when nothing is asked for: nobody removes them before the transaction ends. By primary key, in its order. */
export async function lockFiles(
  sql: SqlSession,
  dialect: Dialect,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredFile>> {
  if (ids.length === 0) return new Map();
  const distinct = inOrder(ids);
  const rows = await sql.query(
    `SELECT ${FILE_COLUMNS} FROM file f ${dialect.usingIndex('PRIMARY')}
     WHERE f.id IN (${placeholders(distinct.length)}) ORDER BY f.id ${dialect.forUpdate}`,
    distinct,
  );
  return new Map(rows.map(toStoredFile).map((file) => [file.id, file]));
}

/** Attaches locked files to new messages: one statement, and another one for those that no message had. */
export function attach(dialect: Dialect, attached: readonly Attached[]): Statement[] {
  if (attached.length === 0) return [];
  const insert: Statement = [
    `INSERT INTO attachment (conversationId, seq, position, fileId) VALUES ${tuples(attached.length, 4)}`,
    attached.flatMap(({ conversationId, seq, position, file }) => [conversationId, seq, position, file.id]),
  ];
  const idle = attached.flatMap(({ file }) => (file.unattachedSince ? [file.id] : []));
  if (idle.length === 0) return [insert];
  const ids = inOrder(idle);
  const update = `UPDATE file ${dialect.usingIndex('PRIMARY')} SET unattachedSince = NULL WHERE id IN (${placeholders(ids.length)})`;
  return [insert, [update, ids]];
}

/** Takes the files from a message. A range of the primary key. @returns their ids: they are to be released */
export async function detach(sql: SqlSession, { conversationId, seq }: Place): Promise<string[]> {
  const place = [conversationId, seq];
  const rows = await sql.query('SELECT fileId FROM attachment WHERE conversationId = ? AND seq = ?', place);
  if (rows.length > 0)
    await sql.execute('DELETE FROM attachment WHERE conversationId = ? AND seq = ?', place);
  return rows.map((row) => asText(row.fileId));
}

/** Of files that were detached, writes down since when no message has them. Uses primary keys and attachment_file. */
export async function releaseFiles(
  sql: SqlSession,
  dialect: Dialect,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  const files = [...(await lockFiles(sql, dialect, ids)).values()];
  const kept = files.filter(({ unattachedSince }) => unattachedSince === null).map(({ id }) => id);
  if (kept.length === 0) return;
  // Not before the locks are had: whoever attaches one meanwhile, or takes it from its other message, is seen.
  const rows = await sql.query(
    `SELECT DISTINCT fileId FROM attachment WHERE fileId IN (${placeholders(kept.length)})`,
    kept,
  );
  const attached = new Set(rows.map((row) => asText(row.fileId)));
  const idle = kept.filter((id) => !attached.has(id));
  if (idle.length === 0) return;
  await sql.execute(
    `UPDATE file ${dialect.usingIndex('PRIMARY')} SET unattachedSince = ? WHERE id IN (${placeholders(idle.length)})`,
    [now, ...idle],
  );
}

/** The files of messages, in one statement, or none when nothing is asked for: lookups of primary keys. */
export async function attachedAt(db: Db, places: readonly Place[]): Promise<Attached[]> {
  if (places.length === 0) return [];
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT a.conversationId, a.seq, a.position, ${FILE_COLUMNS} FROM attachment a JOIN file f ON f.id = a.fileId
     WHERE ${places.map(() => '(a.conversationId = ? AND a.seq = ?)').join(' OR ')} ORDER BY a.position`,
    ...places.flatMap(({ conversationId, seq }) => [conversationId, seq]),
  );
  return rows.map((row) => ({
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    position: asNumber(row.position),
    file: toStoredFile(row),
  }));
}
