import type { ConversationKind } from '../../contracts/messages';
import type { Db, Row } from '../../database/database';
import { asBoolean, asNumber, asText } from '../../database/rows';
import type { TypingQuestion } from './presence.policy';

/**
 * What decides whether a member's typing is told, in one statement; members are counted up to `most`. `undefined` for who is
 * no member. Uses the primary keys of membership, conversation, user and block.
 */
export async function typingContext(
  db: Db,
  conversationId: string,
  userId: string,
  most: number,
): Promise<TypingQuestion | undefined> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT c.kind, u.typing,
       (SELECT COUNT(*) FROM (SELECT 1 FROM membership WHERE conversationId = ? AND leftAt IS NULL LIMIT ${most}) counted) AS memberCount,
       EXISTS (SELECT 1 FROM membership other JOIN block b
                  ON (b.blockerId = other.userId AND b.blockedId = me.userId)
                  OR (b.blockerId = me.userId AND b.blockedId = other.userId)
                WHERE other.conversationId = me.conversationId AND c.kind = 'chat') AS blocked
       FROM membership me
       JOIN conversation c ON c.id = me.conversationId
       JOIN user u ON u.id = me.userId
      WHERE me.conversationId = ? AND me.userId = ? AND me.leftAt IS NULL`,
    conversationId,
    conversationId,
    userId,
  );
  if (!row) return undefined;
  return {
    kind: asText(row.kind) as ConversationKind,
    typing: asBoolean(row.typing),
    memberCount: asNumber(row.memberCount),
    blocked: asBoolean(row.blocked),
  };
}
