import { Router } from 'express';
import {
  AddMembers,
  ChangeGroup,
  ChangeMember,
  CreateGroup,
  GetGroup,
  ListGroups,
  ListMembers,
  RemoveMember,
} from '../contracts/groups';
import { groupsController } from '../controllers/groups.controller';
import { accepts } from '../middlewares/accepts';
import { authenticated } from '../middlewares/authenticated';
import { limit } from '../middlewares/limit';
import type { Services } from '../services/services';
import { messageRoutes } from './messages.routes';
import { ownedRoutes } from './owned.routes';

/** Groups, their members and messages, under /groups. */
export function groupRoutes(services: Services): Router {
  const { limits } = services;
  const groups = groupsController(services);
  const membership = limit(limits, 'membership');
  const router = Router();
  router.use(authenticated(services.accounts.sessions), limit(limits, 'request'));
  router.post('/', limit(limits, 'createGroup'), accepts(CreateGroup), groups.create);
  router.get('/', accepts(ListGroups), groups.list);
  router.get('/:groupId', accepts(GetGroup), groups.get);
  router.patch('/:groupId', membership, accepts(ChangeGroup), groups.change);
  router.get('/:groupId/members', accepts(ListMembers), groups.listMembers);
  router.post('/:groupId/members', membership, accepts(AddMembers), groups.addMembers);
  router.patch('/:groupId/members/:userId', membership, accepts(ChangeMember), groups.changeMember);
  router.delete('/:groupId/members/:userId', membership, accepts(RemoveMember), groups.removeMember);
  router.use('/:groupId', ownedRoutes(services, 'group'));
  router.use('/:groupId', messageRoutes(services, 'group'));
  return router;
}
