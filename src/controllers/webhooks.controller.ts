import type { RequestHandler } from 'express';
import {
  ChangeWebhook,
  CreateWebhook,
  DeleteWebhook,
  ListWebhookDeliveries,
  ReplayWebhookDelivery,
} from '../contracts/webhooks';
import { input } from '../middlewares/accepts';
import { actingAdmin } from '../middlewares/admins-only';
import type { Services } from '../services/services';

export function webhooksController({ webhooks }: Pick<Services, 'webhooks'>) {
  const list: RequestHandler = async (_request, response) => {
    response.json({ items: await webhooks.list() });
  };

  const create: RequestHandler = async (request, response) => {
    const { body } = input(CreateWebhook, response);
    response.status(201).json(await webhooks.create(actingAdmin(request, response), body));
  };

  const change: RequestHandler = async (request, response) => {
    const { params, body } = input(ChangeWebhook, response);
    response.json(await webhooks.change(actingAdmin(request, response), params.webhookId, body));
  };

  const remove: RequestHandler = async (request, response) => {
    const { params } = input(DeleteWebhook, response);
    await webhooks.delete(actingAdmin(request, response), params.webhookId);
    response.status(204).end();
  };

  const deliveries: RequestHandler = async (_request, response) => {
    const { params, query } = input(ListWebhookDeliveries, response);
    response.json(await webhooks.deliveries(params.webhookId, query));
  };

  const replay: RequestHandler = async (request, response) => {
    const { params } = input(ReplayWebhookDelivery, response);
    const admin = actingAdmin(request, response);
    response.status(202).json(await webhooks.replay(admin, params.webhookId, params.deliveryId));
  };

  return { list, create, change, remove, deliveries, replay };
}
