import type { Db } from '../../database/database';

/** Somebody is kept out. */
export interface Suspension {
  readonly reason: string;
  /** `null`: until it is lifted */
  readonly until: Date | null;
  readonly byId: string;
  readonly createdAt: Date;
}

/** It ends by itself: what is past its end is as good as none. Uses the primary key. */
export async function standingSuspension(db: Db, userId: string, now: Date): Promise<Suspension | null> {
  const found = await db.suspension.findUnique({
    where: { userId },
    select: { reason: true, until: true, byId: true, createdAt: true },
  });
  return found && (found.until === null || found.until > now) ? found : null;
}

/** In the place of one that there may be; under the person's lock. */
export async function storeSuspension(db: Db, userId: string, suspension: Suspension): Promise<void> {
  await db.suspension.deleteMany({ where: { userId } });
  await db.suspension.createMany({ data: [{ userId, ...suspension }] });
}

export async function deleteSuspension(db: Db, userId: string): Promise<void> {
  await db.suspension.deleteMany({ where: { userId } });
}
