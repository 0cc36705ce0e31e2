import { Router } from 'express';
import { limitUnauthenticated } from '../middlewares/limit';
import type { Services } from '../services/services';
import { adminRoutes } from './admin.routes';
import { announcementRoutes } from './announcements.routes';
import { authRoutes } from './auth.routes';
import { blockRoutes } from './blocks.routes';
import { channelRoutes } from './channels.routes';
import { chatRoutes } from './chats.routes';
import { conversationRoutes } from './conversations.routes';
import { exportRoutes } from './exports.routes';
import { fileRoutes } from './files.routes';
import { groupRoutes } from './groups.routes';
import { inviteRoutes } from './invites.routes';
import { reportRoutes } from './reports.routes';
import { searchRoutes } from './search.routes';
import { syncRoutes } from './sync.routes';
import { telegramRoutes } from './telegram.routes';
import { twoFactorRoutes } from './two-factor.routes';
import { userRoutes } from './users.routes';

/** Everything under /api/v1. */
export function apiRoutes(services: Services): Router {
  const router = Router();
  router.use(limitUnauthenticated(services.limits));
  router.use('/auth', authRoutes(services));
  router.use('/users/me/two-factor', twoFactorRoutes(services));
  router.use('/users/me/telegram', telegramRoutes(services));
  router.use('/users/me/export', exportRoutes(services));
  router.use('/users', blockRoutes(services));
  router.use('/users', userRoutes(services));
  router.use('/chats', chatRoutes(services));
  router.use('/groups', groupRoutes(services));
  router.use('/channels', channelRoutes(services));
  router.use('/invites', inviteRoutes(services));
  router.use('/files', fileRoutes(services));
  router.use('/conversations', conversationRoutes(services));
  router.use('/search', searchRoutes(services));
  router.use('/sync', syncRoutes(services));
  router.use('/announcements', announcementRoutes(services));
  router.use('/reports', reportRoutes(services));
  router.use('/admin', adminRoutes(services));
  return router;
}
