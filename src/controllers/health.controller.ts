import type { RequestHandler } from 'express';
import type { Services } from '../services/services';

export function healthController({ health }: Services) {
  const live: RequestHandler = (_request, response) => {
    response.json({ status: 'ok' });
  };

  const ready: RequestHandler = async (_request, response) => {
    const { ready, checks } = await health.readiness();
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable', checks });
  };

  return { live, ready };
}
