import type { RequestHandler } from 'express';
import { errors } from '../helpers/errors';
import type { Services } from '../services/services';
import { caller } from './authenticated';

/**
 * Behind `adminsOnly`: where the server is set to ask for it, lets only those pass whose sign-ins ask for a code. Not `two_factor_required`,
 * which is about a sign-in: the session is good, and clients must not ask for another one.
 */
export function secondFactorOfAdmins({
  accounts,
  config,
}: Pick<Services, 'accounts' | 'config'>): RequestHandler {
  return async (_request, response, next) => {
    if (config.adminsNeedTwoFactor && !(await accounts.twoFactor.isOn(caller(response))))
      throw errors.twoFactorNotSetUp();
    next();
  };
}
