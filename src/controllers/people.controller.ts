import type { RequestHandler } from 'express';
import { KINDS } from '../contracts/kinds';
import type { peopleOperations } from '../contracts/members';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import type { OwnedKind } from '../services/conversations/places';
import type { Services } from '../services/services';

/** The owner and the banned of a group or a channel. */
export function peopleController(
  { bans, ownership }: Services,
  kind: OwnedKind,
  contracts: ReturnType<typeof peopleOperations<OwnedKind>>,
) {
  const { idKey } = KINDS[kind];

  const transfer: RequestHandler = async (_request, response) => {
    const { params, body } = input(contracts.transfer, response);
    response.json(await ownership.transfer(caller(response), kind, params[idKey], body.userId));
  };

  const list: RequestHandler = async (_request, response) => {
    const { params, query } = input(contracts.bans, response);
    response.json(await bans.list(caller(response), kind, params[idKey], query));
  };

  const ban: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.ban, response);
    await bans.ban(caller(response), kind, params[idKey], params.userId);
    response.status(204).end();
  };

  const unban: RequestHandler = async (_request, response) => {
    const { params } = input(contracts.unban, response);
    await bans.lift(caller(response), kind, params[idKey], params.userId);
    response.status(204).end();
  };

  return { transfer, bans: list, ban, unban };
}
