import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hmac } from './hashing';

const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96 bits, new for every text. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keeps texts from whoever reads the database alone: AES-256-GCM with a key that is derived from a secret. */
export class Seal {
  private readonly key: Buffer;

  /** @param purpose seals of different purposes do not open each other's texts */
  constructor(secret: string, purpose: string) {
    this.key = Buffer.from(hmac(secret, purpose), 'hex');
  }

  /** Base64. */
  close(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws when it was sealed with another key, or changed since */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  }
}
