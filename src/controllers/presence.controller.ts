import type { RequestHandler } from 'express';
import { GetPresence } from '../contracts/users';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function presenceController({ presence }: Pick<Services, 'presence'>) {
  const list: RequestHandler = async (_request, response) => {
    const { query } = input(GetPresence, response);
    response.json({ items: await presence.of(caller(response), query.ids) });
  };

  return { list };
}
