import type { RequestHandler } from 'express';
import type { Services } from '../services/services';

export function statisticsController({ statistics }: Pick<Services, 'statistics'>) {
  const get: RequestHandler = async (_request, response) => {
    response.json(await statistics.latest());
  };
  return { get };
}
