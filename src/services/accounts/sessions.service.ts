import type { Session, Tokens } from '../../contracts/auth';
import type { SessionEndReason } from '../../contracts/events';
import type { Database, Db } from '../../database/database';
import { errors, type AppError } from '../../helpers/errors';
import { equalInConstantTime, sha256 } from '../../helpers/hashing';
import { Gathered } from '../../helpers/gathered';
import { newId } from '../../helpers/ids';
import type { DomainEventBus } from '../domain-events';
import { isBotToken, newBotToken } from './bot-tokens';
import type { Identity, Origin } from './identity';
import type { SessionTouches } from './session-touches';
import {
  advanceSession,
  findLiveSessions,
  findSession,
  findSessionsWithRole,
  insertBotSession,
  insertSession,
  revokeAllSessions,
  revokeOldestSessions,
  revokeSession,
  type RefreshableSession,
  type SessionWithRole,
} from './sessions.queries';
import { standingSuspension, type Suspension } from './suspensions.queries';
import type { TokenIssuer, TokenSession, VerifiedRefresh } from './tokens';

/** A session moves on at most this often between two looks at it before we call it contention. */
const REFRESH_ATTEMPTS = 5;

/** Devices of one person that are signed in at once. */
const MAX_SESSIONS = 50;

/** When the session of a bot expires: within what both databases can store. */
const END_OF_TIME = new Date('9999-01-01T00:00:00.000Z');

/** A new session, and those that had to end for it. */
export interface OpenedSession extends TokenSession {
  readonly endedIds: readonly string[];
}

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly tokens: TokenIssuer;
  readonly touches: SessionTouches;
  readonly clock: () => Date;
}

function suspended({ reason, until }: Suspension, now: Date): AppError {
  const left = until && { at: until, seconds: Math.ceil((until.getTime() - now.getTime()) / 1000) };
  return errors.accountSuspended(reason, left);
}

async function mustNotBeSuspended(db: Db, userId: string, now: Date): Promise<void> {
  const suspension = await standingSuspension(db, userId, now);
  if (suspension) throw suspended(suspension, now);
}

/** Signed-in devices. */
export class SessionsService {
  private readonly byId: Gathered<string, SessionWithRole>;
  private readonly byBotToken: Gathered<string, SessionWithRole>;

  constructor(private readonly deps: Dependencies) {
    const { reader } = deps.database;
    this.byId = new Gathered((ids) => findSessionsWithRole(reader, 'id', ids));
    this.byBotToken = new Gathered((hashes) => findSessionsWithRole(reader, 'tokenHash', hashes));
  }

  /**
   * Opens a session in the caller's transaction, and ends the one that was not used for longest when there are too many;
   * `opened` tells it and gives the tokens after the commit.
   * @throws account_suspended
   */
  async open(
    db: Db,
    userId: string,
    { device, origin }: { device: string | undefined; origin: Origin },
  ): Promise<OpenedSession> {
    const { tokens, clock } = this.deps;
    const now = clock();
    const session = { id: newId(), userId, generation: 1, expiresAt: tokens.sessionExpiry(now) };
    const refreshHash = tokens.refreshHash(session.id, session.generation);
    await insertSession(
      db,
      { ...session, refreshHash, device: device ?? null, ip: origin.ip, userAgent: origin.userAgent },
      now,
    );
    // The session's foreign key holds the person's row now, as whoever suspends them does.
    await mustNotBeSuspended(db, userId, now);
    const endedIds = await revokeOldestSessions(db, session, MAX_SESSIONS, { reason: 'revoked', now });
    return { ...session, endedIds };
  }

  /** After the commit that opened the session. */
  opened(session: OpenedSession): Tokens {
    this.publishEnded(session.endedIds, 'revoked');
    return this.deps.tokens.issue(session);
  }

  /**
   * Who an access token speaks for, while its session lives.
   * @throws unauthenticated, token_expired, account_suspended
   */
  async authenticate(accessToken: string): Promise<Identity> {
    if (isBotToken(accessToken)) return this.authenticateBot(accessToken);
    const { userId, sessionId, expiresAt } = this.deps.tokens.verifyAccess(accessToken);
    const session = await this.byId.get(sessionId);
    if (session?.userId !== userId) throw errors.unauthenticated('The session has ended');
    return { ...(await this.identityOf(session)), expiresAt };
  }

  /** Opens the one session of a bot in the caller's transaction; those it had are to be ended before. @returns its token */
  async openForBot(db: Db, userId: string): Promise<string> {
    const token = newBotToken();
    const session = { id: newId(), userId, tokenHash: sha256(token) };
    await insertBotSession(db, session, { now: this.deps.clock(), expiresAt: END_OF_TIME });
    return token;
  }

  /** The person does something on a connection. @param lastUsedAt what the last call returned @returns when the session was used */
  used(sessionId: string, lastUsedAt: Date): Date {
    return this.deps.touches.touch(sessionId, lastUsedAt);
  }

  async isLive(sessionId: string): Promise<boolean> {
    const session = await this.byId.get(sessionId);
    return session !== undefined && session.revokedAt === null && session.expiresAt > this.deps.clock();
  }

  /**
   * Exchanges a refresh token: the current one for the next, the one before it for the same successor again.
   * @throws unauthenticated, token_expired, account_suspended, token_reused (anything older: the session is ended)
   */
  async refresh(refreshToken: string): Promise<Tokens> {
    const presented = this.deps.tokens.verifyRefresh(refreshToken);
    for (let attempt = 1; attempt <= REFRESH_ATTEMPTS; attempt += 1) {
      const session = await findSession(this.deps.database.writer, presented.sessionId);
      const successor = await this.successor(presented, session);
      if (successor) return this.deps.tokens.issue(successor);
    }
    throw errors.unavailable(1);
  }

  async list(identity: Identity): Promise<Session[]> {
    const { database, clock } = this.deps;
    const rows = await findLiveSessions(database.reader, identity.userId, clock());
    return rows.map((row) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.lastUsedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      current: row.id === identity.sessionId,
    }));
  }

  /** @throws not_found when it is not one of the person's live sessions */
  async revoke(identity: Identity, sessionId: string): Promise<void> {
    if (!(await this.end(sessionId, identity.userId))) throw errors.notFound('session');
  }

  async signOut(identity: Identity): Promise<void> {
    await this.end(identity.sessionId, identity.userId);
  }

  async signOutEverywhere(identity: Identity): Promise<void> {
    const sessionIds = await this.deps.database.transaction((db) =>
      this.endAll(db, identity.userId, 'revoked'),
    );
    this.publishEnded(sessionIds, 'revoked');
  }

  /**
   * Ends a person's sessions in the caller's transaction; hand the ids to `publishEnded` after the commit.
   * @param kept the session that lives on
   */
  endAll(db: Db, userId: string, reason: SessionEndReason, kept?: string): Promise<string[]> {
    return revokeAllSessions(db, userId, { reason, now: this.deps.clock() }, kept);
  }

  publishEnded(sessionIds: readonly string[], reason: SessionEndReason): void {
    if (sessionIds.length > 0) this.deps.bus.publish('session.ended', { sessionIds, reason });
  }

  /** The session at the generation whose tokens the presented one gets; `undefined` when it moved on meanwhile: look again. */
  private async successor(
    presented: VerifiedRefresh,
    session: RefreshableSession | null,
  ): Promise<TokenSession | undefined> {
    const { database, tokens, clock } = this.deps;
    const now = clock();
    if (!session) throw errors.unauthenticated('The session has ended');
    if (session.revokedAt) throw await this.ended(session);
    if (session.expiresAt <= now) throw errors.tokenExpired();
    const behind = session.generation - presented.generation;
    if (behind < 0) throw errors.unauthenticated('The token is not valid');
    if (behind > 1) {
      await this.end(session.id, session.userId);
      throw errors.tokenReused();
    }
    if (behind === 1) return session;
    if (!equalInConstantTime(presented.refreshHash, session.refreshHash))
      throw errors.unauthenticated('The token is not valid');
    const next = {
      id: session.id,
      userId: session.userId,
      generation: session.generation + 1,
      expiresAt: tokens.sessionExpiry(now),
    };
    const refreshHash = tokens.refreshHash(next.id, next.generation);
    const advanced = await advanceSession(database.writer, {
      ...next,
      from: session.generation,
      refreshHash,
      now,
    });
    return advanced ? next : undefined;
  }

  /** What somebody is told whose session was ended: why, while they are kept out. */
  private async ended({
    userId,
    revokeReason,
  }: Pick<RefreshableSession, 'userId' | 'revokeReason'>): Promise<AppError> {
    const { database, clock } = this.deps;
    const now = clock();
    const suspension =
      revokeReason === 'suspended' ? await standingSuspension(database.reader, userId, now) : null;
    return suspension ? suspended(suspension, now) : errors.unauthenticated('The session has ended');
  }

  private async authenticateBot(token: string): Promise<Identity> {
    const session = await this.byBotToken.get(sha256(token));
    if (!session) throw errors.unauthenticated('The token is not valid any more');
    return this.identityOf(session);
  }

  /** @throws unauthenticated, token_expired, account_suspended */
  private async identityOf(session: SessionWithRole): Promise<Identity> {
    const { touches, clock } = this.deps;
    const { id: sessionId, userId, role, isBot, expiresAt } = session;
    if (session.revokedAt) throw await this.ended(session);
    if (expiresAt <= clock()) throw errors.tokenExpired();
    touches.touch(sessionId, session.lastUsedAt);
    return { userId, sessionId, role, isBot, expiresAt };
  }

  private async end(id: string, userId: string): Promise<boolean> {
    const ended = await revokeSession(
      this.deps.database.writer,
      { id, userId },
      { reason: 'revoked', now: this.deps.clock() },
    );
    if (ended) this.publishEnded([id], 'revoked');
    return ended;
  }
}
