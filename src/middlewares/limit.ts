import type { Request, RequestHandler, Response } from 'express';
import type { Limit } from '../config/limit-table';
import { addressKeyOf } from '../helpers/addresses';
import { errors, type AppError } from '../helpers/errors';
import type { Identity, Origin } from '../services/accounts/identity';
import { limitFor, type Allowance, type LimitName, type Limits } from '../services/limits/limits';

type Left = Pick<Allowance, 'remaining' | 'resetSeconds'>;

/** Where the request comes from; `trust proxy` decides whether forwarded headers count. */
export function originOf(request: Request): Origin {
  const ip = request.ip ?? 'unknown';
  const userAgent = request.headers['user-agent']?.slice(0, 255) ?? null;
  return { ip, limitKey: addressKeyOf(ip), userAgent };
}

/**
 * Tells clients how much they may still do, each limit that a request counts towards as an item of its own.
 * Source: draft-ietf-httpapi-ratelimit-headers-10, 3 and 4
 */
function tell(response: Response, name: LimitName, { points, durationSeconds }: Limit, left: Left): void {
  response.append('RateLimit-Policy', `"${name}";q=${points};w=${durationSeconds}`);
  response.append('RateLimit', `"${name}";r=${left.remaining};t=${left.resetSeconds}`);
}

/** Counts the request by person where one is known, otherwise by address. */
export function limit(limits: Limits, kind: LimitName): RequestHandler {
  return async (request, response, next) => {
    const identity = response.locals.identity as Identity | undefined;
    const name = limitFor(kind, identity);
    const key = identity ? `user:${identity.userId}` : `ip:${originOf(request).limitKey}`;
    const refused = (resetSeconds: number): AppError => {
      tell(response, name, limits.limitOf(name), { remaining: 0, resetSeconds });
      return errors.rateLimited(resetSeconds);
    };
    const left = await limits.consume(name, key, refused);
    if (left) tell(response, name, limits.limitOf(name), left);
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
