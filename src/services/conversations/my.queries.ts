import type { Db } from '../../database/database';

/** All of these are one statement on one row, found by the primary key, and count `myVersion`. */
const bump = { myVersion: { increment: 1 } } as const;

export interface OwnChanges {
  readonly notify?: string;
  readonly mutedUntil?: Date | null;
  readonly pinned?: boolean;
  readonly archived?: boolean;
}

export async function changeOwn(
  db: Db,
  conversationId: string,
  userId: string,
  changes: OwnChanges,
): Promise<void> {
  await db.membership.updateMany({
    where: { conversationId, userId, leftAt: null },
    data: { ...changes, ...bump },
  });
}

/** @returns whether the position moved: it only goes forward */
export async function moveDelivered(
  db: Db,
  conversationId: string,
  userId: string,
  seq: number,
): Promise<boolean> {
  const { count } = await db.membership.updateMany({
    where: { conversationId, userId, leftAt: null, lastDeliveredSeq: { lt: seq } },
    data: { lastDeliveredSeq: seq, ...bump },
  });
  return count > 0;
}

/** Read implies delivered. In SQL: the two watermarks move by themselves, and may be at different places. */
export async function moveRead(
  db: Db,
  conversationId: string,
  userId: string,
  seq: number,
): Promise<boolean> {
  const count = await db.$executeRawUnsafe(
    `UPDATE membership SET lastReadSeq = ?, myVersion = myVersion + 1,
       lastDeliveredSeq = CASE WHEN lastDeliveredSeq < ? THEN ? ELSE lastDeliveredSeq END
     WHERE conversationId = ? AND userId = ? AND leftAt IS NULL AND lastReadSeq < ?`,
    seq,
    seq,
    seq,
    conversationId,
    userId,
    seq,
  );
  return count > 0;
}

interface Move {
  readonly conversationId: string;
  readonly userId: string;
  readonly from: number;
  readonly to: number;
}

/** The same from a known place. @returns whether it moved: nobody else moved it meanwhile */
export async function moveReadFrom(db: Db, { conversationId, userId, from, to }: Move): Promise<boolean> {
  const count = await db.$executeRawUnsafe(
    `UPDATE membership SET lastReadSeq = ?, myVersion = myVersion + 1,
       lastDeliveredSeq = CASE WHEN lastDeliveredSeq < ? THEN ? ELSE lastDeliveredSeq END
     WHERE conversationId = ? AND userId = ? AND leftAt IS NULL AND lastReadSeq = ?`,
    to,
    to,
    to,
    conversationId,
    userId,
    from,
  );
  return count > 0;
}

/** What is cleared counts as read. `remove` takes the conversation out of the inbox until the next message. */
export async function clearUpto(
  db: Db,
  conversationId: string,
  userId: string,
  { seq, remove }: { readonly seq: number; readonly remove: boolean },
): Promise<boolean> {
  const count = await db.$executeRawUnsafe(
    `UPDATE membership SET myVersion = myVersion + 1,
       clearedUptoSeq = CASE WHEN clearedUptoSeq < ? THEN ? ELSE clearedUptoSeq END
       ${remove ? ', removedUptoSeq = CASE WHEN removedUptoSeq > ? THEN removedUptoSeq ELSE ? END, pinned = 0, archived = 0' : ''}
     WHERE conversationId = ? AND userId = ? AND leftAt IS NULL ${remove ? '' : 'AND clearedUptoSeq < ?'}`,
    ...[seq, seq, ...(remove ? [seq, seq] : []), conversationId, userId, ...(remove ? [] : [seq])],
  );
  return count > 0;
}
