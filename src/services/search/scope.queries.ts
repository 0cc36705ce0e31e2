import type { Db, Row, SqlValue } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asDate, asText } from '../../database/rows';
import { usernameKeyOf } from '../accounts/account-keys';
import { handleKeyOf } from '../conversations/details.queries';

/** A conversation to search in. */
export interface Place {
  readonly conversationId: string;
  readonly lastActivityAt: Date;
}

/** Where somebody has messages to find, latest activity first. Uses membership_user, then the conversation's primary key. */
export async function placesOf(
  db: Db,
  userId: string,
  {
    conversationId,
    handles,
  }: { readonly conversationId: string | undefined; readonly handles: readonly string[] },
): Promise<Place[]> {
  const conditions = ['m.userId = ?', 'm.leftAt IS NULL', 'c.lastSeq > m.clearedUptoSeq'];
  const values: SqlValue[] = [userId];
  if (conversationId !== undefined) {
    conditions.push('m.conversationId = ?');
    values.push(conversationId);
  }
  for (const handle of handles) {
    conditions.push('c.handleKey = ?');
    values.push(handleKeyOf(handle));
  }
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT c.id, c.lastActivityAt FROM membership m JOIN conversation c ON c.id = m.conversationId
     WHERE ${conditions.join(' AND ')} ORDER BY c.lastActivityAt DESC`,
    ...values,
  );
  return rows.map((row) => ({ conversationId: asText(row.id), lastActivityAt: asDate(row.lastActivityAt) }));
}

/** The people of these usernames. Uses user_username_key. */
export async function idsByUsername(db: Db, usernames: readonly string[]): Promise<string[]> {
  if (usernames.length === 0) return [];
  const keys = usernames.map(usernameKeyOf);
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT id FROM user WHERE usernameKey IN (${placeholders(keys.length)})`,
    ...keys,
  );
  return rows.map((row) => asText(row.id));
}
