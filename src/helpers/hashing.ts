import { createHash, createHmac, hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

export function sha256(text: string): string {
  return hash('sha256', text);
}

/** HMAC-SHA-256 over length-prefixed parts, so that ('ab','c') and ('a','bc') differ. Hex. */
export function hmac(secret: string, ...parts: readonly (string | number)[]): string {
  const mac = createHmac('sha256', secret);
  for (const part of parts) mac.update(`${String(part).length}:${part}`);
  return mac.digest('hex');
}

/** Compares in a time that does not tell where two strings differ. */
export function equalInConstantTime(left: string, right: string): boolean {
  const a = createHash('sha256').update(left).digest();
  const b = createHash('sha256').update(right).digest();
  return timingSafeEqual(a, b);
}

/** 128 bits from the system's random source, hex: nobody guesses one. */
export function randomKey(): string {
  return randomBytes(16).toString('hex');
}

/** The same, base64url: for links. */
export function randomToken(): string {
  return randomBytes(16).toString('base64url');
}

/** Six digits from the system's random source, every one of the million equally likely. */
export function sixDigitCode(): string {
  return randomInt(0, 1_000_000).toString().padStart(6, '0');
}
