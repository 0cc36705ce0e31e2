import type { Db } from '../../database/database';
import { MAX_CODE_TRIES } from './one-time-codes';

/** Sign-ups of one address that a code is compared with, newest first. */
const MAX_COMPARED = 20;
/** Sign-ups of one address that are mailed a code again: as many as can be asked for in an hour. */
const MAX_RENEWED = 5;

export interface PendingSignUpRow {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly username: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly codeHash: string;
  readonly codeExpiresAt: Date;
  readonly expiresAt: Date;
}

export async function insertPendingSignUp(db: Db, row: PendingSignUpRow, now: Date): Promise<void> {
  await db.pendingSignUp.createMany({ data: [{ ...row, codeAttempts: 0, codeSentAt: now, createdAt: now }] });
}

/**
 * Counts one guess at every sign-up of the address, then reads those whose code this guess may be compared with.
 * Inside a transaction: the update holds the rows' locks until the commit, so each of the parallel guesses reads the
 * number that it made, and the sixth finds nothing.
 */
export async function countGuess(db: Db, emailKey: string, now: Date): Promise<PendingSignUpRow[]> {
  const where = { emailKey, expiresAt: { gt: now }, codeAttempts: { lte: MAX_CODE_TRIES } };
  await db.pendingSignUp.updateMany({ where, data: { codeAttempts: { increment: 1 } } });
  return db.pendingSignUp.findMany({ where, orderBy: { createdAt: 'desc' }, take: MAX_COMPARED });
}

/** Uses the sign-up up: true for one caller only. */
export async function takePendingSignUp(db: Db, id: string): Promise<boolean> {
  return (await db.pendingSignUp.deleteMany({ where: { id } })).count === 1;
}

export async function deletePendingSignUps(db: Db, emailKey: string): Promise<void> {
  await db.pendingSignUp.deleteMany({ where: { emailKey } });
}

/** The latest sign-ups of the address, newest first (index pending_sign_up_email). */
export function findPendingSignUps(db: Db, emailKey: string, now: Date): Promise<PendingSignUpRow[]> {
  return db.pendingSignUp.findMany({
    where: { emailKey, expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
    take: MAX_RENEWED,
  });
}

interface NewCode {
  readonly codeHash: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

/** A new code with tries of its own; the one before is void. */
export async function replaceSignUpCode(
  db: Db,
  id: string,
  { codeHash, expiresAt, now }: NewCode,
): Promise<boolean> {
  const { count } = await db.pendingSignUp.updateMany({
    where: { id },
    data: { codeHash, codeExpiresAt: expiresAt, codeSentAt: now, codeAttempts: 0 },
  });
  return count === 1;
}
