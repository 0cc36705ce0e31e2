import type { Db, Row } from '../../database/database';
import { asNumber } from '../../database/rows';
import type { Scene } from './act';

/** Hides a message from one person; their own view has changed. */
export async function hideMessage({ sql, conversation }: Scene, userId: string, seq: number): Promise<void> {
  const person = [conversation.id, userId];
  await sql.execute(
    'UPDATE membership SET myVersion = myVersion + 1 WHERE conversationId = ? AND userId = ?',
    person,
  );
  await sql.execute(
    `INSERT INTO hidden_message (userId, conversationId, seq, myVersion)
      SELECT userId, conversationId, ?, myVersion FROM membership WHERE conversationId = ? AND userId = ?`,
    [seq, ...person],
  );
}

interface HiddenRange {
  readonly userId: string;
  readonly conversationId: string;
  /** a `myVersion`, not included */
  readonly since: number;
  /** included */
  readonly upTo: number;
}

/** What somebody has hidden in a range of their `myVersion`, by seq; `limit` at most. Uses hidden_message_version. */
export async function hiddenSince(
  db: Db,
  { userId, conversationId, since, upTo }: HiddenRange,
  limit: number,
): Promise<number[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT seq FROM hidden_message
      WHERE userId = ? AND conversationId = ? AND myVersion > ? AND myVersion <= ? LIMIT ${limit}`,
    userId,
    conversationId,
    since,
    upTo,
  );
  return rows.map(({ seq }) => asNumber(seq)).sort((left, right) => left - right);
}
