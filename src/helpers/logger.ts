import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { AppError } from './errors';

export type { Logger };

const SECRETS = [
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'accessToken',
  'refreshToken',
  'content',
  'authorization',
  'cookie',
  'passwordHash',
  'codeHash',
  'secret',
  'sealedSecret',
  'recoveryCodes',
  'text',
  'html',
];

/**
 * The process's log: JSON lines, readable lines in development. Secrets and message texts never reach it.
 * @param sink where the JSON lines go; otherwise to standard output
 */
export function createLogger(level: string, readable: boolean, sink?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        // An error's `code` is no secret; a mailed one is six digits, and one for recovery is in groups.
        paths: [...SECRETS, 'code'].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: (value, path) =>
          path.at(-1) === 'code' && !/^\d{6}$|-/.test(String(value)) ? value : '[redacted]',
      },
    },
    readable
      ? pretty({ colorize: process.stdout.isTTY, translateTime: 'SYS:HH:MM:ss', sync: true })
      : sink,
  );
}

/** What is our fault is logged: an outage in a line, since there will be many, the unknown with its stack; what is the client's is not. */
export function logFailure(logger: Logger, refusal: AppError, what: string, context: object = {}): void {
  if (refusal.code === 'unavailable') {
    const { cause } = refusal;
    logger.warn(
      { ...context, reason: cause instanceof Error ? cause.message.slice(0, 200) : refusal.message },
      what,
    );
  } else if (refusal.status >= 500) logger.error({ ...context, err: refusal.cause ?? refusal }, what);
}
