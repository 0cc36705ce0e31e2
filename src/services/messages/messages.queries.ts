import type { MessageType } from '../../contracts/messages';
import type { Db, Row } from '../../database/database';
import {
  asBoolean,
  asDate,
  asDateOrNull,
  asNumber,
  asNumberOrNull,
  asText,
  asTextOrNull,
} from '../../database/rows';
import type { ConversationRow } from '../conversations/membership';
import type { StoredMessage } from './message';
import type { Place } from './place';
import { standingColumns, toStanding, type ReadStanding } from './standing.queries';

/** For a statement that reads messages `m`: without those that a person, its one parameter, has hidden. A lookup of the primary key each. */
export const NOT_HIDDEN = `NOT EXISTS (SELECT 1 FROM hidden_message h
  WHERE h.userId = ? AND h.conversationId = m.conversationId AND h.seq = m.seq)`;

/** A message without what its conversation says of it. */
type StoredRow = Omit<StoredMessage, 'kind'>;

/** A message, and what stood at it when it was read. */
export interface MessageRow extends StoredRow {
  readonly standing: ReadStanding;
}

export type ReadMessage = StoredMessage & MessageRow;

/** Of `m`. */
export const STORED_COLUMNS = `m.conversationId, m.seq, m.id, m.version, m.senderId, m.type, m.content, m.clientMessageId, m.requestHash,
  m.signed, m.createdAt, m.editedAt, m.deletedAt, m.pinnedAt, m.replyToSeq, m.mentionsAll, m.forwardedFrom`;

/** A row of STORED_COLUMNS. */
export function toStoredRow(row: Row): StoredRow {
  return {
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    id: asText(row.id),
    version: asNumber(row.version),
    senderId: asText(row.senderId),
    type: asText(row.type) as MessageType,
    content: asTextOrNull(row.content),
    clientMessageId: asText(row.clientMessageId),
    requestHash: asText(row.requestHash),
    signed: asBoolean(row.signed),
    createdAt: asDate(row.createdAt),
    editedAt: asDateOrNull(row.editedAt),
    deletedAt: asDateOrNull(row.deletedAt),
    pinnedAt: asDateOrNull(row.pinnedAt),
    replyToSeq: asNumberOrNull(row.replyToSeq),
    mentionsAll: asBoolean(row.mentionsAll),
    forwardedFrom: asTextOrNull(row.forwardedFrom),
  };
}

/** Of `m`, as `viewers` people see it: takes their ids. */
export const messageColumns = (viewers: number): string => `${STORED_COLUMNS}, ${standingColumns(viewers)}`;

/** A row of `messageColumns`. */
export const toMessageRow = (row: Row): MessageRow => ({ ...toStoredRow(row), standing: toStanding(row) });

/** A row, and its conversation's kind → the domain's. */
export function toReadMessage(row: MessageRow, { kind }: Pick<ConversationRow, 'kind'>): ReadMessage {
  return { ...row, kind };
}

async function select(
  db: Db,
  viewerIds: readonly string[],
  conditions: string,
  values: readonly (string | number)[],
): Promise<MessageRow[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${messageColumns(viewerIds.length)} FROM message m WHERE ${conditions}`,
    ...viewerIds,
    ...values,
  );
  return rows.map(toMessageRow);
}

export interface SeqRange {
  readonly conversationId: string;
  /** who reads: without what they have hidden */
  readonly viewerId: string;
  /** not included */
  readonly above: number;
  /** not included */
  readonly below: number;
}

/** Up to `limit` messages of a range, from its newer or its older end. One range of the primary key. */
export function messagesBetween(
  db: Db,
  { conversationId, viewerId, above, below }: SeqRange,
  from: 'newest' | 'oldest',
  limit: number,
): Promise<MessageRow[]> {
  const order = from === 'newest' ? 'DESC' : 'ASC';
  return select(
    db,
    [viewerId],
    `m.conversationId = ? AND m.seq > ? AND m.seq < ? AND ${NOT_HIDDEN} ORDER BY m.seq ${order} LIMIT ${limit}`,
    [conversationId, above, below, viewerId],
  );
}

/** `null` also for whoever has hidden it. Uses the unique key message_id_key. */
export async function messageById(
  db: Db,
  conversationId: string,
  id: string,
  viewerId: string,
): Promise<MessageRow | null> {
  const [row] = await select(db, [viewerId], `m.id = ? AND m.conversationId = ? AND ${NOT_HIDDEN}`, [
    id,
    conversationId,
    viewerId,
  ]);
  return row ?? null;
}

/** A conversation's pins, latest first, those that a person has cleared or hidden left out. Uses message_pinned. */
export function pinnedMessages(
  db: Db,
  { conversationId, viewerId, above }: Omit<SeqRange, 'below'>,
  limit: number,
): Promise<MessageRow[]> {
  return select(
    db,
    [viewerId],
    `m.conversationId = ? AND m.pinnedAt IS NOT NULL AND m.seq > ? AND ${NOT_HIDDEN}
      ORDER BY m.pinnedAt DESC, m.seq DESC LIMIT ${limit}`,
    [conversationId, above, viewerId],
  );
}

export interface VersionRange {
  readonly conversationId: string;
  /** not included */
  readonly since: number;
  /** included */
  readonly upTo: number;
  readonly limit: number;
}

/** Messages changed in a range of versions, by (version, seq), without what the reader has hidden. Uses message_version. */
export function messagesSince(
  db: Db,
  { conversationId, since, upTo, limit }: VersionRange,
  viewerId: string,
): Promise<MessageRow[]> {
  return select(
    db,
    [viewerId],
    `m.conversationId = ? AND m.version > ? AND m.version <= ? AND ${NOT_HIDDEN}
      ORDER BY m.version ASC, m.seq ASC LIMIT ${limit}`,
    [conversationId, since, upTo, viewerId],
  );
}

/** Takes the conversation and the seq. */
export const AT = '(m.conversationId = ? AND m.seq = ?)';

/** The messages at given places, as some viewers see them: one lookup of the primary key each, in one statement. */
export function messagesAt(
  db: Db,
  places: readonly Place[],
  viewerIds: readonly string[],
): Promise<MessageRow[]> {
  if (places.length === 0) return Promise.resolve([]);
  return select(
    db,
    viewerIds,
    places.map(() => AT).join(' OR '),
    places.flatMap(({ conversationId, seq }) => [conversationId, seq]),
  );
}
