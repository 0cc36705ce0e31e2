import type { PendingEmail } from '../../contracts/account';
import type { OwnProfile } from '../../contracts/users';
import type { Database, Db } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import type { Limits } from '../limits/limits';
import { addressInUseMail, emailChangeCodeMail, emailChangedMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import type { MailSeal } from '../notifications/sealed-mails';
import { emailKeyOf } from './account-keys';
import { countingWrong, WRONG_CODES } from './guesses';
import type { Identity, Origin } from './identity';
import { CODE_LIFETIME_MINUTES, type OneTimeCodes } from './one-time-codes';
import type { OwnPassword } from './own-password';
import {
  countGuessAtCode,
  deleteCodes,
  replaceCode,
  subjectOfCode,
  takeCode,
} from './one-time-codes.queries';
import type { UserChanges } from './user-changes';
import { presentOwnProfile } from './user.presenter';
import { findOwnProfile, findUserByEmail, holdPerson } from './users.queries';

const PURPOSE = 'email_change';

interface Dependencies {
  readonly database: Database;
  readonly limits: Limits;
  readonly outbox: { wake(): void };
  readonly mailSeal: MailSeal;
  readonly codes: OneTimeCodes;
  readonly ownPassword: OwnPassword;
  readonly changes: UserChanges;
  readonly clock: () => Date;
}

/** From one address to another. */
export class EmailChangeService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Mails a code to the new address. An address that has another account gets the same answer after the same work: a code that
   * goes nowhere, and a mail that says that there is an account.
   * @throws invalid_credentials, account_locked, rate_limited
   */
  async ask(
    identity: Identity,
    { email, password }: { readonly email: string; readonly password: string },
    origin: Origin,
  ): Promise<PendingEmail> {
    const { database, limits, outbox, codes, ownPassword, clock } = this.deps;
    const { userId } = identity;
    const { tell } = origin;
    await ownPassword.confirm(identity, password, origin);
    await limits.consume('codeRequest', `${PURPOSE}:${userId}`, { tell });
    await limits.consume('signUpByEmail', emailKeyOf(email), { tell, shared: true });
    const now = clock();
    const id = newId();
    const { code, codeHash, expiresAt } = codes.make(PURPOSE, id, now);
    await database.transaction(async (db) => {
      if (!(await holdPerson(db, { id: userId }, now))) throw errors.unauthenticated('The account is gone');
      await replaceCode(db, { id, userId, purpose: PURPOSE, codeHash, expiresAt, subject: email }, now);
      await this.mailCode(db, { userId, email }, { code, expiresAt, now });
    });
    outbox.wake();
    return { email, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Changes the address to the one that the code was mailed to, and tells the old one.
   * @throws code_invalid (also when the address has got an account meanwhile), code_expired, rate_limited
   */
  async confirm({ userId, tell }: Identity, code: string): Promise<OwnProfile> {
    const { database, limits } = this.deps;
    const subject = await subjectOfCode(database.reader, { userId, purpose: PURPOSE });
    // By address, as sign-ups: more accounts do not give more guesses at the same one.
    const key = subject === undefined ? `${PURPOSE}:${userId}` : `${PURPOSE}:${emailKeyOf(subject)}`;
    const counters = [{ name: 'wrongCode', key, tell, shared: subject !== undefined }] as const;
    const profile = await countingWrong(limits, counters, WRONG_CODES, async () => {
      const { id, email } = await this.rightCode(userId, code);
      return this.setEmail(userId, id, email);
    });
    await limits.forget('wrongCode', key);
    return profile;
  }

  private async mailCode(
    db: Db,
    { userId, email }: { readonly userId: string; readonly email: string },
    { code, expiresAt, now }: { readonly code: string; readonly expiresAt: Date; readonly now: Date },
  ): Promise<void> {
    const { mailSeal } = this.deps;
    const owner = await findUserByEmail(db, emailKeyOf(email));
    const user = await findOwnProfile(db, userId);
    if (!user) throw errors.unauthenticated('The account is gone');
    const mail =
      owner && owner.id !== userId
        ? addressInUseMail({ to: owner.email, username: owner.username })
        : emailChangeCodeMail({
            to: email,
            username: user.username,
            code,
            validMinutes: CODE_LIFETIME_MINUTES,
          });
    await enqueue(db, 'mail', { ...mailSeal.close(mail), expiresAt: expiresAt.toISOString() }, now);
  }

  private async rightCode(userId: string, code: string): Promise<{ id: string; email: string }> {
    const { database, codes, clock } = this.deps;
    const row = await database.transaction((db) => countGuessAtCode(db, { userId, purpose: PURPOSE }));
    if (!row?.subject || !codes.matches(PURPOSE, row, code)) throw errors.codeInvalid();
    if (row.expiresAt <= clock()) throw errors.codeExpired();
    return { id: row.id, email: row.subject };
  }

  private async setEmail(userId: string, codeId: string, email: string): Promise<OwnProfile> {
    const { changes, outbox } = this.deps;
    try {
      const { after } = await changes.apply(userId, async (db, before, now) => {
        if (!(await takeCode(db, codeId, now))) throw errors.codeInvalid();
        await deleteCodes(db, { userId, purpose: PURPOSE });
        // A code to set a new password went to the old address: whoever reads it there must not use it any more.
        await deleteCodes(db, { userId, purpose: 'password_reset' });
        await enqueue(db, 'mail', emailChangedMail({ to: before.email, username: before.username }), now);
        return { email, emailKey: emailKeyOf(email) };
      });
      outbox.wake();
      return presentOwnProfile(after);
    } catch (error) {
      throw isUniqueViolation(error) ? errors.codeInvalid() : error;
    }
  }
}
