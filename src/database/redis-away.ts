/** Redis does not answer, or is not connected: callers go on without it. */
export class RedisAway extends Error {}
