import type { Database, Db, Row } from '../../database/database';
import { asDate, asNumber, asNumberOrNull, asText } from '../../database/rows';
import type { Scene } from './act';

export interface Keeping {
  readonly conversationId: string;
  /** `null`: as the server's setting says */
  readonly retentionDays: number | null;
  /** of its oldest message */
  readonly oldestAt: Date | null;
}

/** Where a list of them goes on. */
export type KeepingPosition = Pick<Keeping, 'conversationId' | 'retentionDays'>;

const KEEPING = `SELECT c.id, c.retentionDays,
  (SELECT m.createdAt FROM message m WHERE m.conversationId = c.id ORDER BY m.seq LIMIT 1) AS oldestAt FROM conversation c`;
// The sign keeps SQLite from conversation_deleted, which most conversations are alike in.
const WITH_MESSAGES = '+c.deletedAt IS NULL AND c.lastSeq > c.prunedUptoSeq';

const toKeeping = (row: Row): Keeping => ({
  conversationId: asText(row.id),
  retentionDays: asNumberOrNull(row.retentionDays),
  oldestAt: row.oldestAt === null ? null : asDate(row.oldestAt),
});

/** Conversations that have messages, with the age of their oldest one, by id. A range of the primary key. */
export async function keepingAfter(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  { conversationId }: KeepingPosition,
  limit: number,
): Promise<Keeping[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `${KEEPING} ${dialect.usingIndex('PRIMARY')} WHERE c.id > ? AND ${WITH_MESSAGES} ORDER BY c.id LIMIT ${limit}`,
    conversationId,
  );
  return rows.map(toKeeping);
}

/** Those that say themselves how long messages are kept, by that and by id. A range of conversation_retention. */
export async function limitedAfter(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  { conversationId, retentionDays }: KeepingPosition,
  limit: number,
): Promise<Keeping[]> {
  const days = retentionDays ?? 0;
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `${KEEPING} ${dialect.usingIndex('conversation_retention')}
     WHERE c.retentionDays >= ? AND (c.retentionDays > ? OR c.id > ?) AND ${WITH_MESSAGES}
     ORDER BY c.retentionDays, c.id LIMIT ${limit}`,
    days,
    days,
    conversationId,
  );
  return rows.map(toKeeping);
}

/** How long messages are kept in a locked conversation, as it says itself. */
export async function retentionOf({ sql, conversation }: Scene): Promise<number | null> {
  const [row = {}] = await sql.query('SELECT retentionDays FROM conversation WHERE id = ?', [
    conversation.id,
  ]);
  return asNumberOrNull(row.retentionDays);
}

interface Oldest {
  readonly seq: number;
  readonly version: number;
  readonly createdAt: Date;
}

/** The oldest messages of a locked conversation. A range of the primary key. */
export async function oldestMessages({ sql, conversation }: Scene, limit: number): Promise<Oldest[]> {
  const rows = await sql.query(
    `SELECT seq, version, createdAt FROM message WHERE conversationId = ? ORDER BY seq LIMIT ${limit}`,
    [conversation.id],
  );
  return rows.map((row) => ({
    seq: asNumber(row.seq),
    version: asNumber(row.version),
    createdAt: asDate(row.createdAt),
  }));
}

/**
 * Removes the messages of a locked conversation up to a position; their files are released, and what has a foreign key on them goes with them.
 * Ranges of primary keys, and of message_search_key.
 */
export async function removeUpTo(
  { sql, conversation, released }: Scene,
  { uptoSeq, version }: { readonly uptoSeq: number; readonly version: number },
): Promise<void> {
  const upTo = [conversation.id, uptoSeq];
  const rows = await sql.query(
    'SELECT DISTINCT fileId FROM attachment WHERE conversationId = ? AND seq <= ?',
    upTo,
  );
  for (const row of rows) released.add(asText(row.fileId));
  await sql.execute('DELETE FROM message WHERE conversationId = ? AND seq <= ?', upTo);
  await sql.execute('DELETE FROM message_search WHERE conversationId = ? AND seq <= ?', upTo);
  await sql.execute(
    `UPDATE conversation SET prunedUptoSeq = ?, prunedVersion = CASE WHEN prunedVersion < ? THEN ? ELSE prunedVersion END
      WHERE id = ?`,
    [uptoSeq, version, version, conversation.id],
  );
}

/** How often removed posts were seen. Not while the conversation is locked: who counts a view locks the count first. A range of the primary key. */
export async function removeViews(db: Db, conversationId: string, uptoSeq: number): Promise<void> {
  await db.postView.deleteMany({ where: { conversationId, seq: { lte: uptoSeq } } });
}
