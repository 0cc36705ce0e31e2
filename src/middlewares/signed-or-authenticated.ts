import type { RequestHandler, Response } from 'express';
import type { Identity } from '../services/accounts/identity';
import type { Asking } from '../services/files/files.service';
import { authenticated } from './authenticated';

/** Lets whoever has a signed address pass, to be held against what it was signed for, and everybody else with a live session. */
export function signedOrAuthenticated(sessions: Parameters<typeof authenticated>[0]): RequestHandler {
  const ask = authenticated(sessions);
  return (request, response, next) => {
    const { expires, signature } = request.query;
    const isSigned = expires !== undefined && signature !== undefined;
    if (isSigned && request.headers.authorization === undefined) next();
    else return ask(request, response, next);
  };
}

/** Who asks, by what `signedOrAuthenticated` let pass. */
export function asking(
  response: Response,
  { expires = 0, signature = '' }: { readonly expires?: number; readonly signature?: string },
): Asking {
  const identity = response.locals.identity as Identity | undefined;
  return identity ? { caller: identity } : { signed: { expires, signature } };
}
