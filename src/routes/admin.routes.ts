import { Router } from 'express';
import { ListAuditLog } from '../contracts/audit';
import { auditLogController } from '../controllers/audit-log.controller';
import { accepts } from '../middlewares/accepts';
import { adminsOnly } from '../middlewares/admins-only';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { secondFactorOfAdmins } from '../middlewares/second-factor-of-admins';
import type { Services } from '../services/services';

/** What admins do, under /admin. */
export function adminRoutes(services: Services): Router {
  const auditLog = auditLogController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(services.limits, 'request'), adminsOnly);
  router.use(secondFactorOfAdmins(services));
  router.get('/audit-log', accepts(ListAuditLog), auditLog.list);
  return router;
}
