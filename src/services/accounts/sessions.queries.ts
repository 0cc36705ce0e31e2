import type { Db, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asBoolean, asDate, asDateOrNull, asText, asTextOrNull } from '../../database/rows';
import type { Role } from '../../contracts/users';
import type { SessionEndReason } from '../../contracts/events';
import type { TokenSession } from './tokens';

/** Devices shown at once. */
const MAX_LISTED = 200;

export interface NewSession extends TokenSession {
  readonly refreshHash: string;
  readonly device: string | null;
  readonly userAgent: string | null;
  readonly ip: string;
}

export async function insertSession(db: Db, session: NewSession, now: Date): Promise<void> {
  await db.session.createMany({
    data: [{ ...session, ip: session.ip.slice(0, 45), createdAt: now, lastUsedAt: now }],
  });
}

/** The one session of a bot, which its token opens until another one is made. */
export async function insertBotSession(
  db: Db,
  session: { readonly id: string; readonly userId: string; readonly tokenHash: string },
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
): Promise<void> {
  await db.session.createMany({
    data: [{ ...session, generation: 0, refreshHash: '', expiresAt, createdAt: now, lastUsedAt: now }],
  });
}

export interface SessionWithRole {
  readonly id: string;
  readonly userId: string;
  readonly role: Role;
  readonly isBot: boolean;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly revokeReason: string | null;
}

/** Sessions by primary key, or by the keys of bots' tokens, with their people's roles, by what they were asked for. Asked at every request. */
export async function findSessionsWithRole(
  db: Db,
  by: 'id' | 'tokenHash',
  values: readonly string[],
): Promise<Map<string, SessionWithRole>> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT s.id, s.userId, s.lastUsedAt, s.expiresAt, s.revokedAt, s.revokeReason, u.role, u.isBot, s.${by} AS askedFor
      FROM session s JOIN user u ON u.id = s.userId
     WHERE s.${by} IN (${placeholders(values.length)})`,
    ...values,
  );
  return new Map(rows.map((row) => [asText(row.askedFor), toSessionWithRole(row)]));
}

function toSessionWithRole(row: Row): SessionWithRole {
  return {
    id: asText(row.id),
    isBot: asBoolean(row.isBot),
    userId: asText(row.userId),
    role: asText(row.role) as Role,
    lastUsedAt: asDate(row.lastUsedAt),
    expiresAt: asDate(row.expiresAt),
    revokedAt: asDateOrNull(row.revokedAt),
    revokeReason: asTextOrNull(row.revokeReason),
  };
}

export async function isSessionLive(db: Db, id: string, now: Date): Promise<boolean> {
  return (
    (await db.session.findFirst({
      where: { id, revokedAt: null, expiresAt: { gt: now } },
      select: { id: true },
    })) !== null
  );
}

export type RefreshableSession = TokenSession & {
  readonly refreshHash: string;
  readonly revokedAt: Date | null;
  readonly revokeReason: string | null;
};

export function findSession(db: Db, id: string): Promise<RefreshableSession | null> {
  return db.session.findUnique({
    where: { id },
    select: {
      id: true,
      userId: true,
      generation: true,
      refreshHash: true,
      expiresAt: true,
      revokedAt: true,
      revokeReason: true,
    },
  });
}

interface Advance {
  readonly id: string;
  /** the generation it is believed to be at */
  readonly from: number;
  readonly refreshHash: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

/** To the next generation, once: false when somebody else was faster or the session has ended. */
export async function advanceSession(
  db: Db,
  { id, from, refreshHash, expiresAt, now }: Advance,
): Promise<boolean> {
  const { count } = await db.session.updateMany({
    where: { id, generation: from, revokedAt: null, expiresAt: { gt: now } },
    data: { generation: from + 1, refreshHash, expiresAt, lastUsedAt: now },
  });
  return count === 1;
}

/** `where` is by primary key: neither the user row nor any other session is locked. */
export async function touchSessions(db: Db, ids: readonly string[], now: Date): Promise<void> {
  await db.session.updateMany({
    where: { id: { in: [...ids] }, revokedAt: null },
    data: { lastUsedAt: now },
  });
}

/** The signed-in devices of a person, latest used first (index session_user). */
export function findLiveSessions(db: Db, userId: string, now: Date) {
  return db.session.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: now } },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    take: MAX_LISTED,
    select: {
      id: true,
      device: true,
      userAgent: true,
      ip: true,
      createdAt: true,
      lastUsedAt: true,
      expiresAt: true,
    },
  });
}

interface Ending {
  readonly reason: SessionEndReason;
  readonly now: Date;
}

/** False when it is not the person's, or not live any more. */
export async function revokeSession(
  db: Db,
  { id, userId }: { readonly id: string; readonly userId: string },
  { reason, now }: Ending,
): Promise<boolean> {
  const { count } = await db.session.updateMany({
    where: { id, userId, revokedAt: null, expiresAt: { gt: now } },
    data: { revokedAt: now, revokeReason: reason },
  });
  return count === 1;
}

/**
 * Ends the person's sessions on top of the `most` that were used last (index session_user); inside a transaction.
 * @param opened the session that is new: it stays
 * @returns the ids of those that it ended
 */
export async function revokeOldestSessions(
  db: Db,
  { id: opened, userId }: { readonly id: string; readonly userId: string },
  most: number,
  { reason, now }: Ending,
): Promise<string[]> {
  const oldest = await db.session.findMany({
    where: { userId, revokedAt: null, expiresAt: { gt: now }, id: { not: opened } },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    skip: most - 1,
    take: MAX_LISTED,
    select: { id: true },
  });
  if (oldest.length === 0) return [];
  const ids = oldest.map(({ id }) => id);
  await db.session.updateMany({
    where: { id: { in: ids }, revokedAt: null },
    data: { revokedAt: now, revokeReason: reason },
  });
  return ids;
}

/** Nothing is kept of a person's sessions: their tokens are refused as those of no session. Uses session_user. */
export async function deleteSessions(db: Db, userId: string): Promise<string[]> {
  const live = await db.session.findMany({ where: { userId, revokedAt: null }, select: { id: true } });
  await db.session.deleteMany({ where: { userId } });
  return live.map(({ id }) => id);
}

/** Ends all of a person's sessions but `kept`; inside a transaction. @returns the ids of those that were live */
export async function revokeAllSessions(
  db: Db,
  userId: string,
  { reason, now }: Ending,
  kept?: string,
): Promise<string[]> {
  const live = await db.session.findMany({ where: { userId, revokedAt: null }, select: { id: true } });
  const ids = live.map(({ id }) => id).filter((id) => id !== kept);
  if (ids.length === 0) return [];
  await db.session.updateMany({
    where: { id: { in: ids }, revokedAt: null },
    data: { revokedAt: now, revokeReason: reason },
  });
  return ids;
}
