import type { Role } from '../../contracts/users';
import { errors } from '../../helpers/errors';
import type { Identity, Origin } from '../accounts/identity';

/** An admin, or the owner, who does something: their role was read with this request. */
export interface Admin {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: Exclude<Role, 'user'>;
  readonly ip: string;
}

const RANKS: Readonly<Record<Role, number>> = { user: 0, admin: 1, owner: 2 };

/** @throws forbidden to whoever is none */
export function asAdmin({ userId, sessionId, role }: Identity, { ip }: Pick<Origin, 'ip'>): Admin {
  if (role === 'user') throw errors.forbidden('Only admins may do this');
  return { userId, sessionId, role, ip };
}

interface Someone {
  readonly id: string;
  readonly role: Role;
}

/** Nobody acts on themselves, nor on anybody of the same or a higher role. */
export const mayActOn = (admin: Pick<Admin, 'userId' | 'role'>, { id, role }: Someone): boolean =>
  id !== admin.userId && RANKS[admin.role] > RANKS[role];
