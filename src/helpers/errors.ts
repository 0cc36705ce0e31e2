/** The catalogue: every stable `code`, its HTTP status and what it says when nothing better is known. */
export const CATALOGUE = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  invalid_credentials: { status: 401, title: 'Login or password is wrong' },
  token_expired: { status: 401, title: 'The token has expired' },
  two_factor_required: { status: 401, title: 'A code of the second factor is needed, too' },
  token_reused: { status: 401, title: 'The refresh token was used before; the session has ended' },
  forbidden: { status: 403, title: 'You may not do this' },
  two_factor_not_set_up: { status: 403, title: 'Switch two-factor on before you do this' },
  account_suspended: { status: 403, title: 'The account is suspended' },
  blocked: { status: 403, title: 'One of you has blocked the other' },
  not_found: { status: 404, title: 'There is no such thing here' },
  conflict: { status: 409, title: 'This conflicts with what is there' },
  username_taken: { status: 409, title: 'The username is taken' },
  handle_taken: { status: 409, title: 'The handle is taken' },
  idempotency_mismatch: { status: 409, title: 'This clientMessageId was used for a different message' },
  gone: { status: 410, title: 'This was here and is not any more' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  quota_exceeded: { status: 413, title: 'Your files take up all the room you have' },
  unsupported_media_type: { status: 415, title: 'This kind of content is not supported' },
  edit_window_closed: { status: 422, title: 'It is too late to edit this message' },
  code_expired: { status: 422, title: 'The code has expired; ask for a new one' },
  code_invalid: { status: 422, title: 'The code is wrong' },
  limit_reached: { status: 422, title: 'There may be no more of these' },
  rate_limited: { status: 429, title: 'Too many requests' },
  slow_mode: { status: 429, title: 'Slow mode is on; wait before the next message' },
  account_locked: { status: 429, title: 'Too many wrong passwords or codes; wait before the next try' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service is not available for the moment' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof CATALOGUE;

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

interface Details {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A refusal that clients can act on. Rendered at one place per door. */
export class AppError extends Error {
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    { detail, errors, retryAfterSeconds, cause }: Details = {},
  ) {
    super(detail ?? CATALOGUE[code].title, { cause });
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }

  get title(): string {
    return CATALOGUE[this.code].title;
  }
}

/** Thrown by name: `throw errors.notFound('chat')`. */
export const errors = {
  validationFailed: (fields: readonly FieldError[]) => new AppError('validation_failed', { errors: fields }),
  unauthenticated: (detail?: string) => new AppError('unauthenticated', { detail }),
  invalidCredentials: () => new AppError('invalid_credentials'),
  twoFactorRequired: () => new AppError('two_factor_required'),
  twoFactorNotSetUp: () => new AppError('two_factor_not_set_up'),
  tokenExpired: () => new AppError('token_expired'),
  tokenReused: () => new AppError('token_reused'),
  forbidden: (detail?: string) => new AppError('forbidden', { detail }),
  /** What the person is told. `until`: seconds left, and when that is; `null`: until it is lifted. */
  accountSuspended: (reason: string, until: { readonly at: Date; readonly seconds: number } | null) =>
    new AppError('account_suspended', {
      detail: `The account is suspended${until ? ` until ${until.at.toISOString()}` : ''}: ${reason}`,
      ...(until && { retryAfterSeconds: until.seconds }),
    }),
  blocked: () => new AppError('blocked'),
  notFound: (what: string) => new AppError('not_found', { detail: `There is no such ${what} here` }),
  conflict: (detail: string, fields?: readonly FieldError[]) =>
    new AppError('conflict', { detail, errors: fields }),
  usernameTaken: () => new AppError('username_taken'),
  handleTaken: () => new AppError('handle_taken'),
  idempotencyMismatch: () => new AppError('idempotency_mismatch'),
  gone: (detail: string) => new AppError('gone', { detail }),
  payloadTooLarge: () => new AppError('payload_too_large'),
  quotaExceeded: () => new AppError('quota_exceeded'),
  unsupportedMediaType: (detail?: string) => new AppError('unsupported_media_type', { detail }),
  editWindowClosed: () => new AppError('edit_window_closed'),
  codeExpired: () => new AppError('code_expired'),
  codeInvalid: () => new AppError('code_invalid'),
  limitReached: (detail: string) => new AppError('limit_reached', { detail }),
  rateLimited: (retryAfterSeconds: number) => new AppError('rate_limited', { retryAfterSeconds }),
  slowMode: (retryAfterSeconds: number) => new AppError('slow_mode', { retryAfterSeconds }),
  accountLocked: (retryAfterSeconds: number) => new AppError('account_locked', { retryAfterSeconds }),
  internal: (cause: unknown) => new AppError('internal', { cause }),
  unavailable: (retryAfterSeconds: number, cause?: unknown) =>
    new AppError('unavailable', { retryAfterSeconds, cause }),
};
