import { errors } from './errors';
import { LAST_ID } from './ids';

/** An opaque page cursor: base64url of a JSON array of plain values. */
export function encodeCursor(...parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The last millisecond of the year 9999: what both databases can store and RFC 3339 can write. */
const LAST_MOMENT = 253_402_300_799_999;

const PARTS = {
  flag: (part: unknown) => part === 0 || part === 1,
  count: (part: unknown) => Number.isSafeInteger(part) && (part as number) >= 0,
  time: (part: unknown) =>
    Number.isSafeInteger(part) && (part as number) >= 0 && (part as number) <= LAST_MOMENT,
  text: (part: unknown) => typeof part === 'string' && part.length <= 200,
  /** a folded title: at most 255 code points */
  title: (part: unknown) => typeof part === 'string' && part.length <= 510,
  id: (part: unknown) => typeof part === 'string' && /^[0-9a-f-]{36}$/.test(part),
} as const;

/** @throws validation_failed when it is not one of ours with these kinds of parts */
export function decodeCursor(cursor: string, kinds: readonly (keyof typeof PARTS)[]): (string | number)[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(parts) &&
      parts.length === kinds.length &&
      kinds.every((kind, index) => PARTS[kind](parts[index]))
    )
      return parts as (string | number)[];
  } catch {
    // Falls through: not JSON is as wrong as other JSON.
  }
  throw errors.validationFailed([{ path: 'query.cursor', message: 'is not a cursor of this list' }]);
}

/** The id to go on behind of a list by ids, latest first. @throws validation_failed */
export const idBehind = (cursor: string | undefined): string =>
  cursor === undefined ? LAST_ID : String(decodeCursor(cursor, ['id'])[0]);

/**
 * One page, and the cursor behind it: `null` on the last one.
 * @param found one more than `limit`, if there are so many
 */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { readonly rows: Row[]; readonly nextCursor: string | null } {
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { rows, nextCursor: last ? cursorOf(last) : null };
}
