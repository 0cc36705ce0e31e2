import { asNumber, asText } from '../../database/rows';
import type { Scene } from './act';

export interface EmojiCount {
  readonly emoji: string;
  readonly count: number;
}

/** One person's, with one emoji. */
export interface OwnReaction {
  readonly seq: number;
  readonly emoji: string;
  readonly userId: string;
}

/** What stands at a message and at which position: first come, first. Uses the primary key of reaction_count. */
export async function countsOf(
  { sql, conversation }: Scene,
  seq: number,
): Promise<(EmojiCount & { readonly position: number })[]> {
  const rows = await sql.query(
    'SELECT emoji, total, position FROM reaction_count WHERE conversationId = ? AND seq = ? ORDER BY position',
    [conversation.id, seq],
  );
  return rows.map((row) => ({
    emoji: asText(row.emoji),
    count: asNumber(row.total),
    position: asNumber(row.position),
  }));
}

/** Uses the primary key. */
export async function hasReacted(
  { sql, conversation }: Scene,
  { seq, emoji, userId }: OwnReaction,
): Promise<boolean> {
  const rows = await sql.query(
    'SELECT seq FROM reaction WHERE conversationId = ? AND seq = ? AND emoji = ? AND userId = ?',
    [conversation.id, seq, emoji, userId],
  );
  return rows.length > 0;
}

/**
 * A reaction that was not there.
 * @param before how often the emoji stood there
 * @param position where it stands from now on, if it did not
 * @returns how often it does now
 */
export async function addReaction(
  { sql, conversation }: Scene,
  { seq, emoji, userId }: OwnReaction,
  { before, position }: { readonly before: number; readonly position: number },
): Promise<number> {
  const place = [conversation.id, seq, emoji];
  await sql.execute('INSERT INTO reaction (conversationId, seq, emoji, userId) VALUES (?, ?, ?, ?)', [
    ...place,
    userId,
  ]);
  await (before === 0
    ? sql.execute(
        'INSERT INTO reaction_count (conversationId, seq, emoji, total, position) VALUES (?, ?, ?, 1, ?)',
        [...place, position],
      )
    : setTotal({ sql, conversation }, place, before + 1));
  return before + 1;
}

/** A reaction that was there. @returns how often the emoji stands there now */
export async function takeReaction(
  { sql, conversation }: Scene,
  { seq, emoji, userId }: OwnReaction,
  before: number,
): Promise<number> {
  const place = [conversation.id, seq, emoji];
  await sql.execute(
    'DELETE FROM reaction WHERE conversationId = ? AND seq = ? AND emoji = ? AND userId = ?',
    [...place, userId],
  );
  await (before === 1
    ? sql.execute('DELETE FROM reaction_count WHERE conversationId = ? AND seq = ? AND emoji = ?', place)
    : setTotal({ sql, conversation }, place, before - 1));
  return before - 1;
}

async function setTotal(
  { sql }: Pick<Scene, 'sql' | 'conversation'>,
  place: readonly (string | number)[],
  total: number,
): Promise<void> {
  await sql.execute(
    'UPDATE reaction_count SET total = ? WHERE conversationId = ? AND seq = ? AND emoji = ?',
    [total, ...place],
  );
}
