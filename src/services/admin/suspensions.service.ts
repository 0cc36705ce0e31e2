import type { Suspension } from '../../contracts/admin-users';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { SessionsService } from '../accounts/sessions.service';
import { deleteSuspension, standingSuspension, storeSuspension } from '../accounts/suspensions.queries';
import { recordAudit } from '../audit/record';
import { tellWebhooks } from '../webhooks/telling';
import { actOn } from './acting';
import type { Admin } from './admin';
import { presentSuspension } from './users.service';

interface Wanted {
  readonly reason: string;
  /** RFC 3339; without it: until it is lifted */
  readonly until?: string | undefined;
}

/**
 * Keeps people out. Nothing asks at each request whether somebody is suspended: their sessions end, which everything looks at, and a new
 * one opens only when no suspension stands.
 */
export class SuspensionsService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
  ) {}

  /** In the place of one that there may be. @throws validation_failed for a time that is over; forbidden, not_found */
  async suspend(admin: Admin, userId: string, { reason, until }: Wanted): Promise<Suspension> {
    const { suspension, ended } = await this.database.transaction(async (db) => {
      const now = new Date();
      await actOn(db, admin, userId, now);
      const end = until === undefined ? null : new Date(until);
      if (end && end <= now)
        throw errors.validationFailed([{ path: 'body.until', message: 'must be still to come' }]);
      const suspension = { reason, until: end, byId: admin.userId, createdAt: now };
      const before = await standingSuspension(db, userId, now);
      await storeSuspension(db, userId, suspension);
      const ended = await this.sessions.endAll(db, userId, 'suspended');
      await recordAudit(db, {
        actor: admin,
        action: 'user.suspended',
        targetType: 'user',
        targetId: userId,
        ...(before && { before: { reason: before.reason, until: before.until } }),
        after: { reason, until: end },
      });
      const told = { userId, byId: admin.userId, until: end?.toISOString() ?? null };
      await tellWebhooks(db, 'user.suspended', told);
      return { suspension, ended };
    });
    this.sessions.publishEnded(ended, 'suspended');
    return presentSuspension(suspension);
  }

  /** Whoever is not suspended stays so. @throws forbidden, not_found */
  async lift(admin: Admin, userId: string): Promise<void> {
    await this.database.transaction(async (db) => {
      const now = new Date();
      await actOn(db, admin, userId, now);
      const before = await standingSuspension(db, userId, now);
      await deleteSuspension(db, userId);
      if (!before) return;
      await recordAudit(db, {
        actor: admin,
        action: 'user.suspension_lifted',
        targetType: 'user',
        targetId: userId,
        before: { reason: before.reason, until: before.until },
      });
      await tellWebhooks(db, 'user.suspension_lifted', { userId, byId: admin.userId });
    });
  }
}
