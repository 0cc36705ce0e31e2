import { z } from 'zod';
import { Counter, Id, Timestamp, page } from './fields';
import { ConversationKind, Message } from './messages';
import { named } from './registry';
import { User } from './users';

export const MemberRole = z.enum(['owner', 'admin', 'member', 'follower']);
export type MemberRole = z.infer<typeof MemberRole>;

export const Capability = z.enum([
  'post',
  'react',
  'edit',
  'invite',
  'pin',
  'deleteAny',
  'manageMembers',
  'manageRoles',
  'ban',
  'transfer',
  'delete',
  'seeMembers',
  'leave',
]);
export type Capability = z.infer<typeof Capability>;

export const Notify = z.enum(['all', 'mentions', 'none']);
export type Notify = z.infer<typeof Notify>;

/** Whether a channel is found and read by everybody, or only by those who were let in. */
export const Visibility = z.enum(['public', 'private']);
export type Visibility = z.infer<typeof Visibility>;

export const My = named(
  'My',
  z.object({
    role: MemberRole,
    lastReadSeq: Counter,
    lastDeliveredSeq: Counter,
    clearedUptoSeq: Counter.meta({ description: "messages up to here are gone from the caller's view" }),
    removedUptoSeq: Counter.nullable().meta({
      description: 'deleted for oneself: not shown in the inbox until lastSeq is higher',
    }),
    unreadCount: z
      .int()
      .meta({ description: 'without own, deleted and system messages; 1000 means that many or more' }),
    mentionCount: z.int().meta({
      description:
        'those of them that name the caller or everybody, or answer the caller; stops at 1000, too',
    }),
    notify: Notify,
    mutedUntil: Timestamp.nullable(),
    pinned: z.boolean(),
    archived: z.boolean(),
    capabilities: z.array(Capability).meta({ description: 'what the caller may do here' }),
  }),
  "the caller's own view of a conversation",
);
export type My = z.infer<typeof My>;

export const Receipt = named(
  'Receipt',
  z.object({ userId: Id, deliveredSeq: Counter, readSeq: Counter }),
  "how far somebody else's devices and eyes have come; only among those with read receipts on",
);
export type Receipt = z.infer<typeof Receipt>;

export const Conversation = named(
  'Conversation',
  z.object({
    id: Id,
    kind: ConversationKind,
    title: z.string().nullable(),
    description: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    ownerId: Id.nullable().meta({ description: 'of a channel only for its owner and admins' }),
    handle: z.string().nullable().optional().meta({ description: 'channels' }),
    visibility: Visibility.optional().meta({ description: 'channels' }),
    signed: z.boolean().optional().meta({ description: 'channels: whether new posts show who wrote them' }),
    slowModeSeconds: z
      .int()
      .optional()
      .meta({ description: 'groups and channels: between two messages of one member; 0: off' }),
    retentionDays: z.int().nullable().optional().meta({
      description: 'groups and channels: older messages are removed; null: as the server is set',
    }),
    prunedUptoSeq: Counter.meta({
      description:
        'messages up to here were removed for their age: a client drops them, and the `replyTo` of what answers one',
    }),
    memberCount: z.int(),
    lastMessage: Message.nullable(),
    lastSeq: Counter,
    version: Counter.meta({ description: 'counts every change that others can see' }),
    myVersion: Counter.meta({ description: "counts the caller's private changes" }),
    peer: User.optional().meta({ description: 'the other person of a private chat' }),
    receipts: z.array(Receipt),
    createdAt: Timestamp,
    my: My,
  }),
);
export type Conversation = z.infer<typeof Conversation>;

export const Channel = named(
  'Channel',
  Conversation.extend({
    my: My.nullable().meta({ description: 'null for whoever does not follow it' }),
  }),
  'a channel, also as it looks to those who do not follow it',
);
export type Channel = z.infer<typeof Channel>;

export const ConversationPage = named('ConversationPage', page(Conversation));

export const Member = named(
  'Member',
  z.object({ userId: Id, role: MemberRole, version: Counter, leftAt: Timestamp.optional() }),
);
export type Member = z.infer<typeof Member>;

export const Changes = named(
  'Changes',
  z.object({
    conversation: Conversation,
    members: z.array(Member),
    messages: z.array(Message),
    my: My,
    hidden: z.array(Counter).meta({ description: 'seqs hidden from the caller' }),
    version: Counter,
    myVersion: Counter,
    hasMore: z.boolean(),
    resetRequired: z.boolean().meta({ description: 'fetch everything anew' }),
  }),
  'everything that changed after a version',
);
export type Changes = z.infer<typeof Changes>;

export const OwnView = named(
  'OwnView',
  z.object({
    conversationId: Id,
    kind: ConversationKind,
    lastSeq: Counter.meta({ description: 'what `my.unreadCount` counts up to' }),
    myVersion: Counter,
    my: My,
    hidden: z
      .array(Counter)
      .optional()
      .meta({ description: 'seqs that were hidden with this very myVersion; after a gap ask `changes`' }),
  }),
);
export type OwnView = z.infer<typeof OwnView>;

export const SyncItem = z.object({
  conversationId: Id,
  kind: ConversationKind,
  version: Counter,
  myVersion: Counter,
  removed: z.literal(true).optional().meta({ description: 'left, or deleted for oneself' }),
});
export const Sync = named(
  'Sync',
  z.object({ items: z.array(SyncItem), userVersion: Counter, nextCursor: z.string() }),
  'the conversations that may have changed since the cursor: perhaps one too many, never one too few',
);
export type Sync = z.infer<typeof Sync>;

export const MessageReceipts = named(
  'MessageReceipts',
  z.object({ items: z.array(z.object({ userId: Id, delivered: z.boolean(), read: z.boolean() })) }),
);
export type MessageReceipts = z.infer<typeof MessageReceipts>;
