import type { RequestHandler } from 'express';
import morgan from 'morgan';
import type { Logger } from '../helpers/logger';

/** Paths only: a query string may hold what was searched for, and what follows here is as good as a key. */
const pathOf = (url: string): string =>
  (url.split('?', 1)[0] ?? url).replace(/(\/(?:invites|unsubscribe)(?:\/|%2f)+)[^/]+/i, '$1[redacted]');

/** One line per request: morgan's short ones in development, JSON with the request id elsewhere. */
export function requestLog(logger: Logger, development: boolean): RequestHandler {
  if (development) {
    morgan.token('path', (request) =>
      pathOf((request as { originalUrl?: string }).originalUrl ?? request.url ?? ''),
    );
    return morgan(':method :path :status :response-time ms', {
      stream: { write: (line) => logger.info(line.trimEnd()) },
    });
  }
  return (request, response, next) => {
    const startedAt = performance.now();
    response.on('finish', () => {
      logger.info(
        {
          requestId: String(response.locals.requestId),
          method: request.method,
          path: pathOf(request.originalUrl),
          status: response.statusCode,
          ms: Math.round(performance.now() - startedAt),
        },
        'request',
      );
    });
    next();
  };
}
