import type { Db, Row } from '../../database/database';
import type { Dialect } from '../../database/dialects/dialect';
import { asBoolean, asDateOrNull, asText } from '../../database/rows';
import { firstIdAt } from '../../helpers/ids';

export interface AnnouncementRow {
  readonly id: string;
  readonly authorId: string;
  readonly content: string;
  readonly bySocket: boolean;
  readonly byEmail: boolean;
  readonly mailed: number;
  readonly mailedAt: Date | null;
  readonly byTelegram: boolean;
  readonly telegrams: number;
  readonly telegramsAt: Date | null;
  readonly createdAt: Date;
}

const columns = {
  id: true,
  authorId: true,
  content: true,
  bySocket: true,
  byEmail: true,
  mailed: true,
  mailedAt: true,
  byTelegram: true,
  telegrams: true,
  telegramsAt: true,
  createdAt: true,
} as const;

export async function insertAnnouncement(db: Db, row: AnnouncementRow): Promise<void> {
  await db.announcement.createMany({ data: [{ ...row, mailAfter: '', telegramAfter: '' }] });
}

/** The latest that says the same, by the same admin and ways, since a moment. A range of the primary key. */
export function announcementLike(
  db: Db,
  { authorId, content, bySocket, byEmail, byTelegram }: AnnouncementRow,
  since: Date,
): Promise<AnnouncementRow | null> {
  return db.announcement.findFirst({
    where: { id: { gte: firstIdAt(since) }, authorId, content, bySocket, byEmail, byTelegram },
    orderBy: { id: 'desc' },
    select: columns,
  });
}

/** Latest first, behind an id. By primary key. */
export function announcementsBefore(db: Db, before: string, limit: number): Promise<AnnouncementRow[]> {
  return db.announcement.findMany({
    where: { id: { lt: before } },
    orderBy: { id: 'desc' },
    take: limit,
    select: columns,
  });
}

/** Latest first. By primary key. */
export function announcementsSince(
  db: Db,
  time: Date,
  limit: number,
): Promise<Pick<AnnouncementRow, 'id' | 'content' | 'createdAt'>[]> {
  return db.announcement.findMany({
    where: { id: { gte: firstIdAt(time) } },
    orderBy: { id: 'desc' },
    take: limit,
    select: { id: true, content: true, createdAt: true },
  });
}

/**
 * Locks an announcement until the transaction ends, if its mails are written up to this person and no further.
 * @returns nothing when somebody has written the next ones already
 */
export async function holdAt(
  db: Db,
  id: string,
  mailAfter: string,
): Promise<{ content: string; createdAt: Date } | null> {
  const { count } = await db.announcement.updateMany({
    where: { id, mailAfter, mailedAt: null },
    data: { mailAfter },
  });
  if (count === 0) return null;
  return db.announcement.findUnique({ where: { id }, select: { content: true, createdAt: true } });
}

export async function advance(
  db: Db,
  id: string,
  to: { readonly mailAfter: string; readonly more: number; readonly mailedAt: Date | null },
): Promise<void> {
  const { mailAfter, more, mailedAt } = to;
  await db.announcement.update({
    where: { id },
    data: { mailAfter, mailedAt, mailed: { increment: more } },
    select: { id: true },
  });
}

/** The same as `holdAt` of its Telegram messages. */
export async function holdTelegramsAt(
  db: Db,
  id: string,
  telegramAfter: string,
): Promise<{ content: string; createdAt: Date } | null> {
  const { count } = await db.announcement.updateMany({
    where: { id, telegramAfter, telegramsAt: null },
    data: { telegramAfter },
  });
  if (count === 0) return null;
  return db.announcement.findUnique({ where: { id }, select: { content: true, createdAt: true } });
}

export async function advanceTelegrams(
  db: Db,
  id: string,
  to: { readonly telegramAfter: string; readonly more: number; readonly telegramsAt: Date | null },
): Promise<void> {
  const { telegramAfter, more, telegramsAt } = to;
  await db.announcement.update({
    where: { id },
    data: { telegramAfter, telegramsAt, telegrams: { increment: more } },
    select: { id: true },
  });
}

/**
 * The next people who had an account by then and are not suspended, no bots, by id. Nobody of them goes until the transaction ends: whoever deletes
 * an account after that finds its mail. Ranges of the primary key.
 */
export async function addresseesAfter(
  db: Db,
  dialect: Dialect,
  after: string,
  { until, now, limit }: { readonly until: Date; readonly now: Date; readonly limit: number },
): Promise<{ lastId: string | null; people: { email: string; username: string }[] }> {
  const found = await db.$queryRawUnsafe<Row[]>(
    `SELECT id, email, username, deletedAt, isBot FROM user ${dialect.usingIndex('PRIMARY')}
      WHERE id > ? AND id < ? ORDER BY id LIMIT ${limit} ${dialect.forShare}`,
    after,
    firstIdAt(new Date(until.getTime() + 1)),
  );
  const rows = found.map((row) => ({
    id: asText(row.id),
    email: asText(row.email),
    username: asText(row.username),
    deletedAt: asDateOrNull(row.deletedAt),
    isBot: asBoolean(row.isBot),
  }));
  const suspended = await db.suspension.findMany({
    where: {
      userId: { in: rows.map(({ id }) => id) },
      OR: [{ until: null }, { until: { gt: now } }],
    },
    select: { userId: true },
  });
  const isOut = new Set(suspended.map(({ userId }) => userId));
  const people = rows.filter(({ id, deletedAt, isBot }) => deletedAt === null && !isBot && !isOut.has(id));
  return { lastId: rows.length === limit ? (rows.at(-1)?.id ?? null) : null, people };
}
