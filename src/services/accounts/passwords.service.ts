import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import { notBefore } from '../../helpers/timing';
import type { Limits } from '../limits/limits';
import { passwordChangedMail, passwordResetCodeMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import { deleteLinkCode } from '../telegram/telegram.queries';
import type { MailSeal } from '../notifications/sealed-mails';
import { emailKeyOf } from './account-keys';
import { codeCounters, countingWrong, WRONG_CODES } from './guesses';
import type { Origin } from './identity';
import { CODE_LIFETIME_MINUTES, type OneTimeCodes } from './one-time-codes';
import type { PasswordHasher } from './password-hasher';
import { countGuessAtCode, deleteCodes, replaceCode, takeCode } from './one-time-codes.queries';
import type { SessionsService } from './sessions.service';
import { passwordAttemptKey } from './sign-in.service';
import { findUserByEmail, holdPerson, updatePassword } from './users.queries';

const PURPOSE = 'password_reset';
/** Far more than comparing a code takes: two short transactions. */
const WRONG_CODE_AFTER_MS = 250;
/** No account has it: guesses at an unknown address ask the same of the database. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

interface Dependencies {
  readonly database: Database;
  readonly limits: Limits;
  readonly outbox: { wake(): void };
  readonly mailSeal: MailSeal;
  readonly codes: OneTimeCodes;
  readonly hasher: PasswordHasher;
  readonly sessions: SessionsService;
  readonly clock: () => Date;
}

interface Reset {
  readonly email: string;
  readonly code: string;
  readonly newPassword: string;
}

interface Account {
  readonly id: string;
  readonly email: string;
  readonly username: string;
}

/** Passwords that were forgotten. */
export class PasswordsService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Asks for a code to set a new password. The request does one thing for every address: it writes down that somebody asked.
   * Whether there is an account the outbox worker finds out later (`sendResetCode`), so that neither the answer nor its time tells.
   * @throws rate_limited
   */
  async forgot(email: string, { tell }: Origin): Promise<void> {
    const { database, limits, outbox, clock } = this.deps;
    const emailKey = emailKeyOf(email);
    await limits.consume('codeRequest', `${PURPOSE}:${emailKey}`, { tell });
    const now = clock();
    const expiresAt = new Date(now.getTime() + CODE_LIFETIME_MINUTES * 60_000).toISOString();
    await enqueue(database.writer, 'password_reset_code', { emailKey, expiresAt }, now);
    outbox.wake();
  }

  /** Mails a new code to the owner of the address, if it has an account. */
  async sendResetCode(emailKey: string): Promise<void> {
    const { database, outbox, mailSeal, codes, clock } = this.deps;
    const user = await findUserByEmail(database.reader, emailKey);
    if (!user) return;
    await database.transaction(async (db) => {
      const now = clock();
      // Whoever is deleting the account at this moment waits for us, or we for them and find nobody.
      if (!(await holdPerson(db, { id: user.id, emailKey }, now))) return;
      const id = newId();
      const { code, codeHash, expiresAt } = codes.make(PURPOSE, id, now);
      await replaceCode(db, { id, userId: user.id, purpose: PURPOSE, codeHash, expiresAt }, now);
      const mail = passwordResetCodeMail({
        to: user.email,
        username: user.username,
        code,
        validMinutes: CODE_LIFETIME_MINUTES,
      });
      await enqueue(db, 'mail', { ...mailSeal.close(mail), expiresAt: expiresAt.toISOString() }, now);
    });
    outbox.wake();
  }

  /**
   * Sets a new password by a mailed code, ends all sessions, and tells the owner by mail.
   * @throws code_invalid, code_expired, rate_limited
   */
  async reset({ email, code, newPassword }: Reset, origin: Origin): Promise<void> {
    const { limits } = this.deps;
    const emailKey = emailKeyOf(email);
    const counters = codeCounters(PURPOSE, emailKey, origin);
    const account = await countingWrong(limits, counters, WRONG_CODES, async () => {
      const { user, codeId } = await this.inEqualTime(() => this.ownerOfCode(emailKey, code));
      await this.setPassword(user, codeId, newPassword);
      return user;
    });
    await limits.forget('wrongCode', counters[0].key);
    for (const login of [account.email, account.username])
      await limits.forget('wrongPassword', passwordAttemptKey(login, origin));
  }

  /**
   * Runs a guess, and answers a wrong one not before a fixed time. A guess at a known address writes a row, one at an unknown
   * address finds none to write: the time until the answer would tell them apart. No write to a stand-in is equal for certain,
   * on two databases, with rows that others hold or do not; a time that neither exceeds is.
   */
  private async inEqualTime<T>(guess: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await guess();
    } catch (error) {
      await notBefore(began, WRONG_CODE_AFTER_MS);
      throw error;
    }
  }

  private async ownerOfCode(emailKey: string, code: string): Promise<{ user: Account; codeId: string }> {
    const { database, codes, clock } = this.deps;
    const user = await findUserByEmail(database.reader, emailKey);
    const row = await database.transaction((db) =>
      countGuessAtCode(db, { userId: user?.id ?? NOBODY, purpose: PURPOSE }),
    );
    if (!user || !row || !codes.matches(PURPOSE, row, code)) throw errors.codeInvalid();
    if (row.expiresAt <= clock()) throw errors.codeExpired();
    return { user, codeId: row.id };
  }

  private async setPassword(user: Account, codeId: string, newPassword: string): Promise<void> {
    const { database, outbox, hasher, sessions, clock } = this.deps;
    const passwordHash = await hasher.hash(newPassword);
    const ended = await database.transaction(async (db) => {
      const now = clock();
      // The person first: whoever signs in with the old password at this moment waits for us, or we for them.
      await updatePassword(db, user.id, passwordHash, now);
      if (!(await takeCode(db, codeId, now))) throw errors.codeInvalid();
      await deleteCodes(db, { userId: user.id, purpose: PURPOSE });
      await deleteLinkCode(db, user.id);
      const sessionIds = await sessions.endAll(db, user.id, 'password_changed');
      await enqueue(db, 'mail', passwordChangedMail({ to: user.email, username: user.username }), now);
      return sessionIds;
    });
    sessions.publishEnded(ended, 'password_changed');
    outbox.wake();
  }
}
