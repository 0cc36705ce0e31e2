import { Router } from 'express';
import {
  ListAdministeredConversations,
  RemoveConversation,
  RemoveMessage,
} from '../contracts/admin-conversations';
import {
  ChangeRole,
  DeleteUser,
  EndSessions,
  GetAdministeredUser,
  LiftSuspension,
  ListAdministeredUsers,
  SuspendUser,
} from '../contracts/admin-users';
import { ListMadeAnnouncements, MakeAnnouncement } from '../contracts/announcements';
import { ListAuditLog } from '../contracts/audit';
import { ChangeBotToken, CreateBot, DeleteBot, ListBots } from '../contracts/bots';
import { GetStatistics } from '../contracts/statistics';
import {
  ChangeWebhook,
  CreateWebhook,
  DeleteWebhook,
  ListWebhookDeliveries,
  ListWebhooks,
  ReplayWebhookDelivery,
} from '../contracts/webhooks';
import { administeredConversationsController } from '../controllers/administered-conversations.controller';
import { administeredUsersController } from '../controllers/administered-users.controller';
import { GetReport, HandleReport, ListReports } from '../contracts/reports';
import { announcementsController } from '../controllers/announcements.controller';
import { auditLogController } from '../controllers/audit-log.controller';
import { botsController } from '../controllers/bots.controller';
import { statisticsController } from '../controllers/statistics.controller';
import { webhooksController } from '../controllers/webhooks.controller';
import { reportsController } from '../controllers/reports.controller';
import { accepts } from '../middlewares/accepts';
import { adminsOnly } from '../middlewares/admins-only';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import { neverStored } from '../middlewares/never-stored';
import { secondFactorOfAdmins } from '../middlewares/second-factor-of-admins';
import type { Services } from '../services/services';

/** What admins do, under /admin. */
export function adminRoutes(services: Services): Router {
  const auditLog = auditLogController(services);
  const users = administeredUsersController(services);
  const conversations = administeredConversationsController(services);
  const announcements = announcementsController(services);
  const statistics = statisticsController(services);
  const reports = reportsController(services);
  const bots = botsController(services);
  const webhooks = webhooksController(services);
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(services.limits, 'request'), adminsOnly);
  router.use(secondFactorOfAdmins(services));
  router.get('/users', accepts(ListAdministeredUsers), users.list);
  router.get('/users/:userId', accepts(GetAdministeredUser), users.get);
  router.delete('/users/:userId', accepts(DeleteUser), users.remove);
  router.put('/users/:userId/suspension', accepts(SuspendUser), users.suspend);
  router.delete('/users/:userId/suspension', accepts(LiftSuspension), users.lift);
  router.put('/users/:userId/role', accepts(ChangeRole), users.changeRole);
  router.delete('/users/:userId/sessions', accepts(EndSessions), users.endSessions);
  router.get('/conversations', accepts(ListAdministeredConversations), conversations.list);
  router.delete(
    '/conversations/:conversationId',
    accepts(RemoveConversation),
    conversations.removeConversation,
  );
  router.delete('/messages/:messageId', accepts(RemoveMessage), conversations.removeMessage);
  router.get('/announcements', accepts(ListMadeAnnouncements), announcements.list);
  router.post(
    '/announcements',
    limit(services.limits, 'announcement'),
    accepts(MakeAnnouncement),
    announcements.make,
  );
  router.get('/stats', accepts(GetStatistics), statistics.get);
  router.get('/reports', accepts(ListReports), reports.list);
  router.get('/reports/:reportId', accepts(GetReport), reports.get);
  router.patch('/reports/:reportId', accepts(HandleReport), reports.handle);
  router.get('/bots', accepts(ListBots), bots.list);
  router.post('/bots', neverStored, accepts(CreateBot), bots.create);
  router.post('/bots/:botId/token', neverStored, accepts(ChangeBotToken), bots.changeToken);
  router.delete('/bots/:botId', accepts(DeleteBot), bots.remove);
  router.get('/webhooks', accepts(ListWebhooks), webhooks.list);
  router.post('/webhooks', neverStored, accepts(CreateWebhook), webhooks.create);
  router.patch('/webhooks/:webhookId', neverStored, accepts(ChangeWebhook), webhooks.change);
  router.delete('/webhooks/:webhookId', accepts(DeleteWebhook), webhooks.remove);
  router.get('/webhooks/:webhookId/deliveries', accepts(ListWebhookDeliveries), webhooks.deliveries);
  router.post(
    '/webhooks/:webhookId/deliveries/:deliveryId/replay',
    accepts(ReplayWebhookDelivery),
    webhooks.replay,
  );
  router.get('/audit-log', accepts(ListAuditLog), auditLog.list);
  return router;
}
