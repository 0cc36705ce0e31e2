import { Secret, TOTP } from 'otpauth';

/** RFC 6238, 5.2, and what every authenticator app takes. */
const PERIOD_SECONDS = 30;
/** RFC 4226, 4: 160 bits. */
const SECRET_BYTES = 20;
/** Steps that a clock may be off, each way. */
const WINDOW = 1;

const generatorOf = (secret: string, names: { readonly issuer?: string; readonly label?: string } = {}) =>
  new TOTP({
    ...names,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  });

/** Base32. */
export const newSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** What authenticator apps read from a QR code. */
export const otpauthUrl = (
  secret: string,
  names: { readonly issuer: string; readonly label: string },
): string => generatorOf(secret, names).toString();

/** The time step that six digits are of, at most one away from `now`; `null` when they are of none. Compares in constant time. */
export function stepOf(secret: string, digits: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = generatorOf(secret).validate({ token: digits, timestamp, window: WINDOW });
  return delta === null ? null : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}
