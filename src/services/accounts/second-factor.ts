import type { Db } from '../../database/database';
import { errors } from '../../helpers/errors';
import { Seal } from '../../helpers/sealing';
import type { Limits } from '../limits/limits';
import { recoveryCodeUsedMail } from '../notifications/mails';
import { enqueue } from '../notifications/outbox.queries';
import { countingWrong, type Counter } from './guesses';
import type { Origin } from './identity';
import { recoveryCodeHash } from './recovery-codes';
import { findSecondFactor, replaceSecondFactor, takeRecoveryCode, takeStep } from './second-factor.queries';
import { newSecret, stepOf } from './totp';

interface Owner {
  readonly id: string;
  readonly email: string;
  readonly username: string;
}

const isOfApp = (code: string): boolean => /^\d{6}$/.test(code);

/** Codes beside the password: of an authenticator app, or recovery codes. Each is right once. */
export class SecondFactor {
  private readonly seal: Seal;

  /** @param secret the refresh tokens' one; the key that secrets are sealed with is derived from it */
  constructor(
    private readonly limits: Limits,
    secret: string,
  ) {
    this.seal = new Seal(secret, 'second factor');
  }

  /** A new secret, which waits for its first code. Within a transaction that holds the person's row. @returns base32 */
  async begin(db: Db, userId: string, now: Date): Promise<string> {
    const secret = newSecret();
    await replaceSecondFactor(db, userId, this.seal.close(secret), now);
    return secret;
  }

  /**
   * Runs what takes a code, and counts it when that was wrong: by person and address, and those of the app, which can be guessed, by
   * person alone. A stranger who knows the password so shuts the app's codes out for the day, and no recovery code.
   * @throws account_locked
   */
  async counting<T>(
    userId: string,
    code: string,
    { limitKey, tell }: Origin,
    guess: () => Promise<T>,
  ): Promise<T> {
    const key = `${userId} ${limitKey}`;
    const refusal = errors.accountLocked;
    const here: Counter = { name: 'wrongSecondFactor', key, refusal, tell };
    const anywhere: Counter = { name: 'wrongSecondFactorAnywhere', key: userId, refusal, tell };
    const counters = isOfApp(code) ? [here, anywhere] : [here];
    const result = await countingWrong(this.limits, counters, ['code_invalid'], guess);
    await this.limits.forget('wrongSecondFactor', key);
    return result;
  }

  /** Uses a code up, within the transaction of what it allows; the owner is told of a recovery code. @throws code_invalid */
  async take(db: Db, { id, email, username }: Owner, code: string, now: Date): Promise<void> {
    if (isOfApp(code)) return this.takeOfApp(db, id, code, now);
    if (!(await takeRecoveryCode(db, id, recoveryCodeHash(id, code)))) throw errors.codeInvalid();
    await enqueue(db, 'mail', recoveryCodeUsedMail({ to: email, username }), now);
  }

  private async takeOfApp(db: Db, userId: string, code: string, now: Date): Promise<void> {
    const factor = await findSecondFactor(db, userId);
    const secret = factor && this.opened(factor.sealedSecret);
    const step = secret ? stepOf(secret, code, now) : null;
    if (step === null || !(await takeStep(db, userId, step))) throw errors.codeInvalid();
  }

  /** `null` when it was sealed with another secret: then recovery codes are left. */
  private opened(sealed: string): string | null {
    try {
      return this.seal.open(sealed);
    } catch {
      return null;
    }
  }
}
