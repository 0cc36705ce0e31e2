import type { Db } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asNumber, asText } from '../../database/rows';
import type { Scene } from './act';
import type { EmojiCount } from './reactions.queries';

/** Messages whose reactions are told in one act. */
export const TOLD_AT_ONCE = 100;

export interface Untold {
  readonly id: string;
  readonly seq: number;
  readonly counts: readonly EmojiCount[];
}

/** A message's reactions have changed, and nobody was told yet. */
export async function noteUntold({ sql, conversation }: Scene, seq: number): Promise<void> {
  const place = [conversation.id, seq];
  const noted = await sql.query(
    'SELECT seq FROM reaction_untold WHERE conversationId = ? AND seq = ?',
    place,
  );
  if (noted.length === 0)
    await sql.execute('INSERT INTO reaction_untold (conversationId, seq) VALUES (?, ?)', place);
}

/** What is to be told now: from here on it counts as told. */
export async function takeUntold({ sql, conversation }: Scene): Promise<Untold[]> {
  const rows = await sql.query(
    `SELECT u.seq, m.id, c.emoji, c.total FROM
       (SELECT conversationId, seq FROM reaction_untold WHERE conversationId = ? ORDER BY seq LIMIT ${TOLD_AT_ONCE}) u
     JOIN message m ON m.conversationId = u.conversationId AND m.seq = u.seq
     LEFT JOIN reaction_count c ON c.conversationId = u.conversationId AND c.seq = u.seq
     ORDER BY u.seq, c.position`,
    [conversation.id],
  );
  if (rows.length === 0) return [];
  const untold = new Map<number, Untold & { readonly counts: EmojiCount[] }>();
  for (const row of rows) {
    const seq = asNumber(row.seq);
    const known = untold.get(seq) ?? { id: asText(row.id), seq, counts: [] };
    if (row.emoji !== null) known.counts.push({ emoji: asText(row.emoji), count: asNumber(row.total) });
    untold.set(seq, known);
  }
  await sql.execute(
    `DELETE FROM reaction_untold WHERE conversationId = ? AND seq IN (${placeholders(untold.size)})`,
    [conversation.id, ...untold.keys()],
  );
  return [...untold.values()];
}

/** Gives messages their new versions, in one statement. */
export async function setVersions(
  { sql, conversation }: Scene,
  versions: readonly { readonly seq: number; readonly version: number }[],
): Promise<void> {
  if (versions.length === 0) return;
  await sql.execute(
    `UPDATE message SET version = CASE seq ${versions.map(() => 'WHEN ? THEN ?').join(' ')} END
      WHERE conversationId = ? AND seq IN (${placeholders(versions.length)})`,
    [
      ...versions.flatMap(({ seq, version }) => [seq, version]),
      conversation.id,
      ...versions.map(({ seq }) => seq),
    ],
  );
}

/** Where something is left untold. Uses the primary key. */
export async function untoldConversations(db: Db): Promise<string[]> {
  const rows = await db.reactionUntold.findMany({
    where: { message: { conversation: { deletedAt: null } } },
    distinct: ['conversationId'],
    select: { conversationId: true },
    take: 1000,
  });
  return rows.map(({ conversationId }) => conversationId);
}
