import type { Response } from 'supertest';
import { createLogger, type Logger } from '../../src/helpers/logger';

/** The log of every server of this file, and every token, code and password it has used. */
const lines: string[] = [];
const secrets = new Set<string>();

/** Keeps all that is logged, down to the least. */
export function watchedLogger(): Logger {
  return createLogger('trace', false, { write: (line) => void lines.push(line) });
}

/** What another process has printed. */
export function watchOutput(text: string): void {
  lines.push(text);
}

const SECRET_FIELDS = /password|token|secret|^code$|^recoveryCodes$/i;
const isCode = (text: string): boolean => /^\d{6}$|^[\w]+(-[\w]+)+$/.test(text);

function rememberIn(value: unknown, field = ''): void {
  if (Array.isArray(value)) for (const item of value) rememberIn(item, field);
  // The bytes of files are no fields.
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    for (const [name, inner] of Object.entries(value)) rememberIn(inner, name);
  else if (typeof value === 'string') {
    const signature = /[?&]signature=([^&]+)/.exec(value)?.[1];
    if (signature) secrets.add(signature);
    if (SECRET_FIELDS.test(field) && (field === 'code' ? isCode(value) : value.length >= 8))
      secrets.add(value);
  }
}

/** The secrets of a request and of its answer. */
export function rememberSecrets(response: Response): void {
  const { _data: sent, header } = response.request as unknown as {
    _data?: unknown;
    header: Record<string, string>;
  };
  rememberIn(sent);
  rememberIn(response.body);
  for (const token of /^Bearer (.{8,})$/.exec(header.Authorization ?? '')?.slice(1) ?? []) secrets.add(token);
}

/** The codes of a mail. */
export function rememberMail(text: string): void {
  for (const code of text.match(/^\d{6}$/gm) ?? []) secrets.add(code);
}

/** Every secret that the log has, as a word of its own; a number that a code is by chance (a port, a size) is none. */
export function secretsInTheLog(): string[] {
  const text = lines.join('').replaceAll(/":\d+(?=[,}])/g, '":0');
  const words = new Set(text.split(/[^\w.+-]+/));
  return [...secrets].filter((secret) =>
    /^[\w.+-]+$/.test(secret) ? words.has(secret) : text.includes(secret),
  );
}
