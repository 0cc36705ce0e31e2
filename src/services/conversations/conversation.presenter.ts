import type { Channel, Conversation, Member, MemberRole, My, Receipt } from '../../contracts/conversations';
import type { InvitePreview } from '../../contracts/invites';
import type { ConversationMember } from '../../contracts/members';
import type { ConversationKind, Message } from '../../contracts/messages';
import type { User } from '../../contracts/users';
import { presentUser } from '../accounts/user.presenter';
import { avatarUrlOf } from '../avatars/avatar-url';
import { capabilitiesOf, isDeserted } from './conversations.policy';
import type { MembershipRow } from './conversations.queries';
import type { ConversationRow, Membership } from './membership';
import type { Peer } from './people.queries';
import type { Unread } from './unread.queries';

interface MyParts {
  readonly peer: Peer | null;
  readonly unread: Unread;
}

interface ConversationParts extends MyParts {
  /** of a group: those of its members with read receipts on, the viewer's among them */
  readonly watermarks: readonly Receipt[];
  readonly lastMessage: Message | null;
}

export function presentMy(membership: Membership, { peer, unread }: MyParts): My {
  const { role, conversation } = membership;
  return {
    role,
    lastReadSeq: membership.lastReadSeq,
    lastDeliveredSeq: membership.lastDeliveredSeq,
    clearedUptoSeq: membership.clearedUptoSeq,
    removedUptoSeq: membership.removedUptoSeq,
    unreadCount: unread.messages,
    mentionCount: unread.mentions,
    notify: membership.notify,
    mutedUntil: membership.mutedUntil?.toISOString() ?? null,
    pinned: membership.pinned,
    archived: membership.archived,
    capabilities: capabilitiesOf(
      conversation.kind,
      role,
      (peer?.blocked ?? false) || isDeserted(conversation),
    ),
  };
}

/** Of a group: among those with read receipts on, to one of them. */
function presentWatermarks(viewerId: string, watermarks: readonly Receipt[]): Receipt[] {
  if (!watermarks.some(({ userId }) => userId === viewerId)) return [];
  return watermarks.filter(({ userId }) => userId !== viewerId);
}

/** Of a private chat: among those with read receipts on, and not across a block. */
function presentReceipts(peer: Peer): Receipt[] {
  if (peer.blocked || !peer.readReceipts || !peer.viewerReadReceipts) return [];
  return [{ userId: peer.id, deliveredSeq: peer.lastDeliveredSeq, readSeq: peer.lastReadSeq }];
}

/** A channel's owner is shown to those who run it. */
const seesOwner = (kind: ConversationKind, role: MemberRole | null): boolean =>
  kind !== 'channel' || role === 'owner' || role === 'admin';

/** What does not differ between members of a role; `null` for somebody who is not in it. */
function presentShared(conversation: ConversationRow, role: MemberRole | null, lastMessage: Message | null) {
  const { kind, slowModeSeconds, retentionDays, handle, visibility, signed } = conversation;
  return {
    id: conversation.id,
    kind,
    title: conversation.title,
    description: conversation.description,
    avatarUrl: avatarUrlOf(conversation.avatarKey),
    ownerId: seesOwner(kind, role) ? conversation.ownerId : null,
    ...(kind === 'channel' && { handle, visibility: visibility ?? 'private', signed }),
    ...(kind !== 'chat' && { slowModeSeconds, retentionDays }),
    prunedUptoSeq: conversation.prunedUptoSeq,
    memberCount: conversation.memberCount,
    lastMessage,
    lastSeq: conversation.lastSeq,
    version: conversation.version,
    createdAt: conversation.createdAt.toISOString(),
  };
}

/** A conversation as one person sees it. */
export function presentConversation(
  membership: Membership,
  { peer, watermarks, unread, lastMessage }: ConversationParts,
): Conversation {
  return {
    ...presentShared(membership.conversation, membership.role, lastMessage),
    myVersion: membership.myVersion,
    ...(peer && { peer: presentUser(peer) }),
    receipts: peer ? presentReceipts(peer) : presentWatermarks(membership.userId, watermarks),
    my: presentMy(membership, { peer, unread }),
  };
}

/** A public channel as it looks to those who do not follow it. */
export function presentPublicChannel(channel: ConversationRow, lastMessage: Message | null): Channel {
  return { ...presentShared(channel, null, lastMessage), myVersion: 0, receipts: [], my: null };
}

interface PlacedPerson {
  readonly role: string;
  readonly version: number;
  readonly createdAt: Date;
}

/** Somebody who is in a group, or follows a channel. */
export function presentConversationMember(
  { role, version, createdAt }: PlacedPerson,
  user: User,
): ConversationMember {
  return { user, role: role as MemberRole, version, joinedAt: createdAt.toISOString() };
}

/** Where an invite leads. @param joined whether the viewer is in it already */
export function presentInvitePreview(
  { id, kind, title, description, avatarKey, memberCount }: ConversationRow,
  expiresAt: Date,
  joined: boolean,
): InvitePreview {
  return {
    conversation: {
      id,
      kind: kind === 'channel' ? 'channel' : 'group',
      title: title ?? '',
      description,
      avatarUrl: avatarUrlOf(avatarKey),
      memberCount,
    },
    expiresAt: expiresAt.toISOString(),
    joined,
  };
}

export function presentMember(membership: MembershipRow): Member {
  return {
    userId: membership.userId,
    role: membership.role as MemberRole,
    version: membership.version,
    ...(membership.leftAt && { leftAt: membership.leftAt.toISOString() }),
  };
}
