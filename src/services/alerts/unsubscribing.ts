import { AppError } from '../../helpers/errors';
import { equalInConstantTime, hmac } from '../../helpers/hashing';
import type { SettingsService } from '../accounts/settings.service';

const ID_BYTES = 16;
/** Of the HMAC: nobody guesses 128 bits. */
const MAC_BYTES = 16;

interface Dependencies {
  readonly settings: Pick<SettingsService, 'get' | 'change'>;
  /** the key of the tokens is derived from it */
  readonly secret: string;
  /** `null`: the server does not know its own address */
  readonly publicUrl: string | null;
}

/** Ends mails about unread messages for whoever has one of them, signed in or not. */
export class Unsubscribing {
  constructor(private readonly deps: Dependencies) {}

  /** What mails link to; it never expires. */
  urlFor(userId: string): string | null {
    const { publicUrl } = this.deps;
    return publicUrl === null ? null : `${publicUrl}/api/v1/unsubscribe/${this.tokenOf(userId)}`;
  }

  /** Of a token that is wrong, or an account that is gone, nothing is told. */
  async unsubscribe(token: string): Promise<void> {
    const { settings } = this.deps;
    const hex = Buffer.from(token, 'base64url')
      .toString('hex')
      .slice(0, 2 * ID_BYTES);
    const userId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (!equalInConstantTime(token, this.tokenOf(userId))) return;
    try {
      const { notifications } = await settings.get({ userId });
      if (notifications.email !== 'nothing')
        await settings.change({ userId }, { notifications: { email: 'nothing' } });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'unauthenticated')) throw error;
    }
  }

  private tokenOf(userId: string): string {
    const mac = hmac(this.deps.secret, 'unsubscribe', userId).slice(0, 2 * MAC_BYTES);
    return Buffer.from(userId.replaceAll('-', '') + mac, 'hex').toString('base64url');
  }
}
