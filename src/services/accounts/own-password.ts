import type { Database } from '../../database/database';
import { errors } from '../../helpers/errors';
import type { Limits } from '../limits/limits';
import { countingWrong } from './guesses';
import type { Identity, Origin } from './identity';
import type { PasswordHasher } from './password-hasher';
import { findPasswordHash } from './users.queries';

interface Dependencies {
  readonly database: Database;
  readonly limits: Limits;
  readonly hasher: PasswordHasher;
}

/**
 * Asks somebody who is signed in for the password once more. Wrong ones are counted as at sign-in, but by person: whoever
 * got hold of a token may guess from many addresses, and locks nobody out of signing in.
 */
export class OwnPassword {
  constructor(private readonly deps: Dependencies) {}

  /**
   * @returns the hash the password was right for
   * @throws unauthenticated when the account is gone, invalid_credentials, account_locked, rate_limited (this address, whatever the person)
   */
  async confirm({ userId }: Identity, password: string, { limitKey, tell }: Origin): Promise<string> {
    const { database, limits, hasher } = this.deps;
    const key = `own:${userId}`;
    const counters = [
      { name: 'wrongPasswordAnywhere', key: limitKey, tell },
      { name: 'wrongPassword', key, refusal: errors.accountLocked, tell },
    ] as const;
    const passwordHash = await countingWrong(limits, counters, ['invalid_credentials'], async () => {
      const hash = await findPasswordHash(database.reader, userId);
      if (hash === undefined) throw errors.unauthenticated('The account is gone');
      if (!(await hasher.matches(password, hash))) throw errors.invalidCredentials();
      return hash;
    });
    await limits.forget('wrongPassword', key);
    return passwordHash;
  }
}
