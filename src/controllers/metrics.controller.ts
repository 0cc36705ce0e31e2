import type { RequestHandler } from 'express';
import type { Services } from '../services/services';

export function metricsController({ metrics }: Pick<Services, 'metrics'>) {
  const scrape: RequestHandler = async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  };

  return { scrape };
}
