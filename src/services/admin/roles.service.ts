import type { Role } from '../../contracts/users';
import type { Database, Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { SessionsService } from '../accounts/sessions.service';
import { standingSuspension } from '../accounts/suspensions.queries';
import { recordAudit } from '../audit/record';
import type { DomainEventBus } from '../domain-events';
import { actOn } from './acting';
import type { Admin } from './admin';
import { setRole } from './roles.queries';

interface Changed {
  readonly userId: string;
  readonly userVersion: number;
}

/** Who is an admin, and signed in. */
export class RolesService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly bus: DomainEventBus,
  ) {}

  /**
   * By the owner. Giving somebody the owner's role hands it over: there is always one.
   * @throws forbidden, not_found; conflict for somebody who is suspended
   */
  async change(admin: Admin, userId: string, role: Role): Promise<void> {
    const changed = await this.database.transaction(async (db) => {
      const now = new Date();
      const person = await actOn(db, admin, userId, now, 'owner');
      if (person.role === role) return [];
      if (role !== 'user' && person.isBot) throw errors.conflict('A bot has no role');
      if (role !== 'user' && (await standingSuspension(db, userId, now)))
        throw errors.conflict('The account is suspended');
      const handedOver =
        role === 'owner' ? [await this.give(db, admin, admin.userId, { from: 'owner', to: 'admin' })] : [];
      return [...handedOver, await this.give(db, admin, userId, { from: person.role, to: role })];
    });
    for (const person of changed) this.bus.publish('user.updated', person);
  }

  /** Signs somebody out everywhere. @throws forbidden, not_found */
  async endSessions(admin: Admin, userId: string): Promise<void> {
    const ended = await this.database.transaction(async (db) => {
      await actOn(db, admin, userId, new Date());
      const sessionIds = await this.sessions.endAll(db, userId, 'revoked');
      await recordAudit(db, {
        actor: admin,
        action: 'user.sessions_ended',
        targetType: 'user',
        targetId: userId,
        after: { ended: sessionIds.length },
      });
      return sessionIds;
    });
    this.sessions.publishEnded(ended, 'revoked');
  }

  private async give(
    db: Db,
    admin: Admin,
    userId: string,
    { from, to }: { readonly from: Role; readonly to: Role },
  ): Promise<Changed> {
    const userVersion = await setRole(db, userId, to);
    await recordAudit(db, {
      actor: admin,
      action: 'user.role_changed',
      targetType: 'user',
      targetId: userId,
      before: { role: from },
      after: { role: to },
    });
    return { userId, userVersion };
  }
}
