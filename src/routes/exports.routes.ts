import { Router } from 'express';
import { AskExport, DownloadExport, GetExport } from '../contracts/exports';
import { exportsController } from '../controllers/exports.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';

/** Everything of the caller's, under /users/me/export. */
export function exportRoutes({
  accounts,
  limits,
  exports: all,
}: Pick<Services, 'accounts' | 'limits' | 'exports'>): Router {
  const exports = exportsController({ exports: all });
  const router = Router();
  router.use(authenticated(accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'ownPassword'), accepts(AskExport), exports.ask);
  router.get('/:exportId', accepts(GetExport), exports.get);
  router.get('/:exportId/download', limit(limits, 'file'), accepts(DownloadExport), exports.download);
  return router;
}
