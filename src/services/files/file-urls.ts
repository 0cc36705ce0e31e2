import { createHmac, hkdfSync } from 'node:crypto';
import { equalInConstantTime } from '../../helpers/hashing';
import type { FilePart } from './file';

const HOUR_SECONDS = 3_600;

let key: Buffer | undefined;

/** Told once, when the server is wired: the addresses of files are signed with a key of their own that is derived from this secret (RFC 5869). */
export function signFilesWith(secret: string): void {
  key = Buffer.from(hkdfSync('sha256', secret, '', 'addresses of files', 32));
}

function signatureOf(fileId: string, part: FilePart, expires: number): string {
  if (!key) throw new Error('the secret of the addresses of files is not told yet');
  return createHmac('sha256', key).update(`${part}:${fileId}:${expires}`).digest('base64url');
}

/** Seconds since 1970: one hour ahead at least and two at most, the same for everybody within an hour, so that caches can share. */
export const expiryAt = (now: Date): number =>
  (Math.floor(now.getTime() / 1000 / HOUR_SECONDS) + 2) * HOUR_SECONDS;

const PATHS: Readonly<Record<FilePart, string>> = { content: '', thumbnail: '/thumbnail' };

/** Where somebody who has the address may read a file until it expires. */
export function signedUrlOf(fileId: string, part: FilePart, now: Date): string {
  const expires = expiryAt(now);
  return `/api/v1/files/${fileId}${PATHS[part]}?expires=${expires}&signature=${signatureOf(fileId, part, expires)}`;
}

/** What a signed address says. */
export interface Signed {
  readonly expires: number;
  readonly signature: string;
}

/** Whether an address was signed for this and has not expired. */
export function isSignedFor(fileId: string, part: FilePart, signed: Signed, now: Date): boolean {
  return (
    signed.expires * 1000 > now.getTime() &&
    equalInConstantTime(signed.signature, signatureOf(fileId, part, signed.expires))
  );
}
