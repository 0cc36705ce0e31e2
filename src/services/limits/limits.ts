import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { errors, type AppError } from '../../helpers/errors';
import { sha256 } from '../../helpers/hashing';

interface Limit {
  readonly points: number;
  readonly durationSeconds: number;
}

/** Every limit in one table. What a key is (an address, a person, a login and an address) the caller decides. */
export const LIMITS = {
  /** every REST request, by person or address */
  request: { points: 1_200, durationSeconds: 60 },
  /** answers 401, by address: guessed tokens, and clients that do not notice that their session has ended */
  unauthenticated: { points: 600, durationSeconds: 60 },
  /** by address */
  signUp: { points: 20, durationSeconds: 3_600 },
  /** sign-ups and changes of address by e-mail address: how many mails strangers can have sent there */
  signUpByEmail: { points: 5, durationSeconds: 3_600 },
  /** sign-ins by address, right or wrong: each costs a hash */
  signIn: { points: 60, durationSeconds: 60 },
  /** wrong passwords by login and address: a stranger elsewhere cannot lock an owner out */
  wrongPassword: { points: 10, durationSeconds: 900 },
  /** wrong passwords by address, whatever the login: against trying one password on many accounts */
  wrongPasswordAnywhere: { points: 100, durationSeconds: 3_600 },
  /** codes asked for, by purpose and e-mail address */
  codeRequest: { points: 1, durationSeconds: 60 },
  /** codes asked for, by address */
  codeRequestAnywhere: { points: 30, durationSeconds: 3_600 },
  /** wrong codes by purpose, e-mail address, address and day: a stranger elsewhere cannot use up an owner's */
  wrongCode: { points: 20, durationSeconds: 86_400 },
  /** wrong codes by purpose, e-mail address and day, wherever they come from: with five tries a code, one chance in ten thousand */
  wrongCodeAnywhere: { points: 100, durationSeconds: 86_400 },
  /** codes tried by address, whatever the e-mail address: against trying one code on many of them */
  codeTry: { points: 100, durationSeconds: 3_600 },
  /** refreshes by address */
  refresh: { points: 300, durationSeconds: 60 },
  /** changes that ask for the password, by person: each costs a hash */
  ownPassword: { points: 30, durationSeconds: 3_600 },
  /** pictures sent by person */
  changeAvatar: { points: 30, durationSeconds: 3_600 },
  /** pictures of people asked for, by address */
  avatar: { points: 6_000, durationSeconds: 60 },
  /** files uploaded by person */
  upload: { points: 600, durationSeconds: 3_600 },
  /** files asked for, by address */
  file: { points: 6_000, durationSeconds: 60 },
  /** new chats by person */
  openChat: { points: 60, durationSeconds: 3_600 },
  /** new groups by person */
  createGroup: { points: 30, durationSeconds: 3_600 },
  /** new channels by person */
  createChannel: { points: 30, durationSeconds: 3_600 },
  /** changes of groups and channels and of who is in them, by person */
  membership: { points: 300, durationSeconds: 3_600 },
  /** new invites by person */
  createInvite: { points: 60, durationSeconds: 3_600 },
  /** invites looked at and accepted, by person */
  invite: { points: 60, durationSeconds: 60 },
  /** messages by person, both doors together, those that are forwarded too */
  message: { points: 600, durationSeconds: 60 },
  /** messages edited, deleted, pinned, by person */
  messageChange: { points: 300, durationSeconds: 60 },
  /** reactions given and taken back, by person */
  reaction: { points: 300, durationSeconds: 60 },
  /** reports to the admins, by person */
  report: { points: 30, durationSeconds: 3_600 },
  /** searches by person */
  search: { points: 60, durationSeconds: 60 },
  /** events of all of a person's sockets */
  socketEvent: { points: 2_400, durationSeconds: 60 },
  /** connections by person: several devices that come back after a restart, not a loop */
  connect: { points: 120, durationSeconds: 60 },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

export type Refusal = (retryAfterSeconds: number) => AppError;

/** A longer key is remembered by its hash: what a stranger writes must not decide how much memory it takes. */
const MAX_KEY_LENGTH = 64;

/** 128 bits of the hash: nobody finds two keys that share them. */
const compact = (key: string): string =>
  key.length <= MAX_KEY_LENGTH ? key : `#${sha256(key).slice(0, 32)}`;

/** One limiter for HTTP and sockets. */
export class Limits {
  private readonly limiters: ReadonlyMap<LimitName, RateLimiterMemory>;

  constructor(private readonly enabled: boolean) {
    this.limiters = new Map(
      Object.entries(LIMITS).map(([name, { points, durationSeconds }]) => [
        name as LimitName,
        new RateLimiterMemory({ keyPrefix: name, points, duration: durationSeconds }),
      ]),
    );
  }

  /** `false` for load tests: nothing is counted. */
  get active(): boolean {
    return this.enabled;
  }

  /** Counts one, unless it is refused. @throws rate_limited, or what `refusal` makes, with the seconds until the next try */
  async consume(name: LimitName, key: string, refusal: Refusal = errors.rateLimited): Promise<void> {
    if (!this.enabled) return;
    try {
      await this.limiter(name).consume(compact(key));
    } catch (exceeded) {
      if (!(exceeded instanceof RateLimiterRes)) throw exceeded;
      await this.refund(name, key);
      throw refusal(Math.ceil(exceeded.msBeforeNext / 1000));
    }
  }

  /** Counts one without refusing: for what only failures count. */
  async count(name: LimitName, key: string): Promise<void> {
    if (this.enabled) await this.limiter(name).penalty(compact(key));
  }

  /** Seconds until the key may try again; 0 when it may now. */
  async blockedForSeconds(name: LimitName, key: string): Promise<number> {
    if (!this.enabled) return 0;
    const state = await this.limiter(name).get(compact(key));
    return state && state.consumedPoints >= LIMITS[name].points ? Math.ceil(state.msBeforeNext / 1000) : 0;
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

  private limiter(name: LimitName): RateLimiterMemory {
    const limiter = this.limiters.get(name);
    if (!limiter) throw new Error(`no limit named ${name}`);
    return limiter;
  }
}
