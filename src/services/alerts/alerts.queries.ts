import type { ConversationKind } from '../../contracts/messages';
import type { Notify } from '../../contracts/conversations';
import type { Database, Db, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import {
  asBoolean,
  asDate,
  asDateOrNull,
  asNumber,
  asNumberOrNull,
  asText,
  asTextOrNull,
} from '../../database/rows';
import { presentNotifications } from '../accounts/user.presenter';
import type { Alert, AlertKey, Standing, Via } from './alert';
import { alertValues } from './collecting.queries';

/** Alerts of one statement. */
const CHUNK = 200;

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}

const toKey = (row: Row): AlertKey => ({
  userId: asText(row.userId),
  conversationId: asText(row.conversationId),
  via: asText(row.via) as Via,
});

/** Alerts that are due, longest first (index alert_due). Somebody else may take them before `claim` does. */
export async function findDue(db: Db, now: Date, limit: number): Promise<AlertKey[]> {
  const rows = await db.alert.findMany({
    where: { dueAt: { lte: now } },
    orderBy: { dueAt: 'asc' },
    take: limit,
    select: { userId: true, conversationId: true, via: true },
  });
  return rows.map(toKey);
}

/** When the next one is due. */
export async function nextDue(db: Db): Promise<Date | null> {
  const next = await db.alert.findFirst({
    where: { dueAt: { gt: new Date(0) } },
    orderBy: { dueAt: 'asc' },
    select: { dueAt: true },
  });
  return next?.dueAt ?? null;
}

const KEY = '(userId = ? AND conversationId = ? AND via = ?)';

export interface Claim {
  /** new for every claim: what it took is read by it */
  readonly bundleId: string;
  readonly now: Date;
  /** when they are due again, whatever becomes of who took them */
  readonly until: Date;
}

/**
 * Takes those of the alerts that are still due; and with one mail to somebody all that they are to be told by mail, due or not, that nobody has
 * taken. Lookups and prefixes of the primary key.
 */
export async function claim(
  { writer, dialect }: Database,
  due: readonly AlertKey[],
  { bundleId, now, until }: Claim,
): Promise<void> {
  await writer.$executeRawUnsafe(
    `UPDATE alert ${dialect.usingIndex('PRIMARY')} SET bundleId = ?, dueAt = ?
      WHERE (${due.map(() => KEY).join(' OR ')}) AND dueAt <= ?`,
    bundleId,
    until,
    ...due.flatMap(({ userId, conversationId, via }) => [userId, conversationId, via]),
    now,
  );
  const mailed = [...new Set(due.flatMap(({ via, userId }) => (via === 'email' ? [userId] : [])))].sort();
  if (mailed.length === 0) return;
  await writer.$executeRawUnsafe(
    `UPDATE alert ${dialect.usingIndex('PRIMARY')} SET bundleId = ?, dueAt = ?
      WHERE userId IN (${placeholders(mailed.length)}) AND via = 'email' AND bundleId IS NULL`,
    bundleId,
    until,
    ...mailed,
  );
}

/** With what decides whether they are told, in one statement: lookups of primary keys. */
const STANDING = `SELECT a.userId, a.conversationId, a.via, a.firstSeq, a.lastSeq, a.dueAt,
    c.kind, c.title, c.deletedAt AS conversationDeletedAt,
    p.leftAt, p.notify, p.mutedUntil, p.lastReadSeq, p.clearedUptoSeq, p.removedUptoSeq,
    u.email, u.username, u.deletedAt, u.isBot, u.notifyTelegram, u.notifyEmail, u.notifyPreview, u.quietFrom, u.quietTo, u.quietZone,
    s.userId AS suspendedId, s.until AS suspendedUntil, t.chatId, t.mutedUntil AS chatMutedUntil
  FROM alert a
  LEFT JOIN conversation c ON c.id = a.conversationId
  LEFT JOIN membership p ON p.conversationId = a.conversationId AND p.userId = a.userId
  LEFT JOIN user u ON u.id = a.userId
  LEFT JOIN suspension s ON s.userId = a.userId
  LEFT JOIN telegram_link t ON t.userId = a.userId`;

const isPast = (time: unknown, now: Date): boolean => (asDateOrNull(time) ?? now) <= now;

function isSuspended(row: Row, now: Date): boolean {
  const until = asDateOrNull(row.suspendedUntil);
  return asTextOrNull(row.suspendedId) !== null && (until === null || until > now);
}

function toStanding(row: Row, now: Date): Standing {
  const isThere =
    asTextOrNull(row.kind) !== null && asTextOrNull(row.username) !== null && row.notify !== null;
  const isPerson = isThere && asDateOrNull(row.deletedAt) === null && !asBoolean(row.isBot);
  return {
    ...toKey(row),
    firstSeq: asNumber(row.firstSeq),
    lastSeq: asNumber(row.lastSeq),
    dueAt: asDate(row.dueAt),
    kind: (asTextOrNull(row.kind) ?? 'chat') as ConversationKind,
    title: asTextOrNull(row.title),
    isActive: isPerson && !isSuspended(row, now),
    isMember:
      isThere && asDateOrNull(row.leftAt) === null && asDateOrNull(row.conversationDeletedAt) === null,
    notify: (asTextOrNull(row.notify) ?? 'none') as Notify,
    mutedUntil: asDateOrNull(row.mutedUntil),
    doneSeq: Math.max(
      asNumberOrNull(row.lastReadSeq) ?? 0,
      asNumberOrNull(row.clearedUptoSeq) ?? 0,
      asNumberOrNull(row.removedUptoSeq) ?? 0,
    ),
    email: asTextOrNull(row.email) ?? '',
    username: asTextOrNull(row.username) ?? '',
    chatId: isPast(row.chatMutedUntil, now) ? asTextOrNull(row.chatId) : null,
    settings: presentNotifications({
      notifyTelegram: asTextOrNull(row.notifyTelegram) ?? 'nothing',
      notifyEmail: asTextOrNull(row.notifyEmail) ?? 'nothing',
      notifyPreview: row.notifyPreview !== null && asBoolean(row.notifyPreview),
      quietFrom: asTextOrNull(row.quietFrom),
      quietTo: asTextOrNull(row.quietTo),
      quietZone: asTextOrNull(row.quietZone),
    }),
  };
}

/** What was taken together, of one person if one is given, as it stands now. Index alert_bundle. */
export async function standingsIn(
  db: Db,
  { bundleId, userId }: { readonly bundleId: string; readonly userId?: string },
  now: Date,
): Promise<Standing[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `${STANDING} WHERE a.bundleId = ?${userId === undefined ? '' : ' AND a.userId = ?'}`,
    ...(userId === undefined ? [bundleId] : [bundleId, userId]),
  );
  return rows.map((row) => toStanding(row, now));
}

/** Who of some people has done something since. Index session_user. */
export async function activeSince(
  db: Db,
  userIds: readonly string[],
  since: Date,
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const rows = await db.session.findMany({
    where: { userId: { in: [...userIds] }, revokedAt: null, lastUsedAt: { gt: since } },
    select: { userId: true },
  });
  return new Set(rows.map(({ userId }) => userId));
}

/** Settles alerts that this bundle still has, up to what was told or is not wanted: what came after stays. */
export async function forget(
  db: Db,
  alerts: readonly (AlertKey & Pick<Alert, 'lastSeq'>)[],
  bundleId: string,
): Promise<void> {
  for (const some of chunks(alerts))
    await db.$executeRawUnsafe(
      `DELETE FROM alert WHERE bundleId = ? AND (${some.map(() => `(${KEY} AND lastSeq <= ?)`).join(' OR ')})`,
      bundleId,
      ...some.flatMap(({ userId, conversationId, via, lastSeq }) => [userId, conversationId, via, lastSeq]),
    );
}

/** Makes alerts begin where it is said, due at another time, and nobody's; where they end stays. */
export async function postpone(
  db: Db,
  { dialect }: Pick<Database, 'dialect'>,
  alerts: readonly Alert[],
): Promise<void> {
  for (const some of chunks(alerts))
    await db.$executeRawUnsafe(dialect.alerts.postpone(some.length), ...alertValues(some));
}

/** Alerts are in the outbox, and due again when it has given up. */
export async function hold(
  db: Db,
  { dialect }: Pick<Database, 'dialect'>,
  alerts: readonly Alert[],
): Promise<void> {
  for (const some of chunks(alerts))
    await db.$executeRawUnsafe(dialect.alerts.hold(some.length), ...alertValues(some));
}
