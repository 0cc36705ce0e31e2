import type { MemberRole, Notify, Visibility } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import type { Db, Row, SqlValue } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import {
  asBoolean,
  asDate,
  asDateOrNull,
  asNumber,
  asNumberOrNull,
  asText,
  asTextOrNull,
} from '../../database/rows';
import { foldCase } from '../../helpers/text';
import type { ConversationRow, Membership } from './membership';

const COLUMNS = `m.conversationId, m.userId, m.role, m.version AS memberVersion, m.joinedVersion, m.myVersion,
  m.lastReadSeq, m.lastDeliveredSeq, m.notify, m.mutedUntil, m.pinned, m.archived, m.clearedUptoSeq, m.removedUptoSeq,
  m.leftAt, m.bannedAt, m.postedAt, c.kind, c.title, c.description, c.avatarKey, c.ownerId, c.handle, c.visibility,
  c.slowModeSeconds, c.signed, c.retentionDays, c.prunedUptoSeq, c.prunedVersion, c.memberCount, c.lastSeq, c.version, c.lastActivityAt, c.createdAt, c.deletedAt,
  l.myVersion AS lastHiddenWith`;
const FROM = `FROM membership m JOIN conversation c ON c.id = m.conversationId
  LEFT JOIN hidden_message l ON l.userId = m.userId AND l.conversationId = c.id AND l.seq = c.lastSeq`;

export function toConversation(id: string, row: Row): ConversationRow {
  return {
    id,
    kind: asText(row.kind) as ConversationKind,
    title: asTextOrNull(row.title),
    description: asTextOrNull(row.description),
    avatarKey: asTextOrNull(row.avatarKey),
    ownerId: asTextOrNull(row.ownerId),
    handle: asTextOrNull(row.handle),
    visibility: asTextOrNull(row.visibility) as Visibility | null,
    slowModeSeconds: asNumber(row.slowModeSeconds),
    signed: asBoolean(row.signed),
    retentionDays: asNumberOrNull(row.retentionDays),
    prunedUptoSeq: asNumber(row.prunedUptoSeq),
    prunedVersion: asNumber(row.prunedVersion),
    memberCount: asNumber(row.memberCount),
    lastSeq: asNumber(row.lastSeq),
    version: asNumber(row.version),
    lastActivityAt: asDate(row.lastActivityAt),
    createdAt: asDate(row.createdAt),
    deletedAt: asDateOrNull(row.deletedAt),
  };
}

function toMembership(row: Row): Membership {
  const conversationId = asText(row.conversationId);
  return {
    conversationId,
    userId: asText(row.userId),
    role: asText(row.role) as MemberRole,
    version: asNumber(row.memberVersion),
    joinedVersion: asNumber(row.joinedVersion),
    myVersion: asNumber(row.myVersion),
    lastReadSeq: asNumber(row.lastReadSeq),
    lastDeliveredSeq: asNumber(row.lastDeliveredSeq),
    notify: asText(row.notify) as Notify,
    mutedUntil: asDateOrNull(row.mutedUntil),
    pinned: asBoolean(row.pinned),
    archived: asBoolean(row.archived),
    clearedUptoSeq: asNumber(row.clearedUptoSeq),
    removedUptoSeq: asNumberOrNull(row.removedUptoSeq),
    leftAt: asDateOrNull(row.leftAt),
    bannedAt: asDateOrNull(row.bannedAt),
    postedAt: asDateOrNull(row.postedAt),
    lastHidden: row.lastHiddenWith !== null,
    conversation: toConversation(conversationId, row),
  };
}

/** A conversation that is not deleted. Uses the primary key. */
export async function conversationById(db: Db, id: string): Promise<ConversationRow | null> {
  const row = await db.conversation.findUnique({ where: { id, deletedAt: null } });
  return row && toConversation(id, row);
}

async function select(db: Db, condition: string, values: readonly SqlValue[]): Promise<Membership[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(`SELECT ${COLUMNS} ${FROM} WHERE ${condition}`, ...values);
  return rows.map(toMembership);
}

/** One membership with its conversation, left ones too. Uses both primary keys. */
export async function membershipOf(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<Membership | null> {
  const [membership] = await select(db, 'm.conversationId = ? AND m.userId = ?', [conversationId, userId]);
  return membership ?? null;
}

/** Those of the people who are in a conversation, by id. Uses both primary keys. */
export function membershipsIn(
  db: Db,
  conversationId: string,
  userIds: readonly string[],
): Promise<Membership[]> {
  return select(
    db,
    `m.conversationId = ? AND m.userId IN (${placeholders(userIds.length)}) AND m.leftAt IS NULL ORDER BY m.userId`,
    [conversationId, ...userIds],
  );
}

/** A person's memberships of some conversations, without left ones. Uses both primary keys. */
export async function membershipsOf(
  db: Db,
  userId: string,
  conversationIds: readonly string[],
): Promise<Membership[]> {
  if (conversationIds.length === 0) return [];
  const some = placeholders(conversationIds.length);
  return select(db, `m.conversationId IN (${some}) AND m.userId = ? AND m.leftAt IS NULL`, [
    ...conversationIds,
    userId,
  ]);
}

export interface InboxPosition {
  readonly pinned: boolean;
  readonly lastActivityAt: Date;
  readonly conversationId: string;
}

export interface InboxFilter {
  readonly kind: ConversationKind | undefined;
  readonly archived: boolean | undefined;
  /** how the title begins, whatever its case */
  readonly title?: string | undefined;
}

/** The last code point: behind everything that begins with the same prefix. */
const LAST = '\u{10FFFF}';

/** A page of a person's inbox: pinned ones first, then latest activity. Uses membership_user, then the conversation's primary key. */
export function inboxPage(
  db: Db,
  userId: string,
  { kind, archived, title }: InboxFilter,
  after: InboxPosition | null,
  limit: number,
): Promise<Membership[]> {
  const conditions = [
    'm.userId = ?',
    'm.leftAt IS NULL',
    '(m.removedUptoSeq IS NULL OR c.lastSeq > m.removedUptoSeq)',
  ];
  const values: SqlValue[] = [userId];
  const and = (condition: string, ...more: SqlValue[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  if (kind) and('c.kind = ?', kind);
  if (archived !== undefined) and('m.archived = ?', Number(archived));
  if (title !== undefined) {
    const prefix = foldCase(title);
    and('c.titleKey >= ? AND c.titleKey < ?', prefix, prefix + LAST);
  }
  if (after) {
    const { lastActivityAt: at, conversationId: id } = after;
    const later = '(c.lastActivityAt < ? OR (c.lastActivityAt = ? AND c.id < ?))';
    if (after.pinned) and(`(m.pinned = 0 OR ${later})`, at, at, id);
    else and(`m.pinned = 0 AND ${later}`, at, at, id);
  }
  return select(
    db,
    `${conditions.join(' AND ')} ORDER BY m.pinned DESC, c.lastActivityAt DESC, c.id DESC LIMIT ${limit}`,
    values,
  );
}
