import type { SignedIn } from '../../contracts/auth';
import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Limits } from '../limits/limits';
import { emailKeyOf, usernameKeyOf } from './account-keys';
import { countingWrong } from './guesses';
import type { Origin } from './identity';
import type { PasswordHasher } from './password-hasher';
import type { SecondFactor } from './second-factor';
import type { SessionsService } from './sessions.service';
import { presentOwnProfile } from './user.presenter';
import { findCredentials, findStanding, type Credentials } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly limits: Limits;
  readonly outbox: { wake(): void };
  readonly hasher: PasswordHasher;
  readonly sessions: SessionsService;
  readonly secondFactor: SecondFactor;
  readonly clock: () => Date;
}

interface SignInRequest {
  /** e-mail address or username */
  readonly login: string;
  readonly password: string;
  readonly device?: string;
  /** of the second factor */
  readonly code?: string;
}

type Rest = Pick<SignInRequest, 'device' | 'code'>;

/** Wrong passwords are counted by login and address: a stranger elsewhere cannot lock an owner out. */
export const passwordAttemptKey = (login: string, { limitKey }: Origin): string =>
  `${usernameKeyOf(login)} ${limitKey}`;

export class SignInService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Opens a session. An unknown login is answered as a wrong password is, after the same work.
   * What a second factor has to say comes after a right password only.
   * @throws invalid_credentials, two_factor_required, code_invalid, account_locked (this login from this address), rate_limited (this address, whatever the login)
   */
  async signIn({ login, password, ...rest }: SignInRequest, origin: Origin): Promise<SignedIn> {
    const { limits } = this.deps;
    const { limitKey, tell } = origin;
    const key = passwordAttemptKey(login, origin);
    const counters = [
      { name: 'wrongPasswordAnywhere', key: limitKey, tell },
      { name: 'wrongPassword', key, refusal: errors.accountLocked, tell },
    ] as const;
    const signedIn = await countingWrong(limits, counters, ['invalid_credentials'], async () => {
      const user = await this.credentialsOf(login);
      const right = await this.deps.hasher.matches(password, user?.passwordHash);
      if (!user || !right) throw errors.invalidCredentials();
      return this.open(user, rest, origin);
    });
    await limits.forget('wrongPassword', key);
    return signedIn;
  }

  private credentialsOf(login: string): Promise<Credentials | null> {
    const { reader } = this.deps.database;
    // A username has no @, an address always.
    return findCredentials(
      reader,
      login.includes('@') ? { emailKey: emailKeyOf(login) } : { usernameKey: usernameKeyOf(login) },
    );
  }

  private async open(user: Credentials, { device, code }: Rest, origin: Origin): Promise<SignedIn> {
    const { sessions, secondFactor, outbox } = this.deps;
    const open = () => this.openSession(user, { device, code }, origin);
    if (user.twoFactor && code === undefined) throw errors.twoFactorRequired();
    const session =
      user.twoFactor && code !== undefined
        ? await secondFactor.counting(user.id, code, origin, open)
        : await open();
    outbox.wake();
    return { user: presentOwnProfile(user), tokens: sessions.opened(session) };
  }

  private openSession(user: Credentials, { device, code }: Rest, origin: Origin) {
    const { database, sessions, secondFactor, clock } = this.deps;
    return database.transaction(async (db) => {
      const opened = await sessions.open(db, user.id, { device, origin });
      // The session's foreign key holds the person's row now. A password reset meanwhile has ended all sessions: this one must not survive it.
      const now = await findStanding(db, user.id);
      if (now?.passwordHash !== user.passwordHash) throw errors.invalidCredentials();
      // Nor may one that began before two-factor was on do without a code, or try one that is not counted.
      if (now.twoFactor && (!user.twoFactor || code === undefined)) throw errors.twoFactorRequired();
      if (now.twoFactor && code !== undefined) await secondFactor.take(db, user, code, clock());
      return opened;
    });
  }
}
