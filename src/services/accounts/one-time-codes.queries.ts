import type { Db } from '../../database/database';
import { MAX_CODE_TRIES, type CodePurpose } from './one-time-codes';

interface Whose {
  readonly userId: string;
  readonly purpose: CodePurpose;
}

export interface OneTimeCodeRow extends Whose {
  readonly id: string;
  readonly codeHash: string;
  readonly expiresAt: Date;
  /** the new address of a change of e-mail */
  readonly subject?: string | null;
}

/** The person's only code for the purpose: earlier ones are void. Inside a transaction. */
export async function replaceCode(db: Db, row: OneTimeCodeRow, now: Date): Promise<void> {
  await deleteCodes(db, row);
  await db.oneTimeCode.createMany({ data: [{ ...row, attempts: 0, sentAt: now }] });
}

export async function deleteCodes(db: Db, { userId, purpose }: Whose): Promise<void> {
  await db.oneTimeCode.deleteMany({ where: { userId, purpose } });
}

/**
 * Counts one guess at the person's code, then reads it if this guess may be compared with it. Inside a transaction:
 * the update holds the row's lock until the commit, so the sixth of parallel guesses finds nothing.
 */
export async function countGuessAtCode(
  db: Db,
  { userId, purpose }: Whose,
): Promise<OneTimeCodeRow | undefined> {
  const where = { userId, purpose, usedAt: null, attempts: { lte: MAX_CODE_TRIES } };
  await db.oneTimeCode.updateMany({ where, data: { attempts: { increment: 1 } } });
  const row = await db.oneTimeCode.findFirst({
    where,
    orderBy: { sentAt: 'desc' },
    select: { id: true, userId: true, codeHash: true, expiresAt: true, subject: true },
  });
  return row ? { ...row, purpose } : undefined;
}

/** What the person's newest code for the purpose confirms, whether it can still be used or not. */
export async function subjectOfCode(db: Db, { userId, purpose }: Whose): Promise<string | undefined> {
  const row = await db.oneTimeCode.findFirst({
    where: { userId, purpose },
    orderBy: { sentAt: 'desc' },
    select: { subject: true },
  });
  return row?.subject ?? undefined;
}

/** Uses the code up: true for one caller only. */
export async function takeCode(db: Db, id: string, now: Date): Promise<boolean> {
  return (
    (await db.oneTimeCode.updateMany({ where: { id, usedAt: null }, data: { usedAt: now } })).count === 1
  );
}
