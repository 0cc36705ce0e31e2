import type { Db } from '../../database/database';
import type { Scene } from '../messages/act';

/** Takes a locked conversation away from everybody: nobody is in it any more, and its handle is free. A range of the primary key. */
export async function takeAway({ sql, conversation, now }: Scene, version: number): Promise<void> {
  await sql.execute(
    'UPDATE membership SET leftAt = ?, version = ? WHERE conversationId = ? AND leftAt IS NULL',
    [now, version, conversation.id],
  );
  await sql.execute(
    'UPDATE conversation SET deletedAt = ?, handleKey = NULL, avatarKey = NULL, memberCount = 0 WHERE id = ?',
    [now, conversation.id],
  );
  conversation.memberCount = 0;
  conversation.deleted = true;
}

/** Some deleted conversations of which messages may be left. Uses conversation_deleted. */
export async function deletedWithMessages(db: Db, limit: number): Promise<string[]> {
  const rows = await db.conversation.findMany({
    where: { deletedAt: { not: null }, lastSeq: { gt: 0 } },
    // By its index: left to itself Prisma sorts by the primary key, and the whole table is walked.
    orderBy: { deletedAt: 'asc' },
    select: { id: true },
    take: limit,
  });
  return rows.map(({ id }) => id);
}

/** The position of a conversation's oldest message; `null` when there is none. The primary key. */
export async function oldestSeq(db: Db, conversationId: string): Promise<number | null> {
  const first = await db.message.findFirst({
    where: { conversationId },
    orderBy: { seq: 'asc' },
    select: { seq: true },
  });
  return first?.seq ?? null;
}

/** Removes a conversation's messages below a position. Ranges of primary keys. */
export async function removeBelow(db: Db, conversationId: string, seq: number): Promise<void> {
  const oldest = { conversationId, seq: { lt: seq } };
  await db.postView.deleteMany({ where: oldest });
  await db.searchEntry.deleteMany({ where: oldest });
  await db.message.deleteMany({ where: oldest });
}

/** Nothing is left of what was said there; the row stays, for `/sync`. */
export async function markEmpty(db: Db, conversationId: string): Promise<void> {
  await db.searchProgress.deleteMany({ where: { conversationId } });
  await db.alertProgress.deleteMany({ where: { conversationId } });
  await db.conversation.updateMany({ where: { id: conversationId }, data: { lastSeq: 0 } });
}
