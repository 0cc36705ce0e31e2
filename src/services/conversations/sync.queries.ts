import type { ConversationKind } from '../../contracts/messages';
import type { Db, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asBoolean, asNumber, asText } from '../../database/rows';

/** What a person's clients compare with what they know. */
export interface Standing {
  readonly userVersion: number;
  readonly conversations: StandingIn[];
}

export interface StandingIn {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly version: number;
  readonly myVersion: number;
  /** left, or deleted for oneself and nothing was said since */
  readonly removed: boolean;
}

/**
 * Of people, by person; whose account is gone is left out. Conversations that they were banned from before they could come are none of theirs, and
 * what happened after they left is not theirs to know. Uses the primary keys and membership_user.
 */
export async function standingsOf(db: Db, userIds: readonly string[]): Promise<Map<string, Standing>> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT u.id, u.userVersion, m.conversationId, c.kind, m.myVersion,
       CASE WHEN m.leftAt IS NULL THEN c.version ELSE m.version END AS version,
       CASE WHEN m.leftAt IS NOT NULL OR c.lastSeq <= m.removedUptoSeq THEN 1 ELSE 0 END AS removed
      FROM user u
      LEFT JOIN membership m ON m.userId = u.id AND NOT (m.version = 0 AND m.joinedVersion = 0)
      LEFT JOIN conversation c ON c.id = m.conversationId
     WHERE u.id IN (${placeholders(userIds.length)})`,
    ...userIds,
  );
  const standings = new Map<string, Standing>();
  for (const row of rows) {
    const userId = asText(row.id);
    let standing = standings.get(userId);
    if (!standing)
      standings.set(userId, (standing = { userVersion: asNumber(row.userVersion), conversations: [] }));
    if (row.conversationId === null) continue;
    standing.conversations.push({
      conversationId: asText(row.conversationId),
      kind: asText(row.kind) as ConversationKind,
      version: asNumber(row.version),
      myVersion: asNumber(row.myVersion),
      removed: asBoolean(row.removed),
    });
  }
  return standings;
}
