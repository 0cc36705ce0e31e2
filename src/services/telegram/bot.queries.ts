import type { Db } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';

/** Everything here by primary key. */

export async function ensureBot(db: Db, id: string): Promise<void> {
  if (await db.telegramBot.findUnique({ where: { id }, select: { id: true } })) return;
  await db.telegramBot.createMany({ data: [{ id }] }).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
  });
}

/** Takes the bot, or keeps it. @returns whether it is this one's until then */
export async function leaseBot(
  db: Db,
  {
    id,
    by,
    until,
    now,
  }: { readonly id: string; readonly by: string; readonly until: Date; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.telegramBot.updateMany({
    where: { id, OR: [{ leasedBy: by }, { leasedUntil: null }, { leasedUntil: { lt: now } }] },
    data: { leasedBy: by, leasedUntil: until },
  });
  return count > 0;
}

export async function releaseBot(db: Db, id: string, by: string): Promise<void> {
  await db.telegramBot.updateMany({
    where: { id, leasedBy: by },
    data: { leasedBy: null, leasedUntil: null },
  });
}

/** The update that is to be handled next, if one was since then. */
export async function nextUpdateOf(db: Db, id: string, since: Date): Promise<number | undefined> {
  const found = await db.telegramBot.findUnique({
    where: { id },
    select: { nextUpdate: true, nextUpdateAt: true },
  });
  if (!found?.nextUpdateAt || found.nextUpdateAt < since || found.nextUpdate === null) return undefined;
  return Number(found.nextUpdate);
}

/** @returns whether the bot is still leased by this one */
export async function advanceUpdates(
  db: Db,
  {
    id,
    by,
    next,
    now,
  }: { readonly id: string; readonly by: string; readonly next: number; readonly now: Date },
): Promise<boolean> {
  const { count } = await db.telegramBot.updateMany({
    where: { id, leasedBy: by },
    data: { nextUpdate: next, nextUpdateAt: now },
  });
  return count > 0;
}

/** @returns whether nobody told since then; from now on somebody did */
export async function claimTellingErrors(
  db: Db,
  { id, now, since }: { readonly id: string; readonly now: Date; readonly since: Date },
): Promise<boolean> {
  const { count } = await db.telegramBot.updateMany({
    where: { id, OR: [{ errorsToldAt: null }, { errorsToldAt: { lt: since } }] },
    data: { errorsToldAt: now },
  });
  return count > 0;
}
