import { Seal } from '../../helpers/sealing';
import type { Mail } from './mails';
import { PermanentFailure, type SealedMail } from './outbox.jobs';

/** Seals mails that hold a code: a copy of the database, or of its backups, must not give away what only the mailbox may know. */
export class MailSeal {
  private readonly seal: Seal;

  /** @param secret the refresh tokens' one; the key is derived from it */
  constructor(secret: string) {
    this.seal = new Seal(secret, 'outbox');
  }

  close({ text, ...mail }: Mail): SealedMail {
    return { ...mail, sealedText: this.seal.close(text) };
  }

  /** @throws PermanentFailure when the secret has changed since: so have those that its code is checked with */
  open({ sealedText, ...mail }: SealedMail): Mail {
    try {
      return { ...mail, text: this.seal.open(sealedText) };
    } catch {
      throw new PermanentFailure('it was sealed with another secret');
    }
  }
}
