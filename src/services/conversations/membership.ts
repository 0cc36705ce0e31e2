import type { MemberRole, Notify, Visibility } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';

/** A conversation's own row. */
export interface ConversationRow {
  readonly id: string;
  readonly kind: ConversationKind;
  /** `null` in private chats, as all that follows up to the visibility */
  readonly title: string | null;
  readonly description: string | null;
  readonly avatarKey: string | null;
  readonly ownerId: string | null;
  /** of channels only, like the visibility */
  readonly handle: string | null;
  readonly visibility: Visibility | null;
  readonly slowModeSeconds: number;
  /** a channel's posts show who wrote them */
  readonly signed: boolean;
  /** `null`: as the server's setting says */
  readonly retentionDays: number | null;
  /** messages up to here were removed for their age */
  readonly prunedUptoSeq: number;
  /** the highest version that one of them had */
  readonly prunedVersion: number;
  readonly memberCount: number;
  readonly lastSeq: number;
  readonly version: number;
  readonly lastActivityAt: Date;
  readonly createdAt: Date;
  readonly deletedAt: Date | null;
}

/** One person's membership of a conversation, with the conversation. */
export interface Membership {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: MemberRole;
  readonly version: number;
  readonly joinedVersion: number;
  readonly myVersion: number;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  readonly notify: Notify;
  readonly mutedUntil: Date | null;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly clearedUptoSeq: number;
  /** deleted for oneself: out of the inbox until a message comes after this one */
  readonly removedUptoSeq: number | null;
  readonly leftAt: Date | null;
  readonly bannedAt: Date | null;
  /** the last message's time, kept only where slow mode is on */
  readonly postedAt: Date | null;
  /** they have hidden the last message */
  readonly lastHidden: boolean;
  readonly conversation: ConversationRow;
}
