import type { RequestHandler } from 'express';
import { ListMadeAnnouncements, MakeAnnouncement } from '../contracts/announcements';
import { input } from '../middlewares/accepts';
import { actingAdmin } from '../middlewares/admins-only';
import type { Services } from '../services/services';

export function announcementsController({ announcements }: Pick<Services, 'announcements'>) {
  const make: RequestHandler = async (request, response) => {
    const { body } = input(MakeAnnouncement, response);
    response.status(202).json(await announcements.make(actingAdmin(request, response), body));
  };

  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListMadeAnnouncements, response);
    response.json(await announcements.list(query));
  };

  const recent: RequestHandler = async (_request, response) => {
    response.json({ items: await announcements.recent() });
  };

  return { make, list, recent };
}
