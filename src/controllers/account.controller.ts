import type { RequestHandler } from 'express';
import { ChangeEmail, ChangePassword, ChangeSettings, ConfirmEmail, DeleteMe } from '../contracts/account';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import { originOf } from '../middlewares/limit';
import { receivedFile } from '../middlewares/receives-file';
import type { Services } from '../services/services';

/** What people change about themselves. */
export function accountController({
  accounts,
  accountDeletion,
}: Pick<Services, 'accounts' | 'accountDeletion'>) {
  const { ownAvatar, passwordChange, emailChange } = accounts;

  const changeAvatar: RequestHandler = async (request, response) => {
    response.json(await ownAvatar.change(caller(response), receivedFile(request)));
  };

  const removeAvatar: RequestHandler = async (_request, response) => {
    await ownAvatar.remove(caller(response));
    response.status(204).end();
  };

  const changePassword: RequestHandler = async (request, response) => {
    const { body } = input(ChangePassword, response);
    await passwordChange.change(caller(response), body, originOf(request));
    response.status(204).end();
  };

  const changeEmail: RequestHandler = async (request, response) => {
    const { body } = input(ChangeEmail, response);
    response.status(202).json(await emailChange.ask(caller(response), body, originOf(request)));
  };

  const confirmEmail: RequestHandler = async (_request, response) => {
    const { body } = input(ConfirmEmail, response);
    response.json(await emailChange.confirm(caller(response), body.code));
  };

  const settings: RequestHandler = async (_request, response) => {
    response.json(await accounts.settings.get(caller(response)));
  };

  const changeSettings: RequestHandler = async (_request, response) => {
    const { body } = input(ChangeSettings, response);
    response.json(await accounts.settings.change(caller(response), body));
  };

  const deleteMe: RequestHandler = async (request, response) => {
    const { body, query } = input(DeleteMe, response);
    await accountDeletion.delete(caller(response), { ...body, ...query }, originOf(request));
    response.status(204).end();
  };

  return {
    deleteMe,
    changeAvatar,
    removeAvatar,
    changePassword,
    changeEmail,
    confirmEmail,
    settings,
    changeSettings,
  };
}
