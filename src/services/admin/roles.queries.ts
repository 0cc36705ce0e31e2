import type { Role } from '../../contracts/users';
import type { Db } from '../../database/database';

/** Bumped, as every change that the person sees. @returns their new version */
export async function setRole(db: Db, id: string, role: Role): Promise<number> {
  const { userVersion } = await db.user.update({
    where: { id },
    data: { role, userVersion: { increment: 1 } },
    select: { userVersion: true },
  });
  return userVersion;
}

/** Whether somebody else than `id` is an owner. Uses user_role. */
export async function hasOtherOwner(db: Db, id: string): Promise<boolean> {
  const other = await db.user.findFirst({
    where: { role: 'owner', id: { not: id }, deletedAt: null },
    orderBy: { usernameKey: 'asc' },
    select: { id: true },
  });
  return other !== null;
}

/** Whether somebody is an admin or an owner. By primary key. */
export async function isPrivileged(db: Db, id: string): Promise<boolean> {
  const where = { id, role: { in: ['admin', 'owner'] } };
  return (await db.user.findUnique({ where, select: { id: true } })) !== null;
}

/** Who has had an account for longest, if there is anybody. By primary key. */
export async function earliestPerson(db: Db): Promise<string[]> {
  const found = await db.user.findFirst({
    where: { deletedAt: null },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return found ? [found.id] : [];
}

export interface Privileged {
  readonly email: string;
  readonly username: string;
  readonly role: string;
}

/** Admins and owners, by name. Uses user_role. */
export function privilegedPeople(db: Db): Promise<Privileged[]> {
  return db.user.findMany({
    where: { role: { in: ['admin', 'owner'] } },
    orderBy: [{ role: 'desc' }, { usernameKey: 'asc' }],
    select: { email: true, username: true, role: true },
  });
}
