import type { Db } from '../../database/database';

export interface SecondFactorRow {
  readonly sealedSecret: string;
  readonly lastStep: number;
}

/** Each by its primary key. */
export function findSecondFactor(db: Db, userId: string): Promise<SecondFactorRow | null> {
  return db.secondFactor.findUnique({ where: { userId }, select: { sealedSecret: true, lastStep: true } });
}

/** One that waits for its first code, instead of any that does. */
export async function replaceSecondFactor(
  db: Db,
  userId: string,
  sealedSecret: string,
  now: Date,
): Promise<void> {
  await deleteSecondFactor(db, userId);
  await db.secondFactor.createMany({ data: [{ userId, sealedSecret, lastStep: 0, createdAt: now }] });
}

/** And its recovery codes. */
export async function deleteSecondFactor(db: Db, userId: string): Promise<void> {
  await db.recoveryCode.deleteMany({ where: { userId } });
  await db.secondFactor.deleteMany({ where: { userId } });
}

/** @returns whether no code of this step or a later one was accepted before: of several at the same moment one gets it */
export async function takeStep(db: Db, userId: string, step: number): Promise<boolean> {
  const { count } = await db.secondFactor.updateMany({
    where: { userId, lastStep: { lt: step } },
    data: { lastStep: step },
  });
  return count === 1;
}

export async function replaceRecoveryCodes(
  db: Db,
  userId: string,
  codeHashes: readonly string[],
): Promise<void> {
  await db.recoveryCode.deleteMany({ where: { userId } });
  await db.recoveryCode.createMany({ data: codeHashes.map((codeHash) => ({ userId, codeHash })) });
}

/** @returns whether it was there: of several at the same moment one gets it */
export async function takeRecoveryCode(db: Db, userId: string, codeHash: string): Promise<boolean> {
  return (await db.recoveryCode.deleteMany({ where: { userId, codeHash } })).count === 1;
}
