import type { Request, RequestHandler, Response } from 'express';
import { addressKeyOf } from '../helpers/addresses';
import { errors, type ErrorCode } from '../helpers/errors';
import type { Identity, Origin } from '../services/accounts/identity';
import {
  isTurnedAway,
  limitFor,
  type Allowance,
  type LimitName,
  type Limits,
  type Tell,
} from '../services/limits/limits';

/**
 * Tells clients how much they may still do, each limit that a request counts towards as an item of its own, as it was told last.
 * Source: draft-ietf-httpapi-ratelimit-headers-10, 3 and 4
 */
export const tellerOf =
  (response: Response): Tell =>
  (allowance) => {
    if (response.headersSent) return;
    const told = (response.locals.allowances ??= new Map()) as Map<LimitName, Allowance>;
    told.set(allowance.name, allowance);
    const all = [...told.values()];
    const policies = all.map(({ name, points, durationSeconds: w }) => `"${name}";q=${points};w=${w}`);
    const left = all.map(({ name, remaining, resetSeconds: t }) => `"${name}";r=${remaining};t=${t}`);
    response.set({ 'RateLimit-Policy': policies.join(', '), RateLimit: left.join(', ') });
  };

/** Where the request comes from; `trust proxy` decides whether forwarded headers count. */
export function originOf(request: Request): Origin {
  const ip = request.ip ?? 'unknown';
  const userAgent = request.headers['user-agent']?.slice(0, 255) ?? null;
  return {
    ip,
    limitKey: addressKeyOf(ip),
    userAgent,
    ...(request.res && { tell: tellerOf(request.res) }),
  };
}

/** Counts the request by person where one is known, otherwise by address. */
export function limit(limits: Limits, kind: LimitName): RequestHandler {
  return async (request, response, next) => {
    const identity = response.locals.identity as Identity | undefined;
    const name = limitFor(kind, identity);
    const key = identity ? `user:${identity.userId}` : `ip:${originOf(request).limitKey}`;
    await limits.consume(name, key, { tell: tellerOf(response) });
    next();
  };
}

/**
 * Counts by address what is answered 401, or that somebody is suspended, and refuses an address that has too many of them before
 * anything is looked up. Stands before `authenticated`: a limit behind it never hears of those that it does not let pass.
 */
export function limitUnauthenticated(limits: Limits): RequestHandler {
  return async (request, response, next) => {
    const key = `ip:${originOf(request).limitKey}`;
    const seconds = await limits.blockedForSeconds('unauthenticated', key);
    if (seconds > 0) {
      tellerOf(response)(limits.usedUp('unauthenticated', seconds));
      throw errors.rateLimited(seconds);
    }
    response.on('finish', () => {
      const refusal = response.locals.refusal as ErrorCode | undefined;
      if (refusal && isTurnedAway(refusal)) void limits.count('unauthenticated', key);
    });
    next();
  };
}
