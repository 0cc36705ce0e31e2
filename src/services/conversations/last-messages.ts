import type { Db } from '../../database/database';
import { lastMessages } from '../messages/last-messages.queries';
import { toReadMessage, type ReadMessage } from '../messages/messages.queries';
import type { Membership } from './membership';

/** The last message that each member sees of their conversation: one statement, however many. */
export async function lastMessagesOf(
  db: Db,
  memberships: readonly Membership[],
): Promise<ReadonlyMap<Membership, ReadMessage>> {
  const places = memberships
    .map((membership) => ({
      membership,
      userId: membership.userId,
      conversationId: membership.conversationId,
      seq: membership.conversation.lastSeq,
      hidden: membership.lastHidden,
    }))
    .filter(({ membership, seq }) => seq > membership.clearedUptoSeq);
  const found = await lastMessages(db, places);
  return new Map(
    [...found]
      .filter(([{ membership }, { seq }]) => seq > membership.clearedUptoSeq)
      .map(([{ membership }, row]) => [membership, toReadMessage(row, membership.conversation)]),
  );
}
