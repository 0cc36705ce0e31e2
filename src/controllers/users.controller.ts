import type { RequestHandler } from 'express';
import { ChangeMe, GetUser, SearchUsers } from '../contracts/users';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

export function usersController({ accounts, presence }: Pick<Services, 'accounts' | 'presence'>) {
  const { profiles } = accounts;

  const me: RequestHandler = async (_request, response) => {
    response.json(await profiles.me(caller(response)));
  };

  const changeMe: RequestHandler = async (_request, response) => {
    const { body } = input(ChangeMe, response);
    response.json(await profiles.change(caller(response), body));
  };

  const search: RequestHandler = async (_request, response) => {
    const { query } = input(SearchUsers, response);
    response.json(await profiles.search(query));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetUser, response);
    response.json(await presence.addTo(caller(response), await profiles.get(params.userId)));
  };

  return { me, changeMe, search, get };
}
