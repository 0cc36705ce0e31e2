import { asNumber } from '../../database/rows';
import type { Scene } from './act';

/** How many messages are pinned. A range of message_pinned, as long as there are pins. */
export async function countPins({ sql, dialect, conversation }: Scene): Promise<number> {
  const [row] = await sql.query(
    `SELECT COUNT(*) AS pins FROM message ${dialect.usingIndex('message_pinned')}
      WHERE conversationId = ? AND pinnedAt IS NOT NULL`,
    [conversation.id],
  );
  return asNumber(row?.pins ?? 0);
}

export async function setPin(
  { sql, conversation }: Scene,
  seq: number,
  { pinnedAt, version }: { readonly pinnedAt: Date | null; readonly version: number },
): Promise<void> {
  await sql.execute('UPDATE message SET pinnedAt = ?, version = ? WHERE conversationId = ? AND seq = ?', [
    pinnedAt,
    version,
    conversation.id,
    seq,
  ]);
}
