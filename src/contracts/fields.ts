import { z } from 'zod';
import { isAllVisible } from '../helpers/invisible';
import { codePoints, isWellFormed, passwordText } from '../helpers/text';
import { isReservedUsername } from './reserved-usernames';

/** C0 and C1 controls, and the separators that break lines; a newline and a tab are let through where text may have lines. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_IN_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/** One line of text for people: trimmed, without control characters. Length in code points. */
export const line = (min: number, max: number) =>
  z
    .string()
    .max(max * 4)
    .trim()
    .refine(
      (text) => !CONTROL_IN_LINE.test(text) && isWellFormed(text),
      'must not contain control characters',
    )
    .refine(
      (text) => codePoints(text) >= min && codePoints(text) <= max,
      `must have ${min} to ${max} characters`,
    )
    .meta({ minLength: min, maxLength: max });

/** Text of several lines, kept exactly as sent. Length in code points. */
export const text = (min: number, max: number) =>
  z
    .string()
    .refine(
      (value) => !CONTROL_IN_TEXT.test(value) && isWellFormed(value),
      'must not contain control characters',
    )
    .refine(
      (value) => codePoints(value) >= min && codePoints(value) <= max,
      `must have ${min} to ${max} characters`,
    )
    .meta({ minLength: min, maxLength: max });

/** Text that is not empty, nor blank. */
export const statement = (max: number) =>
  text(1, max).refine((value) => value.trim() !== '', 'must say something');

/** A lowercase UUID. */
export const Id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'must be a lowercase UUID')
  .meta({ format: 'uuid', example: '0198c0de-0000-7000-8000-000000000001' });

/** RFC 3339, UTC, milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 }).meta({ example: '2026-01-31T12:00:00.000Z' });

/** A moment that a client chooses, with any offset: after 1970, within the years that both databases and RFC 3339 can write. */
export const Moment = z.iso
  .datetime({ offset: true })
  .refine(
    (text) => Date.parse(text) >= 0 && Date.parse(text) <= 253_402_300_799_999,
    'must lie between 1970 and 9999',
  );

/** A counter or a position: signed 32-bit in the database. */
export const Counter = z.int().min(0).max(2_147_483_647);

/** The same, as a query parameter. */
export const CounterQuery = z.coerce.number().int().min(0).max(2_147_483_647);

export const Limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(100)
  .default(50)
  .meta({ description: 'items a page' });

export const Email = z.email('must be an e-mail address').max(254).meta({ example: 'ada@example.com' });

export const Username = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{1,30})[A-Za-z0-9]$/,
    'must have 3 to 32 letters, digits, _ . or -, and begin and end with a letter or digit',
  )
  .refine((username) => !isReservedUsername(username), 'is reserved')
  .meta({ example: 'ada' });

/** A channel's name in addresses: `/channels/@news`. */
export const GivenHandle = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_]{1,30}[A-Za-z0-9]$/,
    'must have 3 to 32 letters, digits or _, and begin and end with a letter or digit',
  )
  .meta({ example: 'news' });

export const Handle = GivenHandle.refine((handle) => !isReservedUsername(handle), 'is reserved').meta({
  example: 'news',
});

/** bcrypt reads 72 bytes; what it would cut off is refused. Counted as it is hashed. */
export const NewPassword = z
  .string()
  .refine((value) => codePoints(passwordText(value)) >= 8, 'must have at least 8 characters')
  .refine((value) => Buffer.byteLength(passwordText(value)) <= 72, 'must have at most 72 bytes')
  .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
  .refine(isWellFormed, 'must be well-formed Unicode')
  .meta({ format: 'password', minLength: 8, maxLength: 72, example: 'correct horse battery' });

/** A password that somebody claims to have: any text, so that a wrong one is wrong and not malformed. */
export const GivenPassword = z
  .string()
  .min(1)
  .max(1024)
  .meta({ format: 'password', example: 'correct horse battery' });

export const OneTimeCode = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .meta({ example: '123456' });

/** A code of an authenticator app, or a recovery code, however it is grouped. */
export const SecondFactorCode = z
  .string()
  .max(64)
  .transform((value) => value.replace(/[\s-]/g, '').toLowerCase())
  .pipe(z.string().regex(/^(?:\d{6}|[a-z2-7]{16})$/, 'must be six digits, or a recovery code'))
  .meta({ example: '123456', description: 'a code of the authenticator app, or a recovery code' });

export const DisplayName = line(1, 64)
  .refine(isAllVisible, 'must not contain invisible characters')
  .meta({ minLength: 1, maxLength: 64 });
export const Bio = text(0, 500);

/** Of a group or channel. */
export const Title = line(1, 128)
  .refine(isAllVisible, 'must not contain invisible characters')
  .meta({ minLength: 1, maxLength: 128 });
export const Description = text(0, 1000);

/** The query of a list that is read page by page. */
export const Paging = z.strictObject({ limit: Limit, cursor: z.string().max(200).optional() });

/** `{ items, nextCursor }`: the cursor is opaque, `null` on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
