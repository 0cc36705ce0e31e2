import type { RequestHandler } from 'express';
import {
  ChangeRole,
  DeleteUser,
  EndSessions,
  GetAdministeredUser,
  LiftSuspension,
  ListAdministeredUsers,
  SuspendUser,
} from '../contracts/admin-users';
import { input } from '../middlewares/accepts';
import { actingAdmin } from '../middlewares/admins-only';
import type { Services } from '../services/services';

/** What admins see of people and do to them. */
export function administeredUsersController({
  administration: { users, suspensions, roles },
  accountDeletion,
}: Pick<Services, 'administration' | 'accountDeletion'>) {
  const list: RequestHandler = async (_request, response) => {
    const { query } = input(ListAdministeredUsers, response);
    response.json(await users.list(query));
  };

  const get: RequestHandler = async (_request, response) => {
    const { params } = input(GetAdministeredUser, response);
    response.json(await users.get(params.userId));
  };

  const suspend: RequestHandler = async (request, response) => {
    const { params, body } = input(SuspendUser, response);
    response.json(await suspensions.suspend(actingAdmin(request, response), params.userId, body));
  };

  const lift: RequestHandler = async (request, response) => {
    const { params } = input(LiftSuspension, response);
    await suspensions.lift(actingAdmin(request, response), params.userId);
    response.status(204).end();
  };

  const changeRole: RequestHandler = async (request, response) => {
    const { params, body } = input(ChangeRole, response);
    await roles.change(actingAdmin(request, response), params.userId, body.role);
    response.json(await users.get(params.userId));
  };

  const endSessions: RequestHandler = async (request, response) => {
    const { params } = input(EndSessions, response);
    await roles.endSessions(actingAdmin(request, response), params.userId);
    response.status(204).end();
  };

  const remove: RequestHandler = async (request, response) => {
    const { params, query } = input(DeleteUser, response);
    await accountDeletion.deleteBy(actingAdmin(request, response), params.userId, query.messages);
    response.status(204).end();
  };

  return { list, get, suspend, lift, changeRole, endSessions, remove };
}
