/** What went wrong, in words that hold on both databases and for Prisma's errors as for the driver's. */
export type Failure = 'unique' | 'contention' | 'unavailable' | 'other';

interface Shape {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly fatal?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: unknown } };
}

/** Prisma codes: https://www.prisma.io/docs/orm/reference/error-reference */
const BY_PRISMA_CODE: Record<string, Failure> = {
  P2002: 'unique',
  P2034: 'contention',
  P1001: 'unavailable',
  P1002: 'unavailable',
  P1008: 'unavailable',
  P1017: 'unavailable',
  P2024: 'unavailable',
  P2028: 'unavailable',
  P2037: 'unavailable',
};

/** Server error numbers: https://mariadb.com/kb/en/mariadb-error-code-reference/ */
const BY_ERRNO: Record<number, Failure> = {
  1062: 'unique',
  1205: 'contention',
  1213: 'contention',
  1020: 'contention',
  3572: 'contention',
  1040: 'unavailable',
  1047: 'unavailable',
  1053: 'unavailable',
  1152: 'unavailable',
  1158: 'unavailable',
  1159: 'unavailable',
  1160: 'unavailable',
  1161: 'unavailable',
  1203: 'unavailable',
  1290: 'unavailable',
  1317: 'unavailable',
  1836: 'unavailable',
  1927: 'unavailable',
  2006: 'unavailable',
  2013: 'unavailable',
  4031: 'unavailable',
};

const BY_CODE: Record<string, Failure> = {
  SQLITE_BUSY: 'contention',
  SQLITE_LOCKED: 'contention',
  SQLITE_CONSTRAINT_UNIQUE: 'unique',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EPIPE: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENOTFOUND: 'unavailable',
  EHOSTUNREACH: 'unavailable',
};

const BY_ADAPTER_KIND: Record<string, Failure> = {
  UniqueConstraintViolation: 'unique',
  TransactionWriteConflict: 'contention',
  SocketTimeout: 'unavailable',
  DatabaseNotReachable: 'unavailable',
  ConnectionClosed: 'unavailable',
  TooManyConnections: 'unavailable',
};

function classifyOne(error: Shape): Failure | undefined {
  if (typeof error.code === 'string') {
    const known = BY_PRISMA_CODE[error.code] ?? BY_CODE[error.code];
    if (known) return known;
  }
  if (typeof error.kind === 'string' && BY_ADAPTER_KIND[error.kind]) return BY_ADAPTER_KIND[error.kind];
  const number = Number(error.errno ?? (error as { code?: unknown }).code ?? error.originalCode);
  if (BY_ERRNO[number]) return BY_ERRNO[number];
  // 45xxx are the MariaDB driver's own: connection closed, timed out, pool exhausted.
  if ((number >= 45_000 && number < 46_000) || error.fatal === true) return 'unavailable';
  const text = typeof error.originalCode === 'string' ? error.originalCode : '';
  if (text.startsWith('SQLITE_BUSY')) return 'contention';
  return undefined;
}

/** Follows the chain of causes until something is recognised. */
export function classifyFailure(error: unknown): Failure {
  let current: unknown = error;
  for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth += 1) {
    const shape = current as Shape;
    const found =
      classifyOne(shape) ??
      (shape.meta?.driverAdapterError ? classifyOne(shape.meta.driverAdapterError.cause ?? {}) : undefined);
    if (found) return found;
    current = shape.cause;
  }
  return 'other';
}

export const isUniqueViolation = (error: unknown): boolean => classifyFailure(error) === 'unique';
export const isContention = (error: unknown): boolean => classifyFailure(error) === 'contention';
/** The database is away, or the locks were not to be had: the same again may succeed. */
export const isPassing = (error: unknown): boolean =>
  ['unavailable', 'contention'].includes(classifyFailure(error));
export const isUnavailable = (error: unknown): boolean => classifyFailure(error) === 'unavailable';
