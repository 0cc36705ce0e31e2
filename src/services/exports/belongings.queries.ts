import type { Database, Db, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asDate, asDateOrNull, asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';
import { FILE_COLUMNS, toStoredFile, type StoredFile } from '../files/file';

/** Rows of one statement. */
export const PAGE = 200;

/** A person's sessions, without what is secret of them. Uses session_user. */
export const sessionsOf = (db: Db, userId: string) =>
  db.session.findMany({
    where: { userId },
    select: {
      id: true,
      device: true,
      userAgent: true,
      ip: true,
      createdAt: true,
      lastUsedAt: true,
      expiresAt: true,
      revokedAt: true,
    },
  });

/** Whom a person blocks. A range of the primary key. */
export const blockedBy = (db: Db, blockerId: string, after: string) =>
  db.block.findMany({
    where: { blockerId, blockedId: { gt: after } },
    orderBy: { blockedId: 'asc' },
    take: PAGE,
    select: { blockedId: true, createdAt: true, blocked: { select: { username: true } } },
  });

/** The links a person made, without what lets people in. Uses invite_creator. */
export const invitesBy = (db: Db, createdById: string, after: string) =>
  db.invite.findMany({
    where: { createdById, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: PAGE,
    select: {
      id: true,
      conversationId: true,
      createdAt: true,
      expiresAt: true,
      maxUses: true,
      uses: true,
      revokedAt: true,
    },
  });

/** A person's places in conversations, those they have left, too, with what they are called now. Uses membership_user. */
export const membershipsOf = (db: Db, userId: string, after: string) =>
  db.membership.findMany({
    where: { userId, conversationId: { gt: after } },
    orderBy: { conversationId: 'asc' },
    take: PAGE,
    select: {
      conversationId: true,
      role: true,
      createdAt: true,
      leftAt: true,
      bannedAt: true,
      lastReadSeq: true,
      lastDeliveredSeq: true,
      clearedUptoSeq: true,
      notify: true,
      mutedUntil: true,
      pinned: true,
      archived: true,
      conversation: {
        select: {
          kind: true,
          title: true,
          handle: true,
          visibility: true,
          deletedAt: true,
          pairKey: true,
          ownerId: true,
        },
      },
    },
  });

/** What a person has hidden from themselves. A range of the primary key. */
export const hiddenBy = (db: Db, userId: string, after: { conversationId: string; seq: number }) =>
  db.hiddenMessage.findMany({
    where: {
      userId,
      OR: [
        { conversationId: { gt: after.conversationId } },
        { conversationId: after.conversationId, seq: { gt: after.seq } },
      ],
    },
    orderBy: [{ conversationId: 'asc' }, { seq: 'asc' }],
    take: PAGE,
    select: { conversationId: true, seq: true },
  });

export interface GivenReaction {
  readonly conversationId: string;
  readonly seq: number;
  readonly emoji: string;
}

/** Uses reaction_user, behind which the databases keep the primary key. */
export async function reactionsBy(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  userId: string,
  after: GivenReaction,
): Promise<GivenReaction[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT conversationId, seq, emoji FROM reaction ${dialect.usingIndex('reaction_user')}
     WHERE userId = ? AND (conversationId > ? OR (conversationId = ? AND (seq > ? OR (seq = ? AND emoji > ?))))
     ORDER BY conversationId, seq, emoji LIMIT ${PAGE}`,
    userId,
    after.conversationId,
    after.conversationId,
    after.seq,
    after.seq,
    after.emoji,
  );
  return rows.map((row) => ({
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    emoji: asText(row.emoji),
  }));
}

export interface OwnMessage {
  readonly conversationId: string;
  readonly seq: number;
  readonly id: string;
  readonly clientMessageId: string;
  readonly type: string;
  readonly content: string | null;
  readonly replyToSeq: number | null;
  /** JSON */
  readonly forwardedFrom: string | null;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
}

/** What a person wrote, wherever they are now. A range of message_client_key. */
export async function messagesBy(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  senderId: string,
  after: Pick<OwnMessage, 'conversationId' | 'clientMessageId'>,
): Promise<OwnMessage[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT conversationId, seq, id, clientMessageId, type, content, replyToSeq, forwardedFrom, createdAt, editedAt, deletedAt
       FROM message ${dialect.usingIndex('message_client_key')}
      WHERE senderId = ? AND type <> 'system' AND (conversationId > ? OR (conversationId = ? AND clientMessageId > ?))
      ORDER BY conversationId, clientMessageId LIMIT ${PAGE}`,
    senderId,
    after.conversationId,
    after.conversationId,
    after.clientMessageId,
  );
  return rows.map((row) => ({
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    id: asText(row.id),
    clientMessageId: asText(row.clientMessageId),
    type: asText(row.type),
    content: asTextOrNull(row.content),
    replyToSeq: asNumberOrNull(row.replyToSeq),
    forwardedFrom: asTextOrNull(row.forwardedFrom),
    createdAt: asDate(row.createdAt),
    editedAt: asDateOrNull(row.editedAt),
    deletedAt: asDateOrNull(row.deletedAt),
  }));
}

/** What some messages of a person said before they were edited. Ranges of the primary key. */
export async function revisionsAt(
  db: Db,
  places: readonly Pick<OwnMessage, 'conversationId' | 'seq'>[],
): Promise<{ conversationId: string; seq: number; content: string; writtenAt: Date }[]> {
  if (places.length === 0) return [];
  return db.messageRevision.findMany({
    where: { OR: places.map(({ conversationId, seq }) => ({ conversationId, seq })) },
    orderBy: [{ conversationId: 'asc' }, { seq: 'asc' }, { version: 'asc' }],
    select: { conversationId: true, seq: true, content: true, writtenAt: true },
  });
}

/** A file and where its bytes are. */
export interface OwnFile extends StoredFile {
  readonly storageKey: string;
}

/** A person's files, small ones first: the order of the index file_owner. */
export async function filesOf(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  ownerId: string,
  after: Pick<OwnFile, 'size' | 'id'>,
): Promise<OwnFile[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT ${FILE_COLUMNS}, b.storageKey FROM file f ${dialect.usingIndex('file_owner')} JOIN \`blob\` b ON b.sha256 = f.sha256
     WHERE f.ownerId = ? AND (f.size > ? OR (f.size = ? AND f.id > ?)) ORDER BY f.size, f.id LIMIT ${PAGE}`,
    ownerId,
    after.size,
    after.size,
    after.id,
  );
  return rows.map((row) => ({ ...toStoredFile(row), storageKey: asText(row.storageKey) }));
}

/** What a person has reported, without what admins made of it and who they are. Uses report_reporter. */
export const reportsBy = (db: Db, reporterId: string, after: string) =>
  db.report.findMany({
    where: { reporterId, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: PAGE,
    select: {
      id: true,
      targetType: true,
      targetId: true,
      reason: true,
      note: true,
      status: true,
      createdAt: true,
    },
  });

/** Public names of some people. */
export async function usernamesOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT id, username FROM user WHERE id IN (${placeholders(ids.length)})`,
    ...ids,
  );
  return new Map(rows.map((row) => [asText(row.id), asText(row.username)]));
}

/** By primary key. */
export const telegramOf = (db: Db, userId: string) =>
  db.telegramLink.findUnique({
    where: { userId },
    select: { chatId: true, linkedAt: true, mutedUntil: true },
  });

export async function lastSeenAt(db: Db, userId: string): Promise<Date | null> {
  return (await db.userActivity.findUnique({ where: { userId } }))?.lastSeenAt ?? null;
}
