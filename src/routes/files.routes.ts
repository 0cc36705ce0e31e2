import { Router } from 'express';
import { DeleteFile, GetFile, GetFileThumbnail, UploadFile } from '../contracts/files';
import { filesController } from '../controllers/files.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { receivesUpload } from '../middlewares/receives-upload';
import { signedOrAuthenticated } from '../middlewares/signed-or-authenticated';
import type { Services } from '../services/services';

/** What is attached to messages, under /files. */
export function fileRoutes(services: Services): Router {
  const { limits } = services;
  const files = filesController(services);
  const signedIn = authenticated(services.accounts.sessions);
  const reader = signedOrAuthenticated(services.accounts.sessions);
  const router = Router();
  router.post('/', signedIn, limit(limits, 'upload'), receivesUpload(UploadFile, services), files.upload);
  router.get('/:fileId', limit(limits, 'file'), reader, accepts(GetFile), files.content);
  router.get('/:fileId/thumbnail', limit(limits, 'file'), reader, accepts(GetFileThumbnail), files.thumbnail);
  router.delete('/:fileId', signedIn, limit(limits, 'request'), accepts(DeleteFile), files.remove);
  return router;
}
