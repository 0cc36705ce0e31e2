import type { PendingSignUp, SignedIn } from '../../contracts/auth';
import type { Database, Db } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { errors } from '../../helpers/errors';
import { newId } from '../../helpers/ids';
import type { Limits } from '../limits/limits';
import { alreadyHaveAccountMail, signUpCodeMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import type { MailSeal } from '../notifications/sealed-mails';
import { emailKeyOf, usernameKeyOf } from './account-keys';
import { codeCounters, countingWrong, WRONG_CODES } from './guesses';
import type { Origin } from './identity';
import { CODE_LIFETIME_MINUTES, type OneTimeCodes } from './one-time-codes';
import type { PasswordHasher } from './password-hasher';
import type { SessionsService } from './sessions.service';
import {
  countGuess,
  deletePendingSignUps,
  findPendingSignUps,
  insertPendingSignUp,
  replaceSignUpCode,
  takePendingSignUp,
  type PendingSignUpRow,
} from './sign-up.queries';
import { tellWebhooks } from '../webhooks/telling';
import { presentOwnProfile } from './user.presenter';
import { findUserByEmail, insertUser, isUsernameTaken } from './users.queries';

const PENDING_LIFETIME_MS = 24 * 3_600_000;

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

interface SignUpRequest {
  readonly email: string;
  readonly username: string;
  readonly password: string;
  readonly displayName?: string;
}

interface Verification {
  readonly email: string;
  readonly code: string;
  readonly device?: string;
}

/** From an address to an account. */
export class SignUpService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Notes a sign-up and mails its code. An address that has an account gets the same answer after the same work: a row that can
   * never be confirmed, because its code goes nowhere, and a mail that says that there is an account.
   * @throws username_taken, rate_limited
   */
  async signUp(
    { email, username, password, displayName }: SignUpRequest,
    { tell }: Origin,
  ): Promise<PendingSignUp> {
    const { database, limits, outbox, codes, hasher, clock } = this.deps;
    const emailKey = emailKeyOf(email);
    await limits.consume('signUpByEmail', emailKey, { tell, shared: true });
    if (await isUsernameTaken(database.reader, usernameKeyOf(username))) throw errors.usernameTaken();
    // Counted, not refused: a corrected sign-up need not wait, but the next resend must.
    await limits.count('codeRequest', resendKey(emailKey));

    const passwordHash = await hasher.hash(password);
    const now = clock();
    const id = newId();
    const { code, codeHash, expiresAt: codeExpiresAt } = codes.make('sign_up', id, now);
    const expiresAt = new Date(now.getTime() + PENDING_LIFETIME_MS);
    const pending = {
      id,
      email,
      emailKey,
      username,
      displayName: displayName ?? username,
      passwordHash,
      codeHash,
    };
    await database.transaction(async (db) => {
      await insertPendingSignUp(db, { ...pending, codeExpiresAt, expiresAt }, now);
      await this.mailCode(db, { email, emailKey, username }, { code, expiresAt: codeExpiresAt, now });
    });
    outbox.wake();
    return { email, username, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Makes the account of the sign-up that has this code, and signs it in.
   * @throws code_invalid, code_expired, username_taken, rate_limited
   */
  async verify({ email, code, device }: Verification, origin: Origin): Promise<SignedIn> {
    const { database, limits, codes, clock } = this.deps;
    const emailKey = emailKeyOf(email);
    const counters = codeCounters('sign_up', emailKey, origin);
    const signedIn = await countingWrong(limits, counters, WRONG_CODES, async () => {
      const now = clock();
      const comparable = await database.transaction((db) => countGuess(db, emailKey, now));
      const pending = comparable.find((row) => codes.matches('sign_up', row, code));
      if (!pending) throw errors.codeInvalid();
      if (pending.codeExpiresAt <= now) throw errors.codeExpired();
      return this.makeAccount(pending, device, origin);
    });
    await limits.forget('wrongCode', counters[0].key);
    return signedIn;
  }

  /**
   * Asks for the code again. Only the wish is written down, for every address alike; whether there is a sign-up the outbox worker
   * finds out (`sendCodeAgain`), so that the answer and its time tell nothing.
   * @throws rate_limited
   */
  async resend(email: string, { tell }: Origin): Promise<void> {
    const { database, limits, outbox, clock } = this.deps;
    const emailKey = emailKeyOf(email);
    await limits.consume('codeRequest', resendKey(emailKey), { tell });
    const now = clock();
    const expiresAt = new Date(now.getTime() + CODE_LIFETIME_MINUTES * 60_000).toISOString();
    await enqueue(database.writer, 'sign_up_code', { emailKey, expiresAt }, now);
    outbox.wake();
  }

  /**
   * A new code for every sign-up of the address, each in a mail that names its username. The latest alone could be a stranger's,
   * and the owner of the address would confirm an account that has the stranger's password.
   */
  async sendCodeAgain(emailKey: string): Promise<void> {
    const { database, outbox, codes, clock } = this.deps;
    await database.transaction(async (db) => {
      const now = clock();
      const pendings = await findPendingSignUps(db, emailKey, now);
      // Whoever has an account is told so once.
      const mailed = (await findUserByEmail(db, emailKey)) ? pendings.slice(0, 1) : pendings;
      for (const pending of mailed) {
        const { code, codeHash, expiresAt } = codes.make('sign_up', pending.id, now);
        if (await replaceSignUpCode(db, pending.id, { codeHash, expiresAt, now }))
          await this.mailCode(db, pending, { code, expiresAt, now });
      }
    });
    outbox.wake();
  }

  private async mailCode(
    db: Db,
    {
      email,
      emailKey,
      username,
    }: { readonly email: string; readonly emailKey: string; readonly username: string },
    { code, expiresAt, now }: { readonly code: string; readonly expiresAt: Date; readonly now: Date },
  ): Promise<void> {
    const { mailSeal } = this.deps;
    const owner = await findUserByEmail(db, emailKey);
    if (owner)
      return enqueue(db, 'mail', alreadyHaveAccountMail({ to: owner.email, username: owner.username }), now);
    const mail = signUpCodeMail({ to: email, username, code, validMinutes: CODE_LIFETIME_MINUTES });
    await enqueue(db, 'mail', { ...mailSeal.close(mail), expiresAt: expiresAt.toISOString() }, now);
  }

  private async makeAccount(
    pending: PendingSignUpRow,
    device: string | undefined,
    origin: Origin,
  ): Promise<SignedIn> {
    const { database, sessions, clock } = this.deps;
    const { email, emailKey, username, displayName, passwordHash } = pending;
    try {
      const { user, session } = await database.transaction(async (db) => {
        if (!(await takePendingSignUp(db, pending.id))) throw errors.codeInvalid();
        const user = await insertUser(
          db,
          { id: newId(), email, username, displayName, passwordHash },
          clock(),
        );
        const session = await sessions.open(db, user.id, { device, origin });
        await tellWebhooks(db, 'user.signed_up', { userId: user.id, username });
        await deletePendingSignUps(db, emailKey);
        return { user, session };
      });
      return { user: presentOwnProfile(user), tokens: sessions.opened(session) };
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw (await findUserByEmail(database.reader, emailKey))
        ? errors.codeInvalid()
        : errors.usernameTaken();
    }
  }
}

/** The minute between two codes is counted for sign-ups and for passwords apart. */
const resendKey = (emailKey: string): string => `sign_up:${emailKey}`;
