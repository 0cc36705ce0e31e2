import type { RequestHandler } from 'express';
import { Unsubscribe } from '../contracts/unsubscribing';
import { input } from '../middlewares/accepts';
import type { Services } from '../services/services';

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1>${body}</html>`;

const QUESTION = page(
  'Mails about unread messages',
  '<p>They can be switched on again in the settings.</p><form method="post"><button>Send me no more of them</button></form>',
);
const DONE = page('You get no more mails', '<p>They can be switched on again in the settings.</p>');

export function unsubscribingController({ unsubscribing }: Pick<Services, 'unsubscribing'>) {
  const show: RequestHandler = (_request, response) => {
    response.type('html').send(QUESTION);
  };

  const unsubscribe: RequestHandler = async (_request, response) => {
    await unsubscribing.unsubscribe(input(Unsubscribe, response).params.token);
    response.type('html').send(DONE);
  };

  return { show, unsubscribe };
}
