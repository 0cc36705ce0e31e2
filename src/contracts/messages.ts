import { z } from 'zod';
import type { FieldError } from '../helpers/errors';
import { Counter, Id, Timestamp, text } from './fields';
import { File } from './files';
import { named } from './registry';

export const ConversationKind = z.enum(['chat', 'group', 'channel']);
export type ConversationKind = z.infer<typeof ConversationKind>;

export const MessageType = z.enum(['text', 'image', 'video', 'audio', 'file', 'system']);
export type MessageType = z.infer<typeof MessageType>;

/** The key of a conversation's room in messages and events: one of them, after its kind. */
export const RoomKeys = {
  chatId: Id.optional().meta({ description: 'the room key of a private chat' }),
  groupId: Id.optional().meta({ description: 'the room key of a group' }),
  channelId: Id.optional().meta({ description: 'the room key of a channel' }),
};

export const SystemNote = named(
  'SystemNote',
  z.object({
    action: z.enum(['created', 'joined', 'added', 'left', 'removed', 'title', 'owner', 'pinned']),
    actorId: Id.nullable().meta({ description: 'who did it; null in a channel that is not signed' }),
    targetIds: z.array(Id).meta({ description: 'to whom: those added or removed, the new owner' }),
    title: z.string().optional().meta({ description: 'the new title' }),
    messageId: Id.optional().meta({ description: 'the pinned message' }),
  }),
  'what a message of type `system` tells instead of a text',
);
export type SystemNote = z.infer<typeof SystemNote>;

export const ReplyTo = named(
  'ReplyTo',
  z.object({
    id: Id,
    seq: Counter,
    senderId: Id.nullable().meta({ description: 'null for posts that are not signed' }),
    type: MessageType,
    preview: z.string().nullable().meta({
      description: 'how its text begins, without one the name of its first file; null when it was deleted',
    }),
  }),
  'the message that another one answers, as it is now',
);
export type ReplyTo = z.infer<typeof ReplyTo>;

export const ForwardedFrom = named(
  'ForwardedFrom',
  z.object({
    kind: ConversationKind,
    conversationId: Id.optional().meta({ description: 'of a public channel' }),
    title: z.string().optional().meta({ description: 'of a public channel, when it was forwarded' }),
    senderId: Id.nullable().meta({ description: 'who wrote it; null for posts that are not signed' }),
  }),
  'where a message comes from, as far as its readers may know',
);
export type ForwardedFrom = z.infer<typeof ForwardedFrom>;

export const Mention = named(
  'Mention',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('user'), userId: Id }),
    z.object({ kind: z.literal('all') }),
  ]),
  'somebody whom a message names, or everybody',
);
export type Mention = z.infer<typeof Mention>;

export const Reaction = named(
  'Reaction',
  z.object({
    emoji: z.string(),
    count: z.int(),
    mine: z.boolean().optional().meta({ description: "whether the caller's is among them; not in events" }),
  }),
  'how many have reacted with an emoji',
);
export type Reaction = z.infer<typeof Reaction>;

export const Message = named(
  'Message',
  z.object({
    id: Id,
    conversationId: Id,
    kind: ConversationKind,
    ...RoomKeys,
    seq: Counter.meta({ description: 'position in its conversation: 1, 2, 3 … without gaps' }),
    version: Counter.meta({ description: 'the conversation version of its last change' }),
    senderId: Id.nullable().meta({ description: 'null for posts that are not signed' }),
    type: MessageType,
    content: z.string().nullable().meta({
      description: 'exactly as sent, empty where files say it all; null on a tombstone and for type `system`',
    }),
    system: SystemNote.optional(),
    attachments: z.array(File).meta({ description: 'files, in the order to show them' }),
    replyTo: ReplyTo.optional(),
    forwardedFrom: ForwardedFrom.optional(),
    mentions: z.array(Mention),
    reactions: z.array(Reaction).meta({ description: 'first come, first' }),
    clientMessageId: z.string().optional(),
    createdAt: Timestamp,
    editedAt: Timestamp.optional(),
    deletedAt: Timestamp.optional(),
    pinnedAt: Timestamp.optional(),
    viewCount: z.int().optional().meta({ description: 'how many have seen it; in channels' }),
  }),
);
export type Message = z.infer<typeof Message>;

export const SentMessage = named(
  'SentMessage',
  Message.extend({
    duplicate: z
      .literal(true)
      .optional()
      .meta({ description: 'this clientMessageId was stored before; nothing was sent again' }),
  }),
);
export type SentMessage = z.infer<typeof SentMessage>;

/** The longest text any server may be set to allow; `MESSAGE_MAX_LENGTH` is checked by the service. */
const LONGEST_TEXT = 100_000;

/** A text, or none, which only a message with files may have. */
export const Content = text(0, LONGEST_TEXT)
  .refine((content) => content === '' || content.trim() !== '', 'must not be blank')
  .meta({ description: 'empty only for a message with attachments' });

/** Files of one message. */
const MOST_ATTACHMENTS = 10;

export const ClientMessageId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must have 1 to 64 printable ASCII characters without spaces')
  .meta({ example: '7a1c3f0e-1' });

const sendFields = {
  content: Content.default(''),
  type: MessageType.exclude(['system']).optional().meta({
    description:
      'with attachments what they all are, or `file`; may be left out, and is then found by them: `file` when they differ',
  }),
  clientMessageId: ClientMessageId.optional(),
  replyTo: Id.optional().meta({ description: 'a message of the same conversation that it answers' }),
  attachmentIds: z
    .array(Id)
    .max(MOST_ATTACHMENTS)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name a file twice')
    .optional()
    .meta({
      description: 'files that the sender has uploaded, in the order to show them',
      uniqueItems: true,
    }),
};

type Sending = z.infer<z.ZodObject<typeof sendFields>>;

/** What its text, its type and its files say of each other. */
function disagreement({ content, type, attachmentIds = [] }: Sending): FieldError | null {
  if (attachmentIds.length > 0)
    return type === 'text'
      ? { path: 'type', message: 'must not be text for a message with attachments' }
      : null;
  if (content === '') return { path: 'content', message: 'must not be blank' };
  return type === undefined || type === 'text'
    ? null
    : { path: 'type', message: 'must be text for a message without attachments' };
}

/**
 * What a person sends. The key of a retry is (sender, conversation, clientMessageId).
 * @param place where to, when the payload has to say it
 */
export const sending = <Place extends Readonly<Record<string, typeof Id>>>(place: Place) =>
  z.strictObject({ ...sendFields, ...place }).check(({ value, issues }) => {
    const refused = disagreement(value as Sending);
    if (refused)
      issues.push({ code: 'custom', path: [refused.path], message: refused.message, input: value });
  });

export const SendBody = sending({});
export type SendBody = z.infer<typeof SendBody>;

export const HistoryPage = named(
  'HistoryPage',
  z.object({
    items: z.array(Message),
    nextCursor: z.string().nullable().meta({ description: 'ask `before` this seq for older messages' }),
    prevCursor: z.string().nullable().meta({ description: 'ask `after` this seq for newer messages' }),
  }),
  'messages by seq, oldest first',
);
export type HistoryPage = z.infer<typeof HistoryPage>;
