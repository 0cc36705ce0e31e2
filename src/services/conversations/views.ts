import type { Conversation, My } from '../../contracts/conversations';
import type { Db } from '../../database/database';
import { messageView } from '../messages/message-views';
import { presentConversation, presentMy } from './conversation.presenter';
import { lastMessagesOf } from './last-messages';
import type { Membership } from './membership';
import { peerIn, peopleIn } from './people.queries';
import { tellsReceipts } from './receipts.policy';
import { NOTHING_UNREAD, unreadCounts } from './unread.queries';

/**
 * Conversations as their members see them, in three statements at most: either one person's, however many, or one group or channel as
 * several of its members see it.
 */
export async function viewsOf(db: Db, memberships: readonly Membership[]): Promise<Conversation[]> {
  const [first] = memberships;
  if (!first) return [];
  const idsWhere = (belongs: (conversation: Membership['conversation']) => boolean): string[] => [
    ...new Set(
      memberships
        .filter(({ conversation }) => belongs(conversation))
        .map((membership) => membership.conversationId),
    ),
  ];
  const [{ peers, watermarks }, unread, last] = await Promise.all([
    peopleIn(db, first.userId, {
      chatIds: idsWhere(({ kind }) => kind === 'chat'),
      smallGroupIds: idsWhere(tellsReceipts),
    }),
    unreadCounts(db, memberships),
    lastMessagesOf(db, memberships),
  ]);
  return memberships.map((membership) => {
    const { conversationId, userId } = membership;
    const message = last.get(membership);
    return presentConversation(membership, {
      peer: peers.get(conversationId) ?? null,
      watermarks: watermarks.get(conversationId) ?? [],
      unread: unread.get(membership) ?? NOTHING_UNREAD,
      lastMessage: message ? messageView(message, userId) : null,
    });
  });
}

/** One's own part of a conversation: two statements. */
export async function ownViewOf(db: Db, membership: Membership): Promise<My> {
  const { conversationId, userId, conversation } = membership;
  const [peer, unread] = await Promise.all([
    conversation.kind === 'chat' ? peerIn(db, userId, conversationId) : null,
    unreadCounts(db, [membership]),
  ]);
  return presentMy(membership, { peer, unread: unread.get(membership) ?? NOTHING_UNREAD });
}
