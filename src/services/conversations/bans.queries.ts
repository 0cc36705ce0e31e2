import type { Db } from '../../database/database';
import { publicColumns, type PublicUserRow } from '../accounts/user.presenter';

export interface BanPosition {
  readonly bannedAt: Date;
  readonly userId: string;
}

interface BanRow {
  readonly userId: string;
  readonly bannedAt: Date | null;
  readonly user: PublicUserRow;
}

/** A page of the banned, latest first. Uses membership_ban. */
export function bansPage(
  db: Db,
  conversationId: string,
  after: BanPosition | null,
  limit: number,
): Promise<BanRow[]> {
  return db.membership.findMany({
    where: {
      conversationId,
      bannedAt: { not: null },
      ...(after && {
        OR: [
          { bannedAt: { lt: after.bannedAt } },
          { bannedAt: after.bannedAt, userId: { lt: after.userId } },
        ],
      }),
    },
    orderBy: [{ bannedAt: 'desc' }, { userId: 'desc' }],
    take: limit,
    select: { userId: true, bannedAt: true, user: { select: publicColumns } },
  });
}
