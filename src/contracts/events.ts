import { z } from 'zod';
import { Announcement } from './announcements';
import { Channel, Conversation, MemberRole, OwnView } from './conversations';
import { Counter, Id, Timestamp } from './fields';
import { ConversationKind, Mention, Message, Reaction, RoomKeys, SentMessage, sending } from './messages';
import type { SocketProblem } from './problem';

interface ClientEvent {
  /** One line for the documents. */
  readonly summary: string;
  readonly payload: z.ZodType;
  /** The `data` of its acknowledgement. */
  readonly ack: z.ZodType;
}

/** Groups. */
export const groupClientEvents = {
  join_group: {
    summary: 'Hear a group in full',
    payload: z.strictObject({ groupId: Id }),
    ack: z.object({ conversation: Conversation, version: Counter, onlineMemberIds: z.array(Id) }),
  },
  leave_group: {
    summary: 'Hear a group in short again',
    payload: z.strictObject({ groupId: Id }),
    ack: z.object({}),
  },
  group_message: {
    summary: 'Send a message to a group; acknowledged when it is durable',
    payload: sending({ groupId: Id }),
    ack: SentMessage,
  },
} as const satisfies Record<string, ClientEvent>;

/** Channels; posts are sent by REST. */
export const channelClientEvents = {
  join_channel: {
    summary: 'Hear a public or followed channel in full',
    payload: z.strictObject({ channelId: Id }),
    ack: z.object({ conversation: Channel, version: Counter }),
  },
  leave_channel: {
    summary: 'Hear a followed channel in short again, another one not at all',
    payload: z.strictObject({ channelId: Id }),
    ack: z.object({}),
  },
} as const satisfies Record<string, ClientEvent>;

/** Client → server. */
export const clientEvents = {
  join_chat: {
    summary: 'Hear a private chat in full',
    payload: z.strictObject({ chatId: Id }),
    ack: z.object({ conversation: Conversation, version: Counter }),
  },
  leave_chat: {
    summary: 'Hear a private chat in short again',
    payload: z.strictObject({ chatId: Id }),
    ack: z.object({}),
  },
  chat_message: {
    summary: 'Send a message to a private chat; acknowledged when it is durable',
    payload: sending({ chatId: Id }),
    ack: SentMessage,
  },
  ...groupClientEvents,
  ...channelClientEvents,
  message_delivered: {
    summary: 'Everything up to this seq has reached a device; moves only forward',
    payload: z.strictObject({ roomId: Id, seq: Counter }),
    ack: z.object({ seq: Counter }),
  },
  message_read: {
    summary: 'Everything up to this seq has been read, and so delivered; moves only forward',
    payload: z.strictObject({ roomId: Id, seq: Counter }),
    ack: z.object({ seq: Counter }),
  },
  typing: {
    summary: 'The person types, or has stopped; say it again within 8 seconds',
    payload: z.strictObject({ roomId: Id, isTyping: z.boolean() }),
    ack: z.object({}),
  },
  auth_refresh: {
    summary: 'Keep the connection beyond its access token, with a newer one of the same session',
    payload: z.strictObject({ token: z.string().min(1).max(4096) }),
    ack: z.object({ expiresAt: Timestamp }),
  },
} as const satisfies Record<string, ClientEvent>;

export const SessionEndReason = z.enum(['revoked', 'expired', 'password_changed', 'suspended', 'shutdown']);
export type SessionEndReason = z.infer<typeof SessionEndReason>;

/** Why a conversation is gone for somebody. */
export const RemovalReason = z.enum(['deleted', 'left', 'removed', 'banned']);
export type RemovalReason = z.infer<typeof RemovalReason>;

export const ConversationChanges = Conversation.pick({
  title: true,
  description: true,
  avatarUrl: true,
  handle: true,
  visibility: true,
  signed: true,
  slowModeSeconds: true,
  retentionDays: true,
  prunedUptoSeq: true,
  ownerId: true,
}).partial();
export type ConversationChanges = z.infer<typeof ConversationChanges>;

export const MemberChange = z.enum(['joined', 'left', 'removed', 'banned', 'role']);
export type MemberChange = z.infer<typeof MemberChange>;

/** What every event about a conversation says of it. */
const About = z.object({ conversationId: Id, ...RoomKeys });

/** What every event about a message that was there before says of it. */
const AboutMessage = About.extend({ id: Id, seq: Counter, version: Counter });

const Watermark = About.extend({
  roomId: Id,
  userId: Id,
  seq: Counter,
});

/** Server → client. */
export const serverEvents = {
  ready: z.object({ userId: Id, sessionId: Id, serverTime: Timestamp }),
  chat_message: Message,
  group_message: Message,
  channel_broadcast: Message,
  message_edited: AboutMessage.extend({
    content: z.string(),
    editedAt: Timestamp,
    mentions: z.array(Mention),
  }),
  message_deleted: AboutMessage.extend({ deletedAt: Timestamp }),
  /** In chats and groups what somebody did; in channels the counts by now. */
  reaction_changed: AboutMessage.extend({
    emoji: z.string().optional(),
    userId: Id.optional(),
    added: z.boolean().optional(),
    count: z.int().optional().meta({ description: 'how many have reacted with this emoji now' }),
    reactions: z.array(Reaction).optional().meta({ description: "of a channel's post: all of them" }),
  }),
  message_pinned: AboutMessage.extend({ pinnedAt: Timestamp.nullable() }),
  conversation_added: About.extend({ version: Counter, conversation: Conversation }),
  /** The fields that changed; a channel's owner is told to nobody. */
  conversation_updated: About.extend({
    kind: ConversationKind,
    version: Counter,
    ...ConversationChanges.shape,
  }),
  conversation_removed: About.extend({ version: Counter, reason: RemovalReason }),
  member_changed: About.extend({
    version: Counter,
    userId: Id,
    role: MemberRole,
    change: MemberChange,
  }),
  inbox_update: About.extend({
    kind: ConversationKind,
    lastSeq: Counter,
    version: Counter,
    senderId: Id.optional(),
    /** left out when the change was none of the last message */
    preview: z.string().optional(),
    mentionedUserIds: z.array(Id).optional().meta({ description: 'whom the messages of this tick name' }),
    mentionsAll: z.literal(true).optional().meta({ description: 'one of them names everybody' }),
  }),
  message_delivered: Watermark,
  message_read: Watermark,
  my_updated: OwnView.extend(RoomKeys),
  user_updated: z.object({ userVersion: Counter }),
  announcement: Announcement,
  presence_change: z.object({ userId: Id, online: z.boolean(), lastSeenAt: Timestamp.optional() }),
  /** Numbers nothing, so it carries no version. */
  typing: About.extend({ roomId: Id, userId: Id, isTyping: z.boolean() }),
  resync: z.object({}),
  session_ended: z.object({ reason: SessionEndReason }),
} as const;

export type ClientEventName = keyof typeof clientEvents;
export type ServerEventName = keyof typeof serverEvents;

/** One line each for the documents. */
export const serverEventSummaries: Readonly<Record<ServerEventName, string>> = {
  ready: 'The socket hears everything from here on: the first event after a connect',
  chat_message: 'A new message in a joined chat',
  group_message: 'A new message in a joined group',
  channel_broadcast: 'A new post in a joined channel',
  message_edited: 'A message in a joined conversation says something else now',
  message_deleted: 'A message in a joined conversation was deleted for everyone',
  reaction_changed:
    "Somebody has reacted to a message in a joined conversation, or taken it back; of a channel's post all counts, at most once a second",
  message_pinned: 'A message in a joined conversation was pinned, or is not any more',
  conversation_added: 'A conversation is new in the inbox, or back in it',
  conversation_updated:
    'What a group or channel is called, shows or allows has changed; holds the changed fields',
  conversation_removed: 'A conversation is gone from the inbox',
  member_changed: 'Somebody has come, gone, or has another role; of a channel its owner and admins only',
  inbox_update: 'A conversation that is not joined has changed; once a tick',
  message_delivered: "A member's devices have everything up to this seq; at most once a second",
  message_read: 'A member has read everything up to this seq; at most once a second',
  my_updated: "The person's own view of a conversation has changed, on whichever device",
  announcement: 'The admins tell everybody something; `GET /announcements` has what was missed',
  user_updated: "The person's own profile, settings or blocks have changed",
  presence_change: "Somebody's first device has come, or the last one been gone for 30 seconds",
  typing: 'Somebody types in a joined conversation, or has stopped; expires after 8 seconds',
  resync: 'Something may have been missed: ask `/sync`',
  session_ended: 'The session is over, and the connection with it',
};

export type ClientPayload<Name extends ClientEventName> = z.output<(typeof clientEvents)[Name]['payload']>;
export type AckData<Name extends ClientEventName> = z.output<(typeof clientEvents)[Name]['ack']>;
export type ServerPayload<Name extends ServerEventName> = z.output<(typeof serverEvents)[Name]>;

export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: SocketProblem };

/** For `Socket<ServerToClientEvents, ClientToServerEvents>` of socket.io-client. */
export type ServerToClientEvents = { [Name in ServerEventName]: (payload: ServerPayload<Name>) => void };
export type ClientToServerEvents = {
  [Name in ClientEventName]: (
    payload: z.input<(typeof clientEvents)[Name]['payload']>,
    ack?: (answer: Ack<AckData<Name>>) => void,
  ) => void;
};
