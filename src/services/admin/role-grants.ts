import type { Role } from '../../contracts/users';
import type { Database } from '../../database/database';
import { emailKeyOf } from '../accounts/account-keys';
import { standingSuspension } from '../accounts/suspensions.queries';
import { findUserByEmail } from '../accounts/users.queries';
import { recordAudit } from '../audit/record';
import { holdPeople } from './acting.queries';
import { earliestPerson, hasOtherOwner, setRole } from './roles.queries';

type Choice = 'grant' | 'revoke';

/** Of whoever runs the server, who may do everything: for the command line. Servers may run meanwhile. */
export class RoleGrants {
  constructor(private readonly database: Database) {}

  /** The first one becomes the owner, everybody after that an admin. Whoever is either stays so. @throws Error when nobody has the address, or they are suspended */
  grant(email: string): Promise<Role> {
    return this.change(email, 'grant');
  }

  /** @throws Error when nobody has the address, or they are the only owner */
  revoke(email: string): Promise<Role> {
    return this.change(email, 'revoke');
  }

  private async change(email: string, choice: Choice): Promise<Role> {
    const found = await findUserByEmail(this.database.reader, emailKeyOf(email));
    if (!found) throw new Error(`Nobody has an account with the address ${email}.`);
    const earliest = await earliestPerson(this.database.reader);
    return this.database.transaction(async (db) => {
      const now = new Date();
      // One after the other, by a row that all of them lock: of two firsts at the same moment one is the owner.
      const person = (await holdPeople(db, [...earliest, found.id], now)).get(found.id);
      if (!person) throw new Error('The account is gone.');
      if (choice === 'grant' && (await standingSuspension(db, person.id, now)))
        throw new Error(`${person.email} is suspended: lift that first.`);
      const isOnlyOwner = !(await hasOtherOwner(db, person.id));
      if (choice === 'revoke' && person.role === 'owner' && isOnlyOwner)
        throw new Error(
          `${person.email} is the only owner: grant somebody else first, and hand the role over.`,
        );
      const role = roleAfter(choice, person.role, isOnlyOwner);
      if (role === person.role) return role;
      await setRole(db, person.id, role);
      await recordAudit(db, {
        actor: null,
        action: 'user.role_changed',
        targetType: 'user',
        targetId: person.id,
        before: { role: person.role },
        after: { role },
      });
      return role;
    });
  }
}

function roleAfter(choice: Choice, role: Role, noOtherOwner: boolean): Role {
  if (choice === 'revoke') return 'user';
  if (role === 'owner' || noOtherOwner) return 'owner';
  return 'admin';
}
