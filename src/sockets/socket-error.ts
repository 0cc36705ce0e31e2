import { presentRefusal, type SocketProblem } from '../contracts/problem';
import { isPassing } from '../database/failures';
import { AppError, errors } from '../helpers/errors';
import { logFailure, type Logger } from '../helpers/logger';

/** The one place where errors become what a socket is told. Unknown ones are logged and become `internal`. */
export function socketProblem(error: unknown, logger: Logger, watch: { errorMade(): void }): SocketProblem {
  const refusal =
    error instanceof AppError
      ? error
      : isPassing(error)
        ? errors.unavailable(1, error)
        : errors.internal(error);
  if (refusal.status >= 500) watch.errorMade();
  logFailure(logger, refusal, 'socket event failed');
  return presentRefusal(refusal);
}
