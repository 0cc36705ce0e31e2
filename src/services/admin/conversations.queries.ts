import type { Visibility } from '../../contracts/conversations';
import type { Database, Db, Row, SqlValue } from '../../database/database';
import { asDate, asDateOrNull, asNumber, asText, asTextOrNull } from '../../database/rows';
import type { OwnedKind } from '../conversations/places';
import type { Scene } from '../messages/act';

export interface OwnedRow {
  readonly id: string;
  readonly kind: OwnedKind;
  readonly title: string;
  readonly titleKey: string;
  readonly handle: string | null;
  readonly visibility: Visibility | null;
  readonly ownerId: string | null;
  readonly memberCount: number;
  readonly createdAt: Date;
}

interface Search {
  readonly kind: OwnedKind | undefined;
  /** how a title begins, case-folded */
  readonly prefix: string;
  readonly after: { readonly titleKey: string; readonly id: string } | null;
  readonly limit: number;
}

/** The last code point: behind everything that begins with the same prefix. */
const LAST = '\u{10FFFF}';

/**
 * Groups and channels by title: private chats have none. Uses conversation_title: the `+` keeps SQLite from conversation_deleted, by which it
 * would find and sort nearly all of them.
 */
export async function ownedConversations(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  { kind, prefix, after, limit }: Search,
): Promise<OwnedRow[]> {
  const conditions: (readonly [string, ...SqlValue[]])[] = [
    ['titleKey >= ? AND titleKey <= ?', after?.titleKey ?? prefix, prefix + LAST],
  ];
  if (after) conditions.push(['(titleKey > ? OR id > ?)', after.titleKey, after.id]);
  if (kind) conditions.push(['kind = ?', kind]);
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT id, kind, title, titleKey, handle, visibility, ownerId, memberCount, createdAt
      FROM conversation ${dialect.usingIndex('conversation_title')}
      WHERE +deletedAt IS NULL AND ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY titleKey, id LIMIT ${limit}`,
    ...conditions.flatMap(([, ...values]) => values),
  );
  return rows.map((row) => ({
    id: asText(row.id),
    kind: asText(row.kind) as OwnedKind,
    title: asText(row.title),
    titleKey: asText(row.titleKey),
    handle: asTextOrNull(row.handle),
    visibility: asTextOrNull(row.visibility) as Visibility | null,
    ownerId: asTextOrNull(row.ownerId),
    memberCount: asNumber(row.memberCount),
    createdAt: asDate(row.createdAt),
  }));
}

/** Where a message is. Uses message_id_key. */
export async function conversationOfMessage(db: Db, messageId: string): Promise<string | null> {
  const row = await db.message.findUnique({ where: { id: messageId }, select: { conversationId: true } });
  return row?.conversationId ?? null;
}

export interface Removable {
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
  readonly type: string;
  readonly deletedAt: Date | null;
}

/** A message of a locked conversation. Uses message_id_key. */
export async function messageHere({ sql, conversation }: Scene, id: string): Promise<Removable | null> {
  const [row] = await sql.query(
    'SELECT seq, senderId, type, deletedAt FROM message WHERE id = ? AND conversationId = ?',
    [id, conversation.id],
  );
  if (!row) return null;
  return {
    id,
    seq: asNumber(row.seq),
    senderId: asText(row.senderId),
    type: asText(row.type),
    deletedAt: asDateOrNull(row.deletedAt),
  };
}
