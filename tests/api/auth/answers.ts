import type { Response } from 'supertest';
import { CATALOGUE, type ErrorCode } from '../../../src/helpers/errors';

/** The whole body of a refusal. */
export function problem(code: ErrorCode, more: Record<string, unknown> = {}): unknown {
  const { status, title } = CATALOGUE[code];

  return { type: 'about:blank', title, status, detail: title, code, requestId: expect.any(String), ...more };
}

/** A refusal for some seconds: the body and the header say the same. */
export function expectTooMany(answer: Response, code: ErrorCode, maxSeconds: number): void {
  expect(answer.body).toEqual(problem(code, { retryAfter: expect.any(Number) }));
  const { retryAfter } = answer.body as { retryAfter: number };
  expect(answer.get('Retry-After')).toBe(String(retryAfter));
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(maxSeconds);
}

/** Which body fields a 400 is about. */
export const wrongFields = (answer: Response): string[] =>
  (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path).sort();

export const tokens = {
  accessToken: expect.any(String),
  refreshToken: expect.any(String),
  expiresIn: 900,
} as const;

let count = 0;
/** An address nobody had before; together with a proxy it has limits of its own. */
export const newIp = (): string => `10.1.${Math.floor((count += 1) / 250)}.${count % 250}`;
/** A name nobody has. */
export const newName = (): string => `name${(count += 1)}x`;

/** A code that is surely wrong. */
export const otherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** Waits until the promise that reads it answers something true. */
export async function until<T>(what: string, look: () => Promise<T | undefined | null | false>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
