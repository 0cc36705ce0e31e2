import type { Request, RequestHandler } from 'express';
import type { Config } from '../config/env';
import { addressKeyOf } from '../helpers/addresses';
import { errors } from '../helpers/errors';
import { equalInConstantTime } from '../helpers/hashing';

/** Whoever comes through a proxy on this machine is somewhere else. */
function isOfThisMachine({ socket, headers }: Request): boolean {
  const address = socket.remoteAddress ?? '';
  const isLoopback = address === '::1' || addressKeyOf(address).startsWith('127.');
  return isLoopback && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}

/**
 * Lets pass who may read the metrics.
 * @param door the server's own port, or the one that the metrics have for themselves
 */
export function scrapersOnly({ token, at }: Config['metrics'], door: 'main' | 'own'): RequestHandler {
  return (request, _response, next) => {
    if (door === 'main' && (at.kind === 'own' || at.kind === 'nowhere')) throw errors.notFound('route');
    if (at.kind === 'loopback' && !isOfThisMachine(request)) throw errors.notFound('route');
    if (token !== null && !equalInConstantTime(request.headers.authorization ?? '', `Bearer ${token}`))
      throw errors.unauthenticated();
    next();
  };
}
