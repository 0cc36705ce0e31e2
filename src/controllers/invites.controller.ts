import type { RequestHandler } from 'express';
import { AcceptInvite, PreviewInvite } from '../contracts/invites';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { Services } from '../services/services';

/** The door that an invite opens. */
export function invitesController({ entrance }: Pick<Services, 'entrance'>) {
  const preview: RequestHandler = async (_request, response) => {
    const { params } = input(PreviewInvite, response);
    response.json(await entrance.preview(caller(response), params.token));
  };

  const accept: RequestHandler = async (_request, response) => {
    const { params } = input(AcceptInvite, response);
    response.json(await entrance.accept(caller(response), params.token));
  };

  return { preview, accept };
}
