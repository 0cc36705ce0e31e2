import type { Db, Row } from '../../database/database';
import { asNumber } from '../../database/rows';
import { NOT_HIDDEN } from '../messages/messages.queries';
import type { Membership } from './membership';

/** Counting stops here; a client shows "999+". */
export const MOST_UNREAD = 1000;

/** Rows read to count them: in a conversation where one's own messages are thousands, older unread ones are not counted. */
const MOST_READ = 5000;

/** What somebody has not read yet. */
export interface Unread {
  readonly messages: number;
  /** messages that name them or everybody, or answer them */
  readonly mentions: number;
}

export const NOTHING_UNREAD: Unread = { messages: 0, mentions: 0 };

/**
 * Up to the seq that is told beside it, so that a client can go on counting from there. A message that names a person and everybody is
 * one mention.
 */
const COUNT = `SELECT ? AS place, COUNT(*) AS unread, COUNT(CASE WHEN mentionsAll = 1 THEN 1 END) AS calls,
  (SELECT COUNT(*) FROM (
    SELECT n.seq FROM mention n JOIN message named ON named.conversationId = n.conversationId AND named.seq = n.seq
    LEFT JOIN hidden_message h ON h.userId = n.userId AND h.conversationId = n.conversationId AND h.seq = n.seq
    WHERE n.userId = ? AND n.conversationId = ? AND n.seq > ? AND n.seq <= ? AND named.mentionsAll = 0 AND h.seq IS NULL
    LIMIT ${MOST_UNREAD}) AS mine) AS mentions
  FROM (
  SELECT conversationId, seq, senderId, deletedAt, type, mentionsAll FROM message
  WHERE conversationId = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ${MOST_READ}) AS m
  WHERE senderId <> ? AND deletedAt IS NULL AND type <> 'system' AND ${NOT_HIDDEN}`;

/** What is unread, by membership, in one statement: bounded ranges of the primary keys of message, mention and hidden_message each. */
export async function unreadCounts(
  db: Db,
  memberships: readonly Membership[],
): Promise<Map<Membership, Unread>> {
  const behind = memberships
    .map((membership) => ({ membership, from: Math.max(membership.lastReadSeq, membership.clearedUptoSeq) }))
    .filter(({ membership, from }) => membership.conversation.lastSeq > from);
  if (behind.length === 0) return new Map();
  const rows = await db.$queryRawUnsafe<Row[]>(
    behind.map(() => COUNT).join(' UNION ALL '),
    ...behind.flatMap(({ membership: { userId, conversationId, conversation }, from }, place) => {
      const range = [conversationId, from, conversation.lastSeq];
      return [place, userId, ...range, ...range, userId, userId];
    }),
  );
  return new Map(
    rows.flatMap((row) => {
      const place = behind[asNumber(row.place)];
      if (!place) return [];
      const messages = Math.min(asNumber(row.unread), MOST_UNREAD);
      const mentions = Math.min(asNumber(row.calls) + asNumber(row.mentions), MOST_UNREAD);
      return [[place.membership, { messages, mentions }] as const];
    }),
  );
}
