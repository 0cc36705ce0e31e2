import type { Capability } from '../../contracts/conversations';
import type { ConversationKind, MessageType } from '../../contracts/messages';
import { asDate, asDateOrNull, asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';
import { errors } from '../../helpers/errors';
import { isDeserted } from '../conversations/conversations.policy';
import { mustBeAllowed, mustBeThere } from '../conversations/places';
import { pairOf } from '../conversations/pair';
import { blockedAmong, rosterOf, type RosterEntry } from '../conversations/roster.queries';
import type { Scene } from './act';

/** A message that somebody does something to. */
export interface Subject {
  readonly id: string;
  readonly seq: number;
  readonly version: number;
  readonly senderId: string;
  readonly type: MessageType;
  readonly content: string | null;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly pinnedAt: Date | null;
  readonly replyToSeq: number | null;
  /** deleted for whoever asks */
  readonly hidden: boolean;
}

export interface Asked {
  readonly userId: string;
  readonly kind: ConversationKind;
  readonly messageId: string;
}

/** Where a message is taken to be. */
export interface MessagePlace {
  readonly kind: ConversationKind;
  readonly conversationId: string;
  readonly messageId: string;
}

/**
 * A message, for somebody who has not cleared it. Uses the unique key message_id_key and the primary keys of membership and
 * hidden_message.
 */
async function find({ sql, conversation }: Scene, { messageId, userId }: Asked): Promise<Subject | null> {
  const [row] = await sql.query(
    `SELECT m.seq, m.version, m.senderId, m.type, m.content, m.createdAt, m.editedAt, m.deletedAt, m.pinnedAt, m.replyToSeq,
       h.myVersion AS hiddenWith
     FROM message m
     JOIN membership p ON p.conversationId = m.conversationId AND p.userId = ? AND p.clearedUptoSeq < m.seq
     LEFT JOIN hidden_message h ON h.userId = p.userId AND h.conversationId = m.conversationId AND h.seq = m.seq
     WHERE m.id = ? AND m.conversationId = ?`,
    [userId, messageId, conversation.id],
  );
  if (!row) return null;
  return {
    id: messageId,
    seq: asNumber(row.seq),
    version: asNumber(row.version),
    senderId: asText(row.senderId),
    type: asText(row.type) as MessageType,
    content: asTextOrNull(row.content),
    createdAt: asDate(row.createdAt),
    editedAt: asDateOrNull(row.editedAt),
    deletedAt: asDateOrNull(row.deletedAt),
    pinnedAt: asDateOrNull(row.pinnedAt),
    replyToSeq: asNumberOrNull(row.replyToSeq),
    hidden: row.hiddenWith !== null,
  };
}

/** A message and the place of whoever asks. */
export interface Found {
  readonly message: Subject;
  readonly entry: RosterEntry;
}

/** A message, also one that is hidden. @throws not_found to whoever is not in the conversation or has cleared it */
export async function messageFor(scene: Scene, asked: Asked): Promise<Found> {
  const entry = (await rosterOf(scene, [asked.userId])).get(asked.userId);
  const present = mustBeThere(scene, asked.kind, entry);
  const message = await find(scene, asked);
  if (!message) throw errors.notFound('message');
  return { message, entry: present };
}

/**
 * A message that somebody may do something to.
 * @param capability what that takes; `null` when whoever is there may
 * @throws not_found to whoever is not in the conversation or does not see the message, or when the other one of a private chat
 * has deleted their account; forbidden
 */
export async function subjectOf(scene: Scene, asked: Asked, capability: Capability | null): Promise<Found> {
  const found = await messageFor(scene, asked);
  if (found.message.hidden) throw errors.notFound('message');
  if (capability === null) return found;
  mustBeAllowed(scene, asked.kind, found.entry, capability);
  if (isDeserted(scene.conversation)) throw errors.notFound('user');
  return found;
}

/** Whether one of the two people of a private chat blocks the other. */
export async function isBlockedChat(scene: Scene): Promise<boolean> {
  const { pairKey } = scene.conversation;
  if (pairKey === null) return false;
  const [first, second] = pairOf(pairKey);
  return (await blockedAmong(scene, first, [second])).size > 0;
}

/** A message has changed. */
export async function setVersion({ sql, conversation }: Scene, seq: number, version: number): Promise<void> {
  await sql.execute('UPDATE message SET version = ? WHERE conversationId = ? AND seq = ?', [
    version,
    conversation.id,
    seq,
  ]);
}
