import type { RequestHandler, Response } from 'express';
import { errors } from '../helpers/errors';
import type { Identity } from '../services/accounts/identity';
import { tellerOf } from './limit';

interface Authenticator {
  /** @throws unauthenticated, token_expired */
  authenticate(accessToken: string): Promise<Identity>;
}

/** Lets only a live session pass; who it is is read with `caller`. */
export function authenticated(sessions: Authenticator): RequestHandler {
  return async (request, response, next) => {
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw errors.unauthenticated('Send an access token: Authorization: Bearer …');
    response.locals.identity = await sessions.authenticate(token);
    next();
  };
}

export function caller(response: Response): Identity {
  return { ...(response.locals.identity as Identity), tell: tellerOf(response) };
}
