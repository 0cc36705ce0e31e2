import type { Db } from '../../database/database';

interface Expiry {
  readonly where: { readonly expiresAt: { readonly lte: Date } };
  readonly orderBy: { readonly expiresAt: 'asc' };
  readonly select: { readonly id: true };
  readonly take: number;
}

/** By an index on their expiry. @param limit at most so many */
const expired = (now: Date, limit: number): Expiry => ({
  where: { expiresAt: { lte: now } },
  // Where a number is asked for, Prisma sorts by the primary key otherwise, and the databases walk along it.
  orderBy: { expiresAt: 'asc' },
  select: { id: true },
  take: limit,
});

/** By the primary key: told to delete by expiry and `limit`, Prisma has MySQL look at every row, and lock it. */
const these = (rows: readonly { readonly id: string }[]) => ({
  where: { id: { in: rows.map(({ id }) => id) } },
});

/** Each deletes at most `limit` rows that ended before `now`, and says how many. */
export const expiredRows = {
  pendingSignUps: async (db: Db, now: Date, limit: number): Promise<number> =>
    (await db.pendingSignUp.deleteMany(these(await db.pendingSignUp.findMany(expired(now, limit))))).count,
  oneTimeCodes: async (db: Db, now: Date, limit: number): Promise<number> =>
    (await db.oneTimeCode.deleteMany(these(await db.oneTimeCode.findMany(expired(now, limit))))).count,
  telegramLinkCodes: async (db: Db, now: Date, limit: number): Promise<number> => {
    const rows = await db.telegramLinkCode.findMany({
      ...expired(now, limit),
      select: { userId: true },
    });
    // A new one may stand in its place by now.
    const where = { userId: { in: rows.map(({ userId }) => userId) }, expiresAt: { lte: now } };
    return (await db.telegramLinkCode.deleteMany({ where })).count;
  },
  suspensions: async (db: Db, now: Date, limit: number): Promise<number> => {
    const rows = await db.suspension.findMany({
      where: { until: { lte: now } },
      orderBy: { until: 'asc' },
      select: { userId: true },
      take: limit,
    });
    // Another one may stand in its place by now.
    const where = { userId: { in: rows.map(({ userId }) => userId) }, until: { lte: now } };
    return (await db.suspension.deleteMany({ where })).count;
  },
  /** Revoked ones go when they would have expired: until then they tell why a token is refused. */
  sessions: async (db: Db, now: Date, limit: number): Promise<number> =>
    (await db.session.deleteMany(these(await db.session.findMany(expired(now, limit))))).count,
};
