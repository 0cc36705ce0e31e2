import type { RequestHandler } from 'express';
import { GetAvatar } from '../contracts/account';
import { input } from '../middlewares/accepts';
import type { Services } from '../services/services';

const A_YEAR_SECONDS = 365 * 86_400;

export function avatarsController({ avatars }: Pick<Services, 'avatars'>) {
  /** Pages of other origins may show it, and nobody need ask twice: its address never shows anything else. */
  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetAvatar, response);
    const picture = await avatars.read(params.file);
    response.set('Cache-Control', `public, max-age=${A_YEAR_SECONDS}, immutable`);
    response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    response.set('X-Content-Type-Options', 'nosniff');
    response.type('image/webp').send(picture);
  };

  return { get };
}
