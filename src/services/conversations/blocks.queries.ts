import type { Db } from '../../database/database';

/** Whether either of two people blocks the other. Uses the primary key. */
export async function isBlocked(db: Db, first: string, second: string): Promise<boolean> {
  const block = await db.block.findFirst({
    where: {
      OR: [
        { blockerId: first, blockedId: second },
        { blockerId: second, blockedId: first },
      ],
    },
    select: { blockerId: true },
  });
  return block !== null;
}

/** @returns whether it is new. An upsert would need a race of its own: the primary key decides. */
export async function insertBlock(db: Db, blockerId: string, blockedId: string, now: Date): Promise<boolean> {
  const there = await db.block.findUnique({ where: { blockerId_blockedId: { blockerId, blockedId } } });
  if (there) return false;
  await db.block.createMany({ data: [{ blockerId, blockedId, createdAt: now }] });
  return true;
}

/** @returns whether there was one */
export async function deleteBlock(db: Db, blockerId: string, blockedId: string): Promise<boolean> {
  const { count } = await db.block.deleteMany({ where: { blockerId, blockedId } });
  return count > 0;
}

export interface BlockPosition {
  readonly createdAt: Date;
  readonly blockedId: string;
}

/** Whom a person blocks, latest first. A range of the primary key, sorted. */
export function blocksOf(
  db: Db,
  blockerId: string,
  after: BlockPosition | null,
  limit: number,
): Promise<{ blockedId: string; createdAt: Date }[]> {
  return db.block.findMany({
    where: {
      blockerId,
      ...(after && {
        OR: [
          { createdAt: { lt: after.createdAt } },
          { createdAt: after.createdAt, blockedId: { lt: after.blockedId } },
        ],
      }),
    },
    orderBy: [{ createdAt: 'desc' }, { blockedId: 'desc' }],
    take: limit,
    select: { blockedId: true, createdAt: true },
  });
}
