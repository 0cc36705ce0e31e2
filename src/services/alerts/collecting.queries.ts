import type { ConversationKind } from '../../contracts/messages';
import type { Notify } from '../../contracts/conversations';
import type { Told } from '../../contracts/users';
import type { Db, Row, SqlSession, SqlValue } from '../../database/database';
import { placeholders, type Dialect } from '../../database/dialects/dialect';
import { asBoolean, asDate, asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';
import { MOST_CALLED, type Alert } from './alert';

/** A conversation with messages of which nobody knows yet whom to tell. */
export interface Unseen {
  readonly conversationId: string;
  readonly kind: ConversationKind;
  readonly memberCount: number;
  readonly alertedSeq: number;
  readonly lastSeq: number;
}

/** Locks up to where the conversations were looked at, which nobody else waits for. @param ids in order */
export async function lockAlertProgress(
  sql: SqlSession,
  { alerts }: Dialect,
  ids: readonly string[],
): Promise<Unseen[]> {
  await sql.execute(
    alerts.openProgress(ids.length),
    ids.flatMap((id) => [id, 0]),
  );
  const rows = await sql.query(
    `SELECT c.id, c.kind, c.memberCount, c.lastSeq, p.alertedSeq
     FROM alert_progress p JOIN conversation c ON c.id = p.conversationId
     WHERE p.conversationId IN (${placeholders(ids.length)}) AND c.lastSeq > p.alertedSeq AND c.deletedAt IS NULL`,
    ids,
  );
  return rows.map((row) => ({
    conversationId: asText(row.id),
    kind: asText(row.kind) as ConversationKind,
    memberCount: asNumber(row.memberCount),
    alertedSeq: asNumber(row.alertedSeq),
    lastSeq: asNumber(row.lastSeq),
  }));
}

/** What was said, as far as it matters for whom to tell. */
export interface NewMessage {
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string;
  readonly mentionsAll: boolean;
  readonly createdAt: Date;
  /** a tombstone, or nothing that somebody said */
  readonly isSilent: boolean;
}

/** The first `limit` new messages of each conversation, by seq: one range of the primary key each, in one statement. */
export async function newMessages(
  sql: SqlSession,
  dialect: Dialect,
  unseen: readonly Unseen[],
  limit: number,
): Promise<NewMessage[]> {
  const part =
    dialect.partOfUnion(`SELECT conversationId, seq, senderId, mentionsAll, createdAt, type, deletedAt FROM message
    WHERE conversationId = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${limit}`);
  const rows = await sql.query(
    unseen.map(() => part).join(' UNION ALL '),
    unseen.flatMap(({ conversationId, alertedSeq, lastSeq }) => [conversationId, alertedSeq, lastSeq]),
  );
  const messages = rows.map((row) => ({
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    senderId: asText(row.senderId),
    mentionsAll: asBoolean(row.mentionsAll),
    createdAt: asDate(row.createdAt),
    isSilent: row.type === 'system' || row.deletedAt !== null,
  }));
  return messages.sort((left, right) => left.seq - right.seq);
}

/** Somebody who may have to be told. */
export interface Reader {
  readonly conversationId: string;
  readonly userId: string;
  readonly notify: Notify;
  readonly doneSeq: number;
  readonly telegram: Told;
  readonly email: Told;
  readonly hasTelegram: boolean;
  /** a message that names them, or answers them */
  readonly namedAt: number | null;
}

/** In a larger conversation those are looked up who hear everything, instead of all who are there. */
const MOST_LOOKED_AT = 100;

const COLUMNS = `p.conversationId, p.userId, p.notify, p.lastReadSeq, p.clearedUptoSeq, p.removedUptoSeq,
  u.isBot, u.notifyTelegram, u.notifyEmail, t.userId AS linkedId`;

/** Bots have no address, and read what they are sent by themselves. */
const LISTENS = `p.leftAt IS NULL AND p.notify <> 'none' AND (p.mutedUntil IS NULL OR p.mutedUntil <= ?)
  AND p.lastReadSeq < ? AND u.deletedAt IS NULL AND u.isBot = FALSE AND (u.notifyTelegram <> 'nothing' OR u.notifyEmail <> 'nothing')`;

const MEMBERS = `SELECT ${COLUMNS}, NULL AS namedAt
  FROM membership p JOIN user u ON u.id = p.userId LEFT JOIN telegram_link t ON t.userId = p.userId
  WHERE p.conversationId = ? AND ${LISTENS}`;

/** Ranges of user_hears_all and lookups of membership's primary key: whoever else follows costs nothing. */
const hearers = (dialect: Dialect): string => `${dialect.search.select} ${COLUMNS}, NULL AS namedAt
  FROM user u ${dialect.usingIndex('user_hears_all')} CROSS JOIN membership p ON p.conversationId = ? AND p.userId = u.id
  LEFT JOIN telegram_link t ON t.userId = u.id
  WHERE u.hearsAll = 1 AND ${LISTENS}`;

const NAMED = `SELECT ${COLUMNS}, n.seq AS namedAt
  FROM mention n JOIN membership p ON p.conversationId = n.conversationId AND p.userId = n.userId
  JOIN user u ON u.id = p.userId LEFT JOIN telegram_link t ON t.userId = p.userId
  WHERE n.conversationId = ? AND n.seq > ? AND n.seq <= ? AND ${LISTENS}`;

export interface Asked extends Unseen {
  /** everybody there is called */
  readonly callsAll: boolean;
}

/** Whether a call to everybody is a mention there. */
export const isCallHeard = ({ kind, memberCount }: Pick<Unseen, 'kind' | 'memberCount'>): boolean =>
  kind === 'group' && memberCount <= MOST_CALLED;

function partsOf(asked: Asked, dialect: Dialect, now: Date): [string, readonly SqlValue[]][] {
  const { conversationId, kind, memberCount, alertedSeq, lastSeq, callsAll } = asked;
  const listens = [now, lastSeq];
  const named: [string, SqlValue[]] = [NAMED, [conversationId, alertedSeq, lastSeq, ...listens]];
  const members = [conversationId, ...listens];
  // In a private chat everything is told.
  if (kind === 'chat') return [[MEMBERS, members], named];
  if (callsAll && isCallHeard(asked)) return [[MEMBERS, members], named];
  if (memberCount <= MOST_LOOKED_AT) return [[`${MEMBERS} AND u.hearsAll = 1`, members], named];
  return [[hearers(dialect), members], named];
}

/** The people whom new messages may have to be told, in one statement: some more than once, by what names them. */
export async function readersOf(
  sql: SqlSession,
  dialect: Dialect,
  asked: readonly Asked[],
  now: Date,
): Promise<Reader[]> {
  const parts = asked.flatMap((one) => partsOf(one, dialect, now));
  const rows = await sql.query(
    parts.map(([select]) => select).join(' UNION ALL '),
    parts.flatMap(([, values]) => values),
  );
  const people = rows.filter(({ isBot }) => !asBoolean(isBot));
  return people.map((row) => ({
    conversationId: asText(row.conversationId),
    userId: asText(row.userId),
    notify: asText(row.notify) as Notify,
    doneSeq: Math.max(
      asNumber(row.lastReadSeq),
      asNumber(row.clearedUptoSeq),
      asNumberOrNull(row.removedUptoSeq) ?? 0,
    ),
    telegram: asText(row.notifyTelegram) as Told,
    email: asText(row.notifyEmail) as Told,
    hasTelegram: asTextOrNull(row.linkedId) !== null,
    namedAt: asNumberOrNull(row.namedAt),
  }));
}

/** Alerts of one statement. */
const CHUNK = 500;

/** What the upserts of alerts take. */
export const alertValues = (alerts: readonly Alert[]): SqlValue[] =>
  alerts.flatMap(({ userId, conversationId, via, firstSeq, lastSeq, dueAt }) => [
    userId,
    conversationId,
    via,
    firstSeq,
    lastSeq,
    dueAt,
  ]);

export async function storeAlerts(
  sql: SqlSession,
  dialect: Dialect,
  alerts: readonly Alert[],
): Promise<void> {
  for (let from = 0; from < alerts.length; from += CHUNK) {
    const chunk = alerts.slice(from, from + CHUNK);
    await sql.execute(dialect.alerts.store(chunk.length), alertValues(chunk));
  }
}

export async function setAlertProgress(
  sql: SqlSession,
  { alerts }: Dialect,
  reached: readonly Pick<Unseen, 'conversationId' | 'alertedSeq'>[],
): Promise<void> {
  await sql.execute(
    alerts.setProgress(reached.length),
    reached.flatMap(({ conversationId, alertedSeq }) => [conversationId, alertedSeq]),
  );
}

/** Some conversations in the order of their ids, with those of them that are behind. Two ranges of primary keys. */
export async function unseenAfter(
  db: Db,
  after: string,
  limit: number,
): Promise<{ readonly behind: string[]; readonly last: string | null }> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT c.id, c.lastSeq, c.deletedAt, p.alertedSeq
     FROM (SELECT id, lastSeq, deletedAt FROM conversation WHERE id > ? ORDER BY id LIMIT ${limit}) AS c
     LEFT JOIN alert_progress p ON p.conversationId = c.id ORDER BY c.id`,
    after,
  );
  const isBehind = (row: Row): boolean =>
    row.deletedAt === null && asNumber(row.lastSeq) > (asNumberOrNull(row.alertedSeq) ?? 0);
  const last = rows.at(-1);
  return {
    behind: rows.filter(isBehind).map((row) => asText(row.id)),
    last: last ? asText(last.id) : null,
  };
}
