import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Config } from '../../config/env';
import { Id, Counter } from '../../contracts/fields';
import type { Tokens } from '../../contracts/auth';
import { errors } from '../../helpers/errors';
import { equalInConstantTime, hmac, sha256 } from '../../helpers/hashing';

const ALGORITHM = 'HS256';
const ISSUER = 'chat-server';
const AUDIENCE = 'chat-client';

const AccessClaims = z.object({ sub: Id, sid: Id, purpose: z.literal('access'), exp: z.number() });
const RefreshClaims = z.object({ sid: Id, gen: Counter, jti: z.string(), purpose: z.literal('refresh') });

/** What tokens are issued for. */
export interface TokenSession {
  readonly id: string;
  readonly userId: string;
  readonly generation: number;
  readonly expiresAt: Date;
}

export interface VerifiedAccess {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
}

export interface VerifiedRefresh {
  readonly sessionId: string;
  readonly generation: number;
  /** to be compared with the session's `refreshHash` when the generation is the current one */
  readonly refreshHash: string;
}

/** jsonwebtoken would try a text as a public key first, at every token: a third of a millisecond. */
const keyOf = (secret: string): KeyObject => createSecretKey(secret, 'utf8');

const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

/** Issues and verifies both kinds of token. Each has a secret of its own and says its purpose: neither passes for the other. */
export class TokenIssuer {
  private readonly accessKey: KeyObject;
  private readonly refreshKey: KeyObject;

  constructor(
    private readonly settings: Config['tokens'],
    private readonly clock: () => Date,
  ) {
    this.accessKey = keyOf(settings.accessSecret);
    this.refreshKey = keyOf(settings.refreshSecret);
  }

  /** When a session ends that is opened or refreshed now. */
  sessionExpiry(now: Date): Date {
    return new Date(now.getTime() + this.settings.refreshLifetimeSeconds * 1000);
  }

  /** What is stored of the refresh token of a generation: SHA-256 of its `jti`. */
  refreshHash(sessionId: string, generation: number): string {
    return sha256(this.jti(sessionId, generation));
  }

  /** The tokens of the session's current generation. The refresh token is the same each time: a repeated refresh gets the same successor. */
  issue(session: TokenSession): Tokens {
    const { accessLifetimeSeconds, refreshLifetimeSeconds } = this.settings;
    const now = secondsOf(this.clock());
    const end = secondsOf(session.expiresAt);
    const about = { iss: ISSUER, aud: AUDIENCE };
    const access = {
      ...about,
      sub: session.userId,
      sid: session.id,
      purpose: 'access',
      iat: now,
      exp: now + accessLifetimeSeconds,
    };
    const refresh = {
      ...about,
      sid: session.id,
      gen: session.generation,
      jti: this.jti(session.id, session.generation),
      purpose: 'refresh',
      iat: end - refreshLifetimeSeconds,
      exp: end,
    };
    return {
      accessToken: jwt.sign(access, this.accessKey, { algorithm: ALGORITHM }),
      refreshToken: jwt.sign(refresh, this.refreshKey, { algorithm: ALGORITHM }),
      expiresIn: accessLifetimeSeconds,
    };
  }

  /** @throws unauthenticated, token_expired */
  verifyAccess(token: string): VerifiedAccess {
    const { sub, sid, exp } = this.verify(token, this.accessKey, AccessClaims);
    return { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
  }

  /** @throws unauthenticated, token_expired */
  verifyRefresh(token: string): VerifiedRefresh {
    const { sid, gen, jti } = this.verify(token, this.refreshKey, RefreshClaims);
    if (!equalInConstantTime(jti, this.jti(sid, gen))) throw errors.unauthenticated();
    return { sessionId: sid, generation: gen, refreshHash: sha256(jti) };
  }

  private verify<Claims>(token: string, key: KeyObject, claims: z.ZodType<Claims>): Claims {
    try {
      const verified = jwt.verify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTimestamp: secondsOf(this.clock()),
      });
      return claims.parse(verified);
    } catch (error) {
      throw error instanceof jwt.TokenExpiredError
        ? errors.tokenExpired()
        : errors.unauthenticated('The token is not valid');
    }
  }

  private jti(sessionId: string, generation: number): string {
    return hmac(this.settings.refreshSecret, sessionId, generation);
  }
}
