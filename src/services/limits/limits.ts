import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { LIMITS, type Limit, type LimitName, type LimitTable } from '../../config/limit-table';
import { CATALOGUE, errors, type AppError, type ErrorCode } from '../../helpers/errors';
import { sha256 } from '../../helpers/hashing';
import { inMemory, type MakeLimiter } from './limiters';

export type { LimitName } from '../../config/limit-table';

/** What is left of a limit. */
export interface Allowance {
  readonly name: LimitName;
  /** of so many in so many seconds … */
  readonly points: number;
  readonly durationSeconds: number;
  /** … so many are left, and all of them are back in so many seconds */
  readonly remaining: number;
  readonly resetSeconds: number;
}

export type Refusal = (retryAfterSeconds: number) => AppError;
/** Hears what is left of a limit. */
export type Tell = (allowance: Allowance) => void;

/** How one is counted. */
export interface Counting {
  readonly refusal?: Refusal | undefined;
  readonly tell?: Tell | undefined;
  /** Others count towards the same key: what is left would say what they do, so that only a refusal is told. */
  readonly shared?: boolean | undefined;
}

/** What is counted of bots under a name of its own. */
const OF_BOTS: Partial<Record<LimitName, LimitName>> = { request: 'botRequest', message: 'botMessage' };

/** The limit that counts for whoever asks. */
export const limitFor = (name: LimitName, asking: { readonly isBot: boolean } | undefined): LimitName =>
  (asking?.isBot && OF_BOTS[name]) || name;

/** A longer key is remembered by its hash: what a stranger writes must not decide how much memory it takes. */
const MAX_KEY_LENGTH = 64;

/** 128 bits of the hash: nobody finds two keys that share them. */
const compact = (key: string): string =>
  key.length <= MAX_KEY_LENGTH ? key : `#${sha256(key).slice(0, 32)}`;

/** What the limit of those who are not let in counts, at both doors. */
export const isTurnedAway = (code: ErrorCode): boolean =>
  CATALOGUE[code].status === 401 || code === 'account_suspended';

/** One limiter for HTTP and sockets. */
export class Limits {
  private readonly limiters: ReadonlyMap<LimitName, RateLimiterAbstract>;

  constructor(
    private readonly enabled: boolean,
    private readonly table: LimitTable = LIMITS,
    makeLimiter: MakeLimiter = inMemory,
  ) {
    this.limiters = new Map(
      (Object.keys(table) as LimitName[]).map((name) => [name, makeLimiter(name, table[name])]),
    );
  }

  /** `false` for load tests: nothing is counted. */
  get active(): boolean {
    return this.enabled;
  }

  /**
   * Counts one, unless it is refused.
   * @returns what is left; nothing when nothing is counted
   * @throws rate_limited, or what `refusal` makes, with the seconds until the next try
   */
  async consume(
    name: LimitName,
    key: string,
    { refusal = errors.rateLimited, tell, shared = false }: Counting = {},
  ): Promise<Allowance | undefined> {
    if (!this.enabled) return undefined;
    try {
      const { remainingPoints, msBeforeNext } = await this.limiter(name).consume(compact(key));
      const resetSeconds = Math.ceil(msBeforeNext / 1000);
      const left = { name, ...this.table[name], remaining: remainingPoints, resetSeconds };
      if (!shared) tell?.(left);
      return left;
    } catch (exceeded) {
      if (!(exceeded instanceof RateLimiterRes)) throw exceeded;
      await this.refund(name, key);
      const resetSeconds = Math.ceil(exceeded.msBeforeNext / 1000);
      tell?.(this.usedUp(name, resetSeconds));
      throw refusal(resetSeconds);
    }
  }

  /** Counts one without refusing: for what only failures count. */
  async count(name: LimitName, key: string): Promise<void> {
    if (this.enabled) await this.limiter(name).penalty(compact(key));
  }

  /** What is left when nothing is. */
  usedUp(name: LimitName, resetSeconds: number): Allowance {
    return { name, ...this.table[name], remaining: 0, resetSeconds };
  }

  /** Seconds until the key may try again; 0 when it may now. */
  async blockedForSeconds(name: LimitName, key: string): Promise<number> {
    if (!this.enabled) return 0;
    const state = await this.limiter(name).get(compact(key));
    return state && state.consumedPoints >= this.table[name].points
      ? Math.ceil(state.msBeforeNext / 1000)
      : 0;
  }

  /** Takes back one that was counted; a key that nothing is counted of is forgotten. */
  async refund(name: LimitName, key: string): Promise<void> {
    if (!this.enabled) return;
    const { consumedPoints } = await this.limiter(name).reward(compact(key));
    if (consumedPoints <= 0) await this.forget(name, key);
  }

  /** Starts the key's count anew. */
  async forget(name: LimitName, key: string): Promise<void> {
    await this.limiter(name).delete(compact(key));
  }

  private limiter(name: LimitName): RateLimiterAbstract {
    const limiter = this.limiters.get(name);
    if (!limiter) throw new Error(`no limit named ${name}`);
    return limiter;
  }
}
