import { Router } from 'express';
import { inviteOperations } from '../contracts/invites';
import { peopleOperations } from '../contracts/members';
import { ownedOperations } from '../contracts/owned-operations';
import { ownedController } from '../controllers/owned.controller';
import { peopleController } from '../controllers/people.controller';
import { accepts } from '../middlewares/accepts';
import { limit } from '../middlewares/limit';
import { receivesFile } from '../middlewares/receives-file';
import type { OwnedKind } from '../services/conversations/places';
import type { Services } from '../services/services';

/** What is the same for groups and channels, under the path of one of them; who asks is known. */
export function ownedRoutes(services: Services, kind: OwnedKind): Router {
  const { limits } = services;
  const contracts = {
    ...ownedOperations<OwnedKind>(kind),
    people: peopleOperations<OwnedKind>(kind),
    invites: inviteOperations<OwnedKind>(kind),
  };
  const owned = ownedController(services, kind, contracts);
  const people = peopleController(services, kind, contracts.people);
  const router = Router({ mergeParams: true });
  router.delete('/', limit(limits, 'membership'), accepts(contracts.remove), owned.remove);
  router.put(
    '/avatar',
    limit(limits, 'changeAvatar'),
    accepts(contracts.changeAvatar),
    receivesFile(contracts.changeAvatar),
    owned.changeAvatar,
  );
  router.delete('/avatar', limit(limits, 'membership'), accepts(contracts.removeAvatar), owned.removeAvatar);
  router.put('/owner', limit(limits, 'membership'), accepts(contracts.people.transfer), people.transfer);
  router.get('/bans', accepts(contracts.people.bans), people.bans);
  router.put('/bans/:userId', limit(limits, 'membership'), accepts(contracts.people.ban), people.ban);
  router.delete('/bans/:userId', limit(limits, 'membership'), accepts(contracts.people.unban), people.unban);
  router.get('/invites', accepts(contracts.invites.list), owned.invites);
  router.post(
    '/invites',
    limit(limits, 'createInvite'),
    accepts(contracts.invites.create),
    owned.createInvite,
  );
  router.delete('/invites/:inviteId', accepts(contracts.invites.revoke), owned.revokeInvite);
  return router;
}
