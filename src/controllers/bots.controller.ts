import type { RequestHandler } from 'express';
import { ChangeBotToken, CreateBot, DeleteBot, ListBots } from '../contracts/bots';
import { input } from '../middlewares/accepts';
import { actingAdmin } from '../middlewares/admins-only';
import type { Services } from '../services/services';

export function botsController({ bots }: Pick<Services, 'bots'>) {
  const list: RequestHandler = async (_request, response) => {
    response.json(await bots.list(input(ListBots, response).query));
  };

  const create: RequestHandler = async (request, response) => {
    const { body } = input(CreateBot, response);
    response.status(201).json(await bots.create(actingAdmin(request, response), body));
  };

  const changeToken: RequestHandler = async (request, response) => {
    const { params } = input(ChangeBotToken, response);
    response.json(await bots.changeToken(actingAdmin(request, response), params.botId));
  };

  const remove: RequestHandler = async (request, response) => {
    const { params } = input(DeleteBot, response);
    await bots.delete(actingAdmin(request, response), params.botId);
    response.status(204).end();
  };

  return { list, create, changeToken, remove };
}
