import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { passwordChangedMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import { deleteLinkCode } from '../telegram/telegram.queries';
import type { Identity, Origin } from './identity';
import type { OwnPassword } from './own-password';
import type { PasswordHasher } from './password-hasher';
import { deleteCodes } from './one-time-codes.queries';
import type { SessionsService } from './sessions.service';
import { findOwnProfile, replacePassword } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly outbox: { wake(): void };
  readonly hasher: PasswordHasher;
  readonly ownPassword: OwnPassword;
  readonly sessions: SessionsService;
  readonly clock: () => Date;
}

interface Change {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** A new password, by somebody who knows the one before. */
export class PasswordChangeService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Sets it, ends all other sessions, voids the codes of a forgotten one, and tells the owner by mail.
   * @throws invalid_credentials, account_locked, rate_limited
   */
  async change(identity: Identity, { currentPassword, newPassword }: Change, origin: Origin): Promise<void> {
    const { database, outbox, hasher, ownPassword, sessions, clock } = this.deps;
    const { userId, sessionId } = identity;
    const from = await ownPassword.confirm(identity, currentPassword, origin);
    const to = await hasher.hash(newPassword);
    const ended = await database.transaction(async (db) => {
      const now = clock();
      // The person first, as a reset does. Of two changes at the same moment the second knows no current password any more.
      if (!(await replacePassword(db, userId, { from, to, now }))) throw errors.invalidCredentials();
      const user = await findOwnProfile(db, userId);
      if (!user) throw errors.invalidCredentials();
      await deleteCodes(db, { userId, purpose: 'password_reset' });
      await deleteLinkCode(db, userId);
      const sessionIds = await sessions.endAll(db, userId, 'password_changed', sessionId);
      const mail = passwordChangedMail({ to: user.email, username: user.username, keptOneDevice: true });
      await enqueue(db, 'mail', mail, now);
      return sessionIds;
    });
    sessions.publishEnded(ended, 'password_changed');
    outbox.wake();
  }
}
