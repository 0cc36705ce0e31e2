import type { Scene } from './act';
import { detach } from './attachments.queries';

/** What refers to a message and goes with what it said. */
const GONE_WITH_IT = [
  'reaction',
  'reaction_count',
  'reaction_untold',
  'mention',
  'message_revision',
] as const;

/** Nothing is left of a message but its place, its author and its times. Lookups of primary keys, and of mention_message. */
export async function eraseMessage(
  { sql, conversation, released, now }: Scene,
  seq: number,
  version: number,
): Promise<void> {
  const place = [conversation.id, seq];
  await sql.execute(
    `UPDATE message SET content = NULL, deletedAt = ?, pinnedAt = NULL, replyToSeq = NULL, forwardedFrom = NULL, mentionsAll = 0,
       version = ? WHERE conversationId = ? AND seq = ?`,
    [now, version, ...place],
  );
  for (const table of GONE_WITH_IT)
    await sql.execute(`DELETE FROM ${table} WHERE conversationId = ? AND seq = ?`, place);
  for (const id of await detach(sql, { conversationId: conversation.id, seq })) released.add(id);
}
