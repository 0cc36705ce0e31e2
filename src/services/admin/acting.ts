import type { Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import { mayActOn, type Admin } from './admin';
import { holdPeople, type ActedOn } from './acting.queries';

/** The admin's row is locked, and the role is that of now. @throws forbidden to whoever is none any more */
export async function mustStillBeAdmin(db: Db, { userId }: Admin, now: Date): Promise<void> {
  const role = (await holdPeople(db, [userId], now)).get(userId)?.role;
  if (role === undefined || role === 'user') throw errors.forbidden('Only admins may do this');
}

/**
 * The first line of whatever an admin does to somebody, in the transaction that does it: both rows are locked, and the roles are those of
 * now, whatever has changed since the request came.
 * @param least what the admin must be
 * @throws forbidden, not_found
 */
export async function actOn(
  db: Db,
  admin: Admin,
  userId: string,
  now: Date,
  least: Admin['role'] = 'admin',
): Promise<ActedOn> {
  const people = await holdPeople(db, [admin.userId, userId], now);
  const role = people.get(admin.userId)?.role;
  if (role === undefined || role === 'user') throw errors.forbidden('Only admins may do this');
  if (least === 'owner' && role !== 'owner') throw errors.forbidden('Only the owner may do this');
  const target = people.get(userId);
  if (!target) throw errors.notFound('user');
  if (!mayActOn({ userId: admin.userId, role }, target))
    throw errors.forbidden('Only to people of a lower role than your own');
  return target;
}
