import type {
  ConversationKind,
  ForwardedFrom,
  Mention,
  Message,
  ReplyTo,
  SystemNote,
} from '../../contracts/messages';
import { graphemes } from '../../helpers/text';
import type { StoredFile } from '../files/file';
import { presentFile } from '../files/file.presenter';
import type { StoredMessage } from './message';
import { NOTHING } from './message-standing';
import type { Answered } from './standing.queries';

/** The key of a conversation's room in events and messages. */
const ROOM_KEY = { chat: 'chatId', group: 'groupId', channel: 'channelId' } as const;

export function roomKey(
  kind: ConversationKind,
  conversationId: string,
): { chatId?: string; groupId?: string; channelId?: string } {
  return { [ROOM_KEY[kind]]: conversationId };
}

function presentNote(json: string, anonymous: boolean): SystemNote {
  const note = JSON.parse(json) as SystemNote;
  return anonymous ? { ...note, actorId: null } : note;
}

/** Characters, as people see them, of a preview. */
const PREVIEW_LENGTH = 100;

/** How a message begins, on one line of an inbox or above an answer: its text, or else the name of its first file. */
export const previewOf = (text: string, firstFile: string | undefined): string =>
  graphemes(text === '' ? (firstFile ?? '') : text, PREVIEW_LENGTH);

function presentReply(
  kind: ConversationKind,
  { id, seq, senderId, signed, type, beginning, firstFile }: Answered,
): ReplyTo {
  return {
    id,
    seq,
    senderId: kind === 'channel' && !signed ? null : senderId,
    type,
    preview: type === 'system' || beginning === null ? null : previewOf(beginning, firstFile),
  };
}

/** People by id, then everybody. */
export function presentMentions(userIds: readonly string[], everybody: boolean): Mention[] {
  const people = userIds.map((userId) => ({ kind: 'user' as const, userId }));
  return everybody ? [...people, { kind: 'all' }] : people;
}

function presentFiles(files: readonly StoredFile[]): Message['attachments'] {
  if (files.length === 0) return [];
  const now = new Date();
  return files.map((file) => presentFile(file, now));
}

/** Of itself holds nothing that differs per receiver: a channel's post that is not signed tells nobody who wrote it. */
export function presentMessage(
  message: StoredMessage,
  { mentionedIds, reactions, answered, files } = NOTHING,
): Message {
  const anonymous = message.kind === 'channel' && !message.signed;
  const isSystem = message.type === 'system';
  return {
    id: message.id,
    conversationId: message.conversationId,
    kind: message.kind,
    ...roomKey(message.kind, message.conversationId),
    seq: message.seq,
    version: message.version,
    senderId: anonymous ? null : message.senderId,
    type: message.type,
    content: isSystem ? null : message.content,
    ...(isSystem && message.content !== null && { system: presentNote(message.content, anonymous) }),
    attachments: presentFiles(files),
    ...(answered && { replyTo: presentReply(message.kind, answered) }),
    ...(message.forwardedFrom !== null && {
      forwardedFrom: JSON.parse(message.forwardedFrom) as ForwardedFrom,
    }),
    mentions: presentMentions(mentionedIds, message.mentionsAll),
    reactions: [...reactions],
    // A key that a client makes may tell whose it is.
    ...(!anonymous && message.clientMessageId !== message.id && { clientMessageId: message.clientMessageId }),
    createdAt: message.createdAt.toISOString(),
    ...(message.editedAt && { editedAt: message.editedAt.toISOString() }),
    ...(message.deletedAt && { deletedAt: message.deletedAt.toISOString() }),
    ...(message.pinnedAt && { pinnedAt: message.pinnedAt.toISOString() }),
  };
}
