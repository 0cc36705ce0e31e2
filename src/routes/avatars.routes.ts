import { Router } from 'express';
import { GetAvatar } from '../contracts/account';
import { avatarsController } from '../controllers/avatars.controller';
import { accepts } from '../middlewares/accepts';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** Pictures of people, for everybody, under /avatars. */
export function avatarRoutes({ avatars, limits }: Pick<Services, 'avatars' | 'limits'>): Router {
  const pictures = avatarsController({ avatars });
  const router = Router();
  router.get('/:file', limit(limits, 'avatar'), accepts(GetAvatar), pictures.get);
  return router;
}
