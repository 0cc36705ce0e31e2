import type { Role } from '../../contracts/users';
import type { Db } from '../../database/database';

export interface ActedOn {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly role: Role;
  readonly isBot: boolean;
}

/** Locks people's rows until the transaction ends, and reads those who have an account. By primary key. */
export async function holdPeople(db: Db, ids: readonly string[], now: Date): Promise<Map<string, ActedOn>> {
  const where = { id: { in: [...ids].sort() }, deletedAt: null };
  await db.user.updateMany({ where, data: { updatedAt: now } });
  const rows = await db.user.findMany({
    where,
    select: { id: true, username: true, email: true, role: true, isBot: true },
  });
  return new Map(rows.map((row) => [row.id, { ...row, role: row.role as Role }]));
}
