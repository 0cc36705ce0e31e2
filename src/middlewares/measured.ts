import type { RequestHandler } from 'express';
import type { Services } from '../services/services';
import { routeTemplate } from './route-template';

/** Tells metrics and traces of every request when it has ended. */
export function measured({ metrics, tracing, config }: Services): RequestHandler {
  const callersAreTrusted = config.trustProxy !== false;
  return (request, response, next) => {
    const startedAt = performance.now();
    response.on('close', () => {
      const ended = {
        method: request.method,
        route: routeTemplate(request.method, request.originalUrl.split('?', 1)[0] ?? ''),
        status: response.writableFinished ? response.statusCode : null,
        seconds: (performance.now() - startedAt) / 1000,
      };
      metrics.requestEnded(ended);
      const { traceparent } = request.headers;
      tracing?.requestEnded(
        ended,
        callersAreTrusted && typeof traceparent === 'string' ? traceparent : undefined,
      );
    });
    next();
  };
}
