import type { Db } from '../../database/database';
import { publicColumns, type PublicUserRow } from '../accounts/user.presenter';

export interface MemberRow {
  readonly userId: string;
  readonly role: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly user: PublicUserRow;
}

/** A page of those who are in a conversation, by id: who has had an account for longest comes first. A range of the primary key. */
export function membersPage(
  db: Db,
  conversationId: string,
  after: string,
  limit: number,
): Promise<MemberRow[]> {
  return db.membership.findMany({
    where: { conversationId, userId: { gt: after }, leftAt: null },
    orderBy: { userId: 'asc' },
    take: limit,
    select: { userId: true, role: true, version: true, createdAt: true, user: { select: publicColumns } },
  });
}

/** The first of those who are in a conversation, by id. A range of the primary key. */
export async function memberIdsOf(db: Db, conversationId: string, limit: number): Promise<string[]> {
  const rows = await db.membership.findMany({
    where: { conversationId, leftAt: null },
    orderBy: { userId: 'asc' },
    take: limit,
    select: { userId: true },
  });
  return rows.map((row) => row.userId);
}
