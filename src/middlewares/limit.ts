import type { Request, RequestHandler } from 'express';
import { addressKeyOf } from '../helpers/addresses';
import { errors } from '../helpers/errors';
import type { Identity, Origin } from '../services/accounts/identity';
import type { LimitName, Limits } from '../services/limits/limits';

/** Where the request comes from; `trust proxy` decides whether forwarded headers count. */
export function originOf(request: Request): Origin {
  const ip = request.ip ?? 'unknown';
  const userAgent = request.headers['user-agent']?.slice(0, 255) ?? null;
  return { ip, limitKey: addressKeyOf(ip), userAgent };
}

/** Counts the request by person where one is known, otherwise by address. */
export function limit(limits: Limits, name: LimitName): RequestHandler {
  return async (request, response, next) => {
    const identity = response.locals.identity as Identity | undefined;
    await limits.consume(name, identity ? `user:${identity.userId}` : `ip:${originOf(request).limitKey}`);
    next();
  };
}

/**
 * Counts by address what is answered 401, and refuses an address that has too many of them before anything is looked up. Stands
 * before `authenticated`: a limit behind it never hears of those that it does not let pass.
 */
export function limitUnauthenticated(limits: Limits): RequestHandler {
  return async (request, response, next) => {
    const key = `ip:${originOf(request).limitKey}`;
    const seconds = await limits.blockedForSeconds('unauthenticated', key);
    if (seconds > 0) throw errors.rateLimited(seconds);
    response.on('finish', () => {
      if (response.statusCode === 401) void limits.count('unauthenticated', key);
    });
    next();
  };
}
