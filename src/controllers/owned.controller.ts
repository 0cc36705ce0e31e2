import type { RequestHandler } from 'express';
import { KINDS } from '../contracts/kinds';
import type { inviteOperations } from '../contracts/invites';
import type { ownedOperations } from '../contracts/owned-operations';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import { receivedFile } from '../middlewares/receives-file';
import type { OwnedKind } from '../services/conversations/places';
import type { Services } from '../services/services';

type Contracts = ReturnType<typeof ownedOperations<OwnedKind>> & {
  readonly invites: ReturnType<typeof inviteOperations<OwnedKind>>;
};

/** The picture, the invites and the end of a group or a channel. */
export function ownedController(
  { deletion, picture, invites }: Services,
  kind: OwnedKind,
  contracts: Contracts,
) {
  const { idKey } = KINDS[kind];

  const remove: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.remove, response);
    await deletion.delete(caller(response), kind, params[idKey]);
    response.status(204).end();
  };

  const changeAvatar: RequestHandler = async (request, response) => {
    const { params } = input(contracts.changeAvatar, response);
    response.json(await picture.change(caller(response), kind, params[idKey], receivedFile(request)));
  };

  const removeAvatar: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.removeAvatar, response);
    await picture.remove(caller(response), kind, params[idKey]);
    response.status(204).end();
  };

  const list: RequestHandler = async (_request, response) => {
    const { params, query } = input(contracts.invites.list, response);
    response.json(await invites.list(caller(response), kind, params[idKey], query));
  };

  const createInvite: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.invites.create, response);
    response.status(201).json(await invites.create(caller(response), kind, params[idKey], body));
  };

  const revokeInvite: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.invites.revoke, response);
    await invites.revoke(caller(response), kind, params[idKey], params.inviteId);
    response.status(204).end();
  };

  return { remove, changeAvatar, removeAvatar, invites: list, createInvite, revokeInvite };
}
