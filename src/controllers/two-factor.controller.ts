import type { RequestHandler } from 'express';
import { BeginTwoFactor, ConfirmTwoFactor, EndTwoFactor, RenewRecoveryCodes } from '../contracts/two-factor';
import { input } from '../middlewares/accepts';
import { caller } from '../middlewares/authenticated';
import { originOf } from '../middlewares/limit';
import type { Services } from '../services/services';

export function twoFactorController({ accounts }: Pick<Services, 'accounts'>) {
  const { twoFactor } = accounts;

  const begin: RequestHandler = async (request, response) => {
    const { body } = input(BeginTwoFactor, response);
    response.json(await twoFactor.begin(caller(response), body.password, originOf(request)));
  };

  const confirm: RequestHandler = async (request, response) => {
    const { body } = input(ConfirmTwoFactor, response);
    response.json(await twoFactor.confirm(caller(response), body.code, originOf(request)));
  };

  const end: RequestHandler = async (request, response) => {
    const { body } = input(EndTwoFactor, response);
    await twoFactor.end(caller(response), body, originOf(request));
    response.status(204).end();
  };

  const renewRecoveryCodes: RequestHandler = async (request, response) => {
    const { body } = input(RenewRecoveryCodes, response);
    response.json(await twoFactor.renewRecoveryCodes(caller(response), body, originOf(request)));
  };

  return { begin, confirm, end, renewRecoveryCodes };
}
