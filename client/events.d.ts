// The socket events of the chat server, for socket.io-client. Made from the server's contracts; needs nothing else:
//
//   const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth: { token } });

/** What clients hear. */
export interface ServerToClientEvents {
  /** The socket hears everything from here on: the first event after a connect */
  ready: (payload: ReadyEvent) => void;
  /** A new message in a joined chat */
  chat_message: (payload: Message) => void;
  /** A new message in a joined group */
  group_message: (payload: Message) => void;
  /** A new post in a joined channel */
  channel_broadcast: (payload: Message) => void;
  /** A message in a joined conversation says something else now */
  message_edited: (payload: MessageEditedEvent) => void;
  /** A message in a joined conversation was deleted for everyone */
  message_deleted: (payload: MessageDeletedEvent) => void;
  /** Somebody has reacted to a message in a joined conversation, or taken it back; of a channel's post all counts, at most once a second */
  reaction_changed: (payload: ReactionChangedEvent) => void;
  /** A message in a joined conversation was pinned, or is not any more */
  message_pinned: (payload: MessagePinnedEvent) => void;
  /** A conversation is new in the inbox, or back in it */
  conversation_added: (payload: ConversationAddedEvent) => void;
  /** What a group or channel is called, shows or allows has changed; holds the changed fields */
  conversation_updated: (payload: ConversationUpdatedEvent) => void;
  /** A conversation is gone from the inbox */
  conversation_removed: (payload: ConversationRemovedEvent) => void;
  /** Somebody has come, gone, or has another role; of a channel its owner and admins only */
  member_changed: (payload: MemberChangedEvent) => void;
  /** A conversation that is not joined has changed; once a tick */
  inbox_update: (payload: InboxUpdateEvent) => void;
  /** A member's devices have everything up to this seq; at most once a second */
  message_delivered: (payload: MessageDeliveredEvent) => void;
  /** A member has read everything up to this seq; at most once a second */
  message_read: (payload: MessageReadEvent) => void;
  /** The person's own view of a conversation has changed, on whichever device */
  my_updated: (payload: MyUpdatedEvent) => void;
  /** The person's own profile, settings or blocks have changed */
  user_updated: (payload: UserUpdatedEvent) => void;
  /** The admins tell everybody something; `GET /announcements` has what was missed */
  announcement: (payload: Announcement) => void;
  /** Somebody's first device has come, or the last one been gone for 30 seconds */
  presence_change: (payload: PresenceChangeEvent) => void;
  /** Somebody types in a joined conversation, or has stopped; expires after 8 seconds */
  typing: (payload: TypingEvent) => void;
  /** Something may have been missed: ask `/sync` */
  resync: (payload: ResyncEvent) => void;
  /** The session is over, and the connection with it */
  session_ended: (payload: SessionEndedEvent) => void;
}

/** What clients send. */
export interface ClientToServerEvents {
  /** Hear a private chat in full */
  join_chat: (payload: JoinChatRequest, ack?: (answer: Ack<JoinChatAnswer>) => void) => void;
  /** Hear a private chat in short again */
  leave_chat: (payload: LeaveChatRequest, ack?: (answer: Ack<LeaveChatAnswer>) => void) => void;
  /** Send a message to a private chat; acknowledged when it is durable */
  chat_message: (payload: ChatMessageRequest, ack?: (answer: Ack<SentMessage>) => void) => void;
  /** Hear a group in full */
  join_group: (payload: JoinGroupRequest, ack?: (answer: Ack<JoinGroupAnswer>) => void) => void;
  /** Hear a group in short again */
  leave_group: (payload: LeaveGroupRequest, ack?: (answer: Ack<LeaveGroupAnswer>) => void) => void;
  /** Send a message to a group; acknowledged when it is durable */
  group_message: (payload: GroupMessageRequest, ack?: (answer: Ack<SentMessage>) => void) => void;
  /** Hear a public or followed channel in full */
  join_channel: (payload: JoinChannelRequest, ack?: (answer: Ack<JoinChannelAnswer>) => void) => void;
  /** Hear a followed channel in short again, another one not at all */
  leave_channel: (payload: LeaveChannelRequest, ack?: (answer: Ack<LeaveChannelAnswer>) => void) => void;
  /** Everything up to this seq has reached a device; moves only forward */
  message_delivered: (payload: MessageDeliveredRequest, ack?: (answer: Ack<MessageDeliveredAnswer>) => void) => void;
  /** Everything up to this seq has been read, and so delivered; moves only forward */
  message_read: (payload: MessageReadRequest, ack?: (answer: Ack<MessageReadAnswer>) => void) => void;
  /** The person types, or has stopped; say it again within 8 seconds */
  typing: (payload: TypingRequest, ack?: (answer: Ack<TypingAnswer>) => void) => void;
  /** Keep the connection beyond its access token, with a newer one of the same session */
  auth_refresh: (payload: AuthRefreshRequest, ack?: (answer: Ack<AuthRefreshAnswer>) => void) => void;
}

/**
 * The same events, with acknowledgements that are never left out: `emitWithAck` finds its types only in
 * `Socket<ServerToClientEvents, AcknowledgedEvents>`. Its time-out is then the option `ackTimeout` of `io`: behind
 * `socket.timeout(…)` socket.io-client 4.8 knows no type of the answer.
 */
export type AcknowledgedEvents = {
  [Name in keyof ClientToServerEvents]: (...sent: Required<Parameters<ClientToServerEvents[Name]>>) => void;
};

/** What every acknowledgement is: the data, or why there is none. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; error: SocketProblem };

export interface JoinChatRequest {
  chatId: string;
}

export interface JoinChatAnswer {
  conversation: Conversation;
  version: number;
}

export interface LeaveChatRequest {
  chatId: string;
}

export type LeaveChatAnswer = Record<string, never>;

export interface ChatMessageRequest {
  /** empty only for a message with attachments */
  content?: string;
  /** with attachments what they all are, or `file`; may be left out, and is then found by them: `file` when they differ */
  type?: "text" | "image" | "video" | "audio" | "file";
  clientMessageId?: string;
  /** a message of the same conversation that it answers */
  replyTo?: string;
  /** files that the sender has uploaded, in the order to show them */
  attachmentIds?: string[];
  chatId: string;
}

export interface JoinGroupRequest {
  groupId: string;
}

export interface JoinGroupAnswer {
  conversation: Conversation;
  version: number;
  onlineMemberIds: string[];
}

export interface LeaveGroupRequest {
  groupId: string;
}

export type LeaveGroupAnswer = Record<string, never>;

export interface GroupMessageRequest {
  /** empty only for a message with attachments */
  content?: string;
  /** with attachments what they all are, or `file`; may be left out, and is then found by them: `file` when they differ */
  type?: "text" | "image" | "video" | "audio" | "file";
  clientMessageId?: string;
  /** a message of the same conversation that it answers */
  replyTo?: string;
  /** files that the sender has uploaded, in the order to show them */
  attachmentIds?: string[];
  groupId: string;
}

export interface JoinChannelRequest {
  channelId: string;
}

export interface JoinChannelAnswer {
  conversation: Channel;
  version: number;
}

export interface LeaveChannelRequest {
  channelId: string;
}

export type LeaveChannelAnswer = Record<string, never>;

export interface MessageDeliveredRequest {
  roomId: string;
  seq: number;
}

export interface MessageDeliveredAnswer {
  seq: number;
}

export interface MessageReadRequest {
  roomId: string;
  seq: number;
}

export interface MessageReadAnswer {
  seq: number;
}

export interface TypingRequest {
  roomId: string;
  isTyping: boolean;
}

export type TypingAnswer = Record<string, never>;

export interface AuthRefreshRequest {
  token: string;
}

export interface AuthRefreshAnswer {
  expiresAt: string;
}

export interface ReadyEvent {
  userId: string;
  sessionId: string;
  serverTime: string;
}

export interface MessageEditedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  id: string;
  seq: number;
  version: number;
  content: string;
  editedAt: string;
  mentions: Mention[];
}

export interface MessageDeletedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  id: string;
  seq: number;
  version: number;
  deletedAt: string;
}

export interface ReactionChangedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  id: string;
  seq: number;
  version: number;
  emoji?: string;
  userId?: string;
  added?: boolean;
  /** how many have reacted with this emoji now */
  count?: number;
  /** of a channel's post: all of them */
  reactions?: Reaction[];
}

export interface MessagePinnedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  id: string;
  seq: number;
  version: number;
  pinnedAt: string | null;
}

export interface ConversationAddedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  version: number;
  conversation: Conversation;
}

export interface ConversationUpdatedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  kind: "chat" | "group" | "channel";
  version: number;
  title?: string | null;
  description?: string | null;
  avatarUrl?: string | null;
  /** channels */
  handle?: string | null;
  /** channels */
  visibility?: "public" | "private";
  /** channels: whether new posts show who wrote them */
  signed?: boolean;
  /** groups and channels: between two messages of one member; 0: off */
  slowModeSeconds?: number;
  /** groups and channels: older messages are removed; null: as the server is set */
  retentionDays?: number | null;
  /** messages up to here were removed for their age: a client drops them, and the `replyTo` of what answers one */
  prunedUptoSeq?: number;
  /** of a channel only for its owner and admins */
  ownerId?: string | null;
}

export interface ConversationRemovedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  version: number;
  reason: "deleted" | "left" | "removed" | "banned";
}

export interface MemberChangedEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  version: number;
  userId: string;
  role: "owner" | "admin" | "member" | "follower";
  change: "joined" | "left" | "removed" | "banned" | "role";
}

export interface InboxUpdateEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  kind: "chat" | "group" | "channel";
  lastSeq: number;
  version: number;
  senderId?: string;
  preview?: string;
  /** whom the messages of this tick name */
  mentionedUserIds?: string[];
  /** one of them names everybody */
  mentionsAll?: true;
}

export interface MessageDeliveredEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  roomId: string;
  userId: string;
  seq: number;
}

export interface MessageReadEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  roomId: string;
  userId: string;
  seq: number;
}

export interface MyUpdatedEvent {
  conversationId: string;
  kind: "chat" | "group" | "channel";
  /** what `my.unreadCount` counts up to */
  lastSeq: number;
  myVersion: number;
  my: My;
  /** seqs that were hidden with this very myVersion; after a gap ask `changes` */
  hidden?: number[];
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
}

export interface UserUpdatedEvent {
  userVersion: number;
}

export interface PresenceChangeEvent {
  userId: string;
  online: boolean;
  lastSeenAt?: string;
}

export interface TypingEvent {
  conversationId: string;
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  roomId: string;
  userId: string;
  isTyping: boolean;
}

export type ResyncEvent = Record<string, never>;

export interface SessionEndedEvent {
  reason: "revoked" | "expired" | "password_changed" | "suspended" | "shutdown";
}

/** what the admins tell everybody */
export interface Announcement {
  id: string;
  content: string;
  createdAt: string;
}

/** a channel, also as it looks to those who do not follow it */
export interface Channel {
  id: string;
  kind: "chat" | "group" | "channel";
  title: string | null;
  description: string | null;
  avatarUrl: string | null;
  /** of a channel only for its owner and admins */
  ownerId: string | null;
  /** channels */
  handle?: string | null;
  /** channels */
  visibility?: "public" | "private";
  /** channels: whether new posts show who wrote them */
  signed?: boolean;
  /** groups and channels: between two messages of one member; 0: off */
  slowModeSeconds?: number;
  /** groups and channels: older messages are removed; null: as the server is set */
  retentionDays?: number | null;
  /** messages up to here were removed for their age: a client drops them, and the `replyTo` of what answers one */
  prunedUptoSeq: number;
  memberCount: number;
  lastMessage: Message | null;
  lastSeq: number;
  /** counts every change that others can see */
  version: number;
  /** counts the caller's private changes */
  myVersion: number;
  /** the other person of a private chat */
  peer?: User;
  receipts: Receipt[];
  createdAt: string;
  /** null for whoever does not follow it */
  my: My | null;
}

export interface Conversation {
  id: string;
  kind: "chat" | "group" | "channel";
  title: string | null;
  description: string | null;
  avatarUrl: string | null;
  /** of a channel only for its owner and admins */
  ownerId: string | null;
  /** channels */
  handle?: string | null;
  /** channels */
  visibility?: "public" | "private";
  /** channels: whether new posts show who wrote them */
  signed?: boolean;
  /** groups and channels: between two messages of one member; 0: off */
  slowModeSeconds?: number;
  /** groups and channels: older messages are removed; null: as the server is set */
  retentionDays?: number | null;
  /** messages up to here were removed for their age: a client drops them, and the `replyTo` of what answers one */
  prunedUptoSeq: number;
  memberCount: number;
  lastMessage: Message | null;
  lastSeq: number;
  /** counts every change that others can see */
  version: number;
  /** counts the caller's private changes */
  myVersion: number;
  /** the other person of a private chat */
  peer?: User;
  receipts: Receipt[];
  createdAt: string;
  my: My;
}

/** stable; the same over REST and sockets */
export type ErrorCode = "validation_failed" | "unauthenticated" | "invalid_credentials" | "token_expired" | "two_factor_required" | "token_reused" | "forbidden" | "two_factor_not_set_up" | "account_suspended" | "blocked" | "not_found" | "conflict" | "username_taken" | "handle_taken" | "idempotency_mismatch" | "gone" | "payload_too_large" | "quota_exceeded" | "unsupported_media_type" | "edit_window_closed" | "code_expired" | "code_invalid" | "limit_reached" | "rate_limited" | "slow_mode" | "account_locked" | "internal" | "unavailable";

export interface FieldProblem {
  path: string;
  message: string;
}

export interface File {
  id: string;
  /** what its bytes are, whatever its name says */
  kind: "image" | "video" | "audio" | "file";
  mimeType: string;
  /** bytes */
  size: number;
  /** without a path, control characters or what turns the direction of text */
  name: string;
  /** pixels, upright; of pictures and videos */
  width?: number;
  height?: number;
  /** seconds; of audio and video */
  duration?: number;
  /** a tiny WebP, base64, to show until the picture is there */
  blur?: string;
  /** a small WebP; signed, as `url` */
  thumbnailUrl?: string;
  /** signed: whoever has it may read the file, for one hour at least and two at most */
  url: string;
  /** of the bytes as they are kept, hex; the ETag */
  sha256: string;
}

/** where a message comes from, as far as its readers may know */
export interface ForwardedFrom {
  kind: "chat" | "group" | "channel";
  /** of a public channel */
  conversationId?: string;
  /** of a public channel, when it was forwarded */
  title?: string;
  /** who wrote it; null for posts that are not signed */
  senderId: string | null;
}

/** somebody whom a message names, or everybody */
export type Mention = {
  kind: "user";
  userId: string;
} | {
  kind: "all";
};

export interface Message {
  id: string;
  conversationId: string;
  kind: "chat" | "group" | "channel";
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  /** position in its conversation: 1, 2, 3 … without gaps */
  seq: number;
  /** the conversation version of its last change */
  version: number;
  /** null for posts that are not signed */
  senderId: string | null;
  type: "text" | "image" | "video" | "audio" | "file" | "system";
  /** exactly as sent, empty where files say it all; null on a tombstone and for type `system` */
  content: string | null;
  system?: SystemNote;
  /** files, in the order to show them */
  attachments: File[];
  replyTo?: ReplyTo;
  forwardedFrom?: ForwardedFrom;
  mentions: Mention[];
  /** first come, first */
  reactions: Reaction[];
  clientMessageId?: string;
  createdAt: string;
  editedAt?: string;
  deletedAt?: string;
  pinnedAt?: string;
  /** how many have seen it; in channels */
  viewCount?: number;
}

/** the caller's own view of a conversation */
export interface My {
  role: "owner" | "admin" | "member" | "follower";
  lastReadSeq: number;
  lastDeliveredSeq: number;
  /** messages up to here are gone from the caller's view */
  clearedUptoSeq: number;
  /** deleted for oneself: not shown in the inbox until lastSeq is higher */
  removedUptoSeq: number | null;
  /** without own, deleted and system messages; 1000 means that many or more */
  unreadCount: number;
  /** those of them that name the caller or everybody, or answer the caller; stops at 1000, too */
  mentionCount: number;
  notify: "all" | "mentions" | "none";
  mutedUntil: string | null;
  pinned: boolean;
  archived: boolean;
  /** what the caller may do here */
  capabilities: ("post" | "react" | "edit" | "invite" | "pin" | "deleteAny" | "manageMembers" | "manageRoles" | "ban" | "transfer" | "delete" | "seeMembers" | "leave")[];
}

/** how many have reacted with an emoji */
export interface Reaction {
  emoji: string;
  count: number;
  /** whether the caller's is among them; not in events */
  mine?: boolean;
}

/** how far somebody else's devices and eyes have come; only among those with read receipts on */
export interface Receipt {
  userId: string;
  deliveredSeq: number;
  readSeq: number;
}

/** the message that another one answers, as it is now */
export interface ReplyTo {
  id: string;
  seq: number;
  /** null for posts that are not signed */
  senderId: string | null;
  type: "text" | "image" | "video" | "audio" | "file" | "system";
  /** how its text begins, without one the name of its first file; null when it was deleted */
  preview: string | null;
}

export interface SentMessage {
  id: string;
  conversationId: string;
  kind: "chat" | "group" | "channel";
  /** the room key of a private chat */
  chatId?: string;
  /** the room key of a group */
  groupId?: string;
  /** the room key of a channel */
  channelId?: string;
  /** position in its conversation: 1, 2, 3 … without gaps */
  seq: number;
  /** the conversation version of its last change */
  version: number;
  /** null for posts that are not signed */
  senderId: string | null;
  type: "text" | "image" | "video" | "audio" | "file" | "system";
  /** exactly as sent, empty where files say it all; null on a tombstone and for type `system` */
  content: string | null;
  system?: SystemNote;
  /** files, in the order to show them */
  attachments: File[];
  replyTo?: ReplyTo;
  forwardedFrom?: ForwardedFrom;
  mentions: Mention[];
  /** first come, first */
  reactions: Reaction[];
  clientMessageId?: string;
  createdAt: string;
  editedAt?: string;
  deletedAt?: string;
  pinnedAt?: string;
  /** how many have seen it; in channels */
  viewCount?: number;
  /** this clientMessageId was stored before; nothing was sent again */
  duplicate?: true;
}

/** why something was refused */
export interface SocketProblem {
  code: ErrorCode;
  message: string;
  errors?: FieldProblem[];
  /** seconds */
  retryAfter?: number;
}

/** what a message of type `system` tells instead of a text */
export interface SystemNote {
  action: "created" | "joined" | "added" | "left" | "removed" | "title" | "owner" | "pinned";
  /** who did it; null in a channel that is not signed */
  actorId: string | null;
  /** to whom: those added or removed, the new owner */
  targetIds: string[];
  /** the new title */
  title?: string;
  /** the pinned message */
  messageId?: string;
}

/** what anybody signed in may see of a person */
export interface User {
  id: string;
  username: string;
  displayName: string;
  avatarUrl: string | null;
  bio: string;
  /** a program, made by the admins */
  isBot?: true;
  /** the account was deleted: `username` is "deleted", which nobody can have, and of the rest nothing is left; only the id tells who it was */
  deleted?: true;
  /** where the caller may know it */
  online?: boolean;
  /** when the last device went, while offline */
  lastSeenAt?: string;
}
