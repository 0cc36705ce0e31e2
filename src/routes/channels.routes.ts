import { Router } from 'express';
import {
  AddChannelAdmin,
  ChangeChannel,
  CreateChannel,
  FollowChannel,
  GetChannel,
  GetChannelByHandle,
  ListChannels,
  ListFollowers,
  RemoveChannelAdmin,
  UnfollowChannel,
} from '../contracts/channels';
import { channelsController } from '../controllers/channels.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';
import { messageRoutes } from './messages.routes';
import { ownedRoutes } from './owned.routes';

/** Channels, their followers and posts, under /channels. */
export function channelRoutes(services: Services): Router {
  const { limits } = services;
  const channels = channelsController(services);
  const membership = limit(limits, 'membership');
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'createChannel'), accepts(CreateChannel), channels.create);
  router.get('/', limit(limits, 'search'), accepts(ListChannels), channels.list);
  router.get('/@:handle', accepts(GetChannelByHandle), channels.getByHandle);
  router.get('/:channelId', accepts(GetChannel), channels.get);
  router.patch('/:channelId', membership, accepts(ChangeChannel), channels.change);
  router.put('/:channelId/follow', membership, accepts(FollowChannel), channels.follow);
  router.delete('/:channelId/follow', membership, accepts(UnfollowChannel), channels.unfollow);
  router.get('/:channelId/followers', accepts(ListFollowers), channels.followers);
  router.put('/:channelId/admins/:userId', membership, accepts(AddChannelAdmin), channels.addAdmin);
  router.delete('/:channelId/admins/:userId', membership, accepts(RemoveChannelAdmin), channels.removeAdmin);
  router.use('/:channelId', ownedRoutes(services, 'channel'));
  router.use('/:channelId', messageRoutes(services, 'channel'));
  return router;
}
