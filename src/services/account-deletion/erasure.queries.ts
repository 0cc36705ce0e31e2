import type { Database, Db, Row } from '../../database/database';
import { asNumber, asText } from '../../database/rows';
import type { Scene } from '../messages/act';
import type { MessagesFate } from './account-deletion.queries';

export interface DeletedAccount {
  readonly erasure: MessagesFate;
  readonly deletedAt: Date;
}

/** The deleted accounts that may have left traces, by id. Uses user_erasure, which the order would make MariaDB overlook. */
export async function unerasedAfter(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT id FROM user ${dialect.usingIndex('user_erasure')}
     WHERE erasure IN ('keep', 'delete') AND id > ? ORDER BY id LIMIT ${limit}`,
    after,
  );
  return rows.map((row) => asText(row.id));
}

/** `null` when nothing is left to do. Uses the primary key. */
export async function unerased(db: Db, id: string): Promise<DeletedAccount | null> {
  const row = await db.user.findUnique({ where: { id }, select: { erasure: true, deletedAt: true } });
  if (!row?.erasure || !row.deletedAt) return null;
  return { erasure: row.erasure as MessagesFate, deletedAt: row.deletedAt };
}

export async function markErased(db: Db, id: string): Promise<void> {
  await db.user.updateMany({ where: { id }, data: { erasure: null } });
}

/** What somebody had set or hidden for themselves alone. @returns how many messages they had hidden that are so no longer */
export async function forgetOwnViews(db: Db, userId: string, limit: number): Promise<number> {
  await db.membership.updateMany({
    where: {
      userId,
      OR: [{ notify: { not: 'all' } }, { mutedUntil: { not: null } }, { pinned: true }, { archived: true }],
    },
    data: { notify: 'all', mutedUntil: null, pinned: false, archived: false },
  });
  const rows = await db.hiddenMessage.findMany({
    where: { userId },
    orderBy: [{ conversationId: 'asc' }, { seq: 'asc' }],
    take: limit,
    select: { conversationId: true, seq: true },
  });
  const last = rows.at(-1);
  if (!last) return 0;
  // Up to a place: told to delete with a `limit`, Prisma has MySQL look at every row, and lock it.
  const { conversationId, seq } = last;
  const before = { OR: [{ conversationId: { lt: conversationId } }, { conversationId, seq: { lte: seq } }] };
  return (await db.hiddenMessage.deleteMany({ where: { userId, ...before } })).count;
}

/** Who of those in a conversation is to own it when its owner goes: who has been an admin for longest, or else been in it; people before bots. */
export async function heirOf({ sql, conversation }: Scene, ownerId: string): Promise<string | null> {
  const [row] = await sql.query(
    `SELECT m.userId FROM membership m JOIN user u ON u.id = m.userId AND u.deletedAt IS NULL
      WHERE m.conversationId = ? AND m.userId <> ? AND m.leftAt IS NULL
      ORDER BY u.isBot, CASE m.role WHEN 'admin' THEN 0 ELSE 1 END, m.createdAt, m.userId LIMIT 1`,
    [conversation.id, ownerId],
  );
  return row ? asText(row.userId) : null;
}

/** Those who are in a private chat see another one. A range of the primary key. @returns who they are */
export async function bumpViewsOfChat({ sql, conversation }: Scene): Promise<string[]> {
  const inIt = 'WHERE conversationId = ? AND leftAt IS NULL';
  await sql.execute(`UPDATE membership SET myVersion = myVersion + 1 ${inIt}`, [conversation.id]);
  const rows = await sql.query(`SELECT userId FROM membership ${inIt}`, [conversation.id]);
  return rows.map((row) => asText(row.userId));
}

/** A message by its place in the order of the index message_client_key. */
export interface OwnMessage {
  readonly conversationId: string;
  readonly clientMessageId: string;
  readonly id: string;
  readonly seq: number;
}

/** Some messages of a person that are not deleted. A range of message_client_key. */
export async function ownMessagesAfter(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  senderId: string,
  after: Pick<OwnMessage, 'conversationId' | 'clientMessageId'>,
  limit: number,
): Promise<OwnMessage[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT conversationId, clientMessageId, id, seq FROM message ${dialect.usingIndex('message_client_key')}
      WHERE senderId = ? AND deletedAt IS NULL AND type <> 'system'
        AND (conversationId > ? OR (conversationId = ? AND clientMessageId > ?))
      ORDER BY conversationId, clientMessageId LIMIT ${limit}`,
    senderId,
    after.conversationId,
    after.conversationId,
    after.clientMessageId,
  );
  return rows.map((row) => ({
    conversationId: asText(row.conversationId),
    clientMessageId: asText(row.clientMessageId),
    id: asText(row.id),
    seq: asNumber(row.seq),
  }));
}

/** Whether a message of a locked conversation has something to delete. The primary key. */
export async function isSaid({ sql, conversation }: Scene, seq: number): Promise<boolean> {
  const [row] = await sql.query(
    'SELECT 1 AS said FROM message WHERE conversationId = ? AND seq = ? AND deletedAt IS NULL',
    [conversation.id, seq],
  );
  return row !== undefined;
}
