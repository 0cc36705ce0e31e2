import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Problem } from '../contracts/problem';
import { isPassing } from '../database/failures';
import { AppError, errors } from '../helpers/errors';
import { logFailure, type Logger } from '../helpers/logger';

/** What body parsers and Express itself throw: https://github.com/expressjs/body-parser#errors */
function fromExpress(error: { type?: unknown; status?: unknown }): AppError | undefined {
  switch (error.type) {
    case 'entity.too.large':
      return errors.payloadTooLarge();
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return errors.unsupportedMediaType();
    case 'entity.parse.failed':
    case 'request.aborted':
    case 'request.size.invalid':
    case 'entity.verify.failed':
      return errors.validationFailed([{ path: 'body', message: 'must be valid JSON' }]);
    default:
      if (error instanceof URIError)
        return errors.validationFailed([{ path: 'path', message: 'must be well formed' }]);
      return error.status === 400
        ? errors.validationFailed([{ path: 'body', message: 'must be well formed' }])
        : undefined;
  }
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const known = fromExpress(error as { type?: unknown; status?: unknown });
  if (known) return known;
  return isPassing(error) ? errors.unavailable(1, error) : errors.internal(error);
}

function render(response: Response, error: AppError): void {
  const problem: Problem = {
    type: 'about:blank',
    title: error.title,
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId: String(response.locals.requestId),
    ...(error.errors && { errors: [...error.errors] }),
    ...(error.retryAfterSeconds !== undefined && { retryAfter: error.retryAfterSeconds }),
  };
  if (error.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(error.retryAfterSeconds));
  if (error.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.status(error.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The one place where REST errors are rendered, as RFC 9457 problems. Unknown ones are logged and become `internal`. */
export function problems(logger: Logger, watch: { errorMade(): void }): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const refusal = toAppError(error);
    response.locals.refusal = refusal.code;
    logFailure(logger, refusal, 'request failed', { requestId: String(response.locals.requestId) });
    if (refusal.status >= 500) watch.errorMade();
    if (response.headersSent) response.destroy();
    else render(response, refusal);
  };
}

/** Nothing answered: there is no such route. */
export const noSuchRoute: RequestHandler = () => {
  throw errors.notFound('route');
};
