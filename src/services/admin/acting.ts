import type { Role } from '../../contracts/users';
import type { Db } from '../../database/database';
import { errors, type AppError } from '../../helpers/errors';
import { isSessionLive } from '../accounts/sessions.queries';
import type { Scene } from '../messages/act';
import { mayActOn, type Admin } from './admin';
import { holdPeople, roleAndSession, type ActedOn } from './acting.queries';

const noAdmin = (): AppError => errors.forbidden('Only admins may do this');
const signedOut = (): AppError => errors.unauthenticated('The session has ended');

/** Whoever suspends them, or signs them out, holds their row, too, and has ended the session by now. */
async function roleNow(
  db: Db,
  { sessionId }: Admin,
  role: Role | undefined,
  now: Date,
): Promise<Admin['role']> {
  if (role === undefined || role === 'user') throw noAdmin();
  if (!(await isSessionLive(db, sessionId, now))) throw signedOut();
  return role;
}

/** The admin's row is locked; role and session are those of now. @throws forbidden, unauthenticated */
export async function mustStillBeAdmin(db: Db, admin: Admin, now: Date): Promise<void> {
  const people = await holdPeople(db, [admin.userId], now);
  await roleNow(db, admin, people.get(admin.userId)?.role, now);
}

/** The same within an act of the message writer. @throws forbidden, unauthenticated */
export async function mayStillAct(scene: Scene, admin: Admin): Promise<void> {
  const { role, isSignedIn } = await roleAndSession(scene, admin);
  if (role === null || role === 'user') throw noAdmin();
  if (!isSignedIn) throw signedOut();
}

/**
 * The first line of whatever an admin does to somebody, in the transaction that does it: both rows are locked, and the roles and the
 * admin's session are those of now, whatever has changed since the request came.
 * @param least what the admin must be
 * @throws forbidden, unauthenticated, not_found
 */
export async function actOn(
  db: Db,
  admin: Admin,
  userId: string,
  now: Date,
  least: Admin['role'] = 'admin',
): Promise<ActedOn> {
  const people = await holdPeople(db, [admin.userId, userId], now);
  const role = await roleNow(db, admin, people.get(admin.userId)?.role, now);
  if (least === 'owner' && role !== 'owner') throw errors.forbidden('Only the owner may do this');
  const target = people.get(userId);
  if (!target) throw errors.notFound('user');
  if (!mayActOn({ userId: admin.userId, role }, target))
    throw errors.forbidden('Only to people of a lower role than your own');
  return target;
}
