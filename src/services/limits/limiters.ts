import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Limit, LimitName } from '../../config/limit-table';
import type { Redis, RedisClient } from '../../database/redis';

/** What counts one limit. */
export type MakeLimiter = (name: LimitName, limit: Limit) => RateLimiterAbstract;

/** Each process counts for itself. */
export const inMemory: MakeLimiter = (name, { points, durationSeconds }) =>
  new RateLimiterMemory({ keyPrefix: name, points, duration: durationSeconds });

/** They guard the process more than what is behind it, and come with every event and request: counting them elsewhere would cost more than the event. */
const ONES_OWN: ReadonlySet<LimitName> = new Set<LimitName>(['socketEvent', 'request', 'avatar', 'file']);

/** The part of a client that the limiters use; a Redis that does not answer holds nobody up. */
function storeOf(redis: Pick<Redis, 'isReady' | 'run'>) {
  type Of<Name extends 'eval' | 'del'> = Parameters<RedisClient[Name]>;
  return {
    get isReady() {
      return redis.isReady;
    },
    eval: (...of: Of<'eval'>) => redis.run((client) => client.eval(...of)),
    del: (...of: Of<'del'>) => redis.run((client) => client.del(...of)),
    multi: () => ({
      get: (key: string) => ({
        pTTL: () => ({ exec: () => redis.run((client) => client.multi().get(key).pTTL(key).exec()) }),
      }),
    }),
  };
}

/** The nodes count together; each for itself while Redis is away. */
export function inRedis(redis: Pick<Redis, 'prefix' | 'isReady' | 'run'>): MakeLimiter {
  const storeClient = storeOf(redis);
  return (name, limit) => {
    const insuranceLimiter = inMemory(name, limit);
    if (ONES_OWN.has(name)) return insuranceLimiter;
    return new RateLimiterRedis({
      storeClient,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix: `${redis.prefix}:limit:${name}`,
      points: limit.points,
      duration: limit.durationSeconds,
      insuranceLimiter,
    });
  };
}
