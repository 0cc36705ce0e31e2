import type { RequestHandler } from 'express';
import { SearchMessages } from '../contracts/search';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function searchController({ search }: Services) {
  const messages: RequestHandler = async (_request, response) => {
    const { query } = input(SearchMessages, response);
    response.json(await search.messages(caller(response), query));
  };

  return { messages };
}
