import { equalInConstantTime, hmac, sixDigitCode } from '../../helpers/hashing';

export const CODE_LIFETIME_MINUTES = 10;
/** Guesses at one code. */
export const MAX_CODE_TRIES = 5;

export type CodePurpose = 'sign_up' | 'password_reset' | 'email_change';

/** Makes codes, and the hashes that are stored of them: without the key a stolen table does not tell a million of guesses which is right. */
export class OneTimeCodes {
  private readonly key: string;

  /** @param secret the refresh tokens' one; the key is derived from it */
  constructor(secret: string) {
    this.key = hmac(secret, 'one-time codes');
  }

  /** @param rowId of the row that stores the hash: the same code elsewhere hashes differently */
  make(purpose: CodePurpose, rowId: string, now: Date): { code: string; codeHash: string; expiresAt: Date } {
    const code = sixDigitCode();
    return {
      code,
      codeHash: this.hash(purpose, rowId, code),
      expiresAt: new Date(now.getTime() + CODE_LIFETIME_MINUTES * 60_000),
    };
  }

  matches(
    purpose: CodePurpose,
    row: { readonly id: string; readonly codeHash: string },
    code: string,
  ): boolean {
    return equalInConstantTime(this.hash(purpose, row.id, code), row.codeHash);
  }

  private hash(purpose: CodePurpose, rowId: string, code: string): string {
    return hmac(this.key, purpose, rowId, code);
  }
}
