import bcrypt from 'bcrypt';
import { Pool } from '../../helpers/pool';
import { isWellFormed, passwordText } from '../../helpers/text';

/** What bcrypt reads of a password; the rest it would silently ignore. */
const MAX_BYTES = 72;

/** Of libuv's four threads, which files and look-ups of names need, too. A waiting one is answered within some five seconds, or refused at once. */
const LIMITS = { atATime: 2, waiting: 40 } as const;

/**
 * Hashes and compares passwords by bcrypt; 2^cost rounds (OWASP asks for a cost of at least 10). A few at a time: both methods
 * throw `unavailable` when too many wait, whether there is an account or not.
 */
export class PasswordHasher {
  /** A hash of the same cost that no password has, so that comparing takes as long where there is no account. */
  private readonly nobodysHash: string;

  private readonly pool = new Pool(LIMITS);

  constructor(private readonly cost: number) {
    this.nobodysHash = bcrypt.genSaltSync(cost) + '.'.repeat(31);
  }

  hash(password: string): Promise<string> {
    return this.pool.run(() => bcrypt.hash(passwordText(password), this.cost));
  }

  /** Takes the same time whether there is a hash to compare with or not. */
  async matches(given: string, hash: string | undefined): Promise<boolean> {
    const password = passwordText(given);
    const equal = await this.pool.run(() => bcrypt.compare(password, hash ?? this.nobodysHash));
    // bcrypt would take every lone surrogate for the same character, and a password with something behind its 72 bytes, or behind a NUL, for the password itself.
    return (
      equal &&
      hash !== undefined &&
      Buffer.byteLength(password) <= MAX_BYTES &&
      !password.includes('\0') &&
      isWellFormed(password)
    );
  }
}
