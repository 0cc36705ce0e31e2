import type { Db, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asDateOrNull, asNumber, asText } from '../../database/rows';
import type { ConversationKind } from '../../contracts/messages';

const only = ([row]: readonly Row[]): Row => row ?? {};

/** Reads the whole of user_role. */
export async function countAccounts(db: Db, now: Date): Promise<{ total: number; suspended: number }> {
  const suspended = await db.suspension.count({ where: { OR: [{ until: null }, { until: { gt: now } }] } });
  return { total: await db.user.count({ where: { deletedAt: null } }), suspended };
}

/** How many people were last there after each of some moments, the earliest last. A range of user_activity_seen. */
export async function countSeenAfter(db: Db, moments: readonly Date[]): Promise<number[]> {
  const sums = moments.map((_, index) => `SUM(CASE WHEN lastSeenAt >= ? THEN 1 ELSE 0 END) AS seen${index}`);
  const row = only(
    await db.$queryRawUnsafe<Row[]>(
      `SELECT ${sums.join(', ')} FROM user_activity WHERE lastSeenAt >= ?`,
      ...moments,
      moments.at(-1),
    ),
  );
  return moments.map((_, index) => asNumber(row[`seen${index}`] ?? 0));
}

/** When some people were last there, by primary key; whoever never was is left out. */
export async function lastSeenOf(db: Db, userIds: readonly string[]): Promise<Date[]> {
  const rows = await db.userActivity.findMany({
    where: { userId: { in: [...userIds] } },
    select: { lastSeenAt: true },
  });
  return rows.map(({ lastSeenAt }) => lastSeenAt);
}

/** Reads all conversations. */
export async function countConversations(db: Db): Promise<Map<string, number>> {
  const rows = await db.conversation.groupBy({ by: ['kind'], where: { deletedAt: null }, _count: true });
  return new Map(rows.map(({ kind, _count }) => [kind, _count]));
}

/** Messages whose ids lie in a range, by the kind of conversation: a range of the index on ids. */
export async function countMessages(db: Db, from: string, until: string): Promise<Map<string, number>> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT c.kind, COUNT(*) AS messages FROM message m JOIN conversation c ON c.id = m.conversationId
      WHERE m.id >= ? AND m.id < ? GROUP BY c.kind`,
    from,
    until,
  );
  return new Map(rows.map((row) => [asText(row.kind), asNumber(row.messages)]));
}

export interface CountedDay {
  readonly day: string;
  readonly kind: string;
  readonly messages: number;
}

/** Those of some days that were counted. By primary key. */
export async function countedDays(db: Db, days: readonly string[]): Promise<CountedDay[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT day, kind, messages FROM message_day WHERE day IN (${placeholders(days.length)})`,
    ...days,
  );
  return rows.map((row) => ({
    day: asText(row.day),
    kind: asText(row.kind),
    messages: asNumber(row.messages),
  }));
}

/** Keeps what a day had. Another server may have counted it at the same moment: the same. */
export async function keepDay(
  db: Db,
  day: string,
  kinds: readonly ConversationKind[],
  counted: ReadonlyMap<string, number>,
): Promise<void> {
  for (const kind of kinds) {
    const messages = counted.get(kind) ?? 0;
    await db.messageDay.upsert({
      where: { day_kind: { day, kind } },
      create: { day, kind, messages },
      update: { messages },
    });
  }
}

/** Reads all blobs, and all files. */
export async function countStored(db: Db): Promise<{ files: number; objects: number; bytes: number }> {
  const { _count, _sum } = await db.blob.aggregate({ _count: true, _sum: { size: true } });
  return { files: await db.file.count(), objects: _count, bytes: Number(_sum.size ?? 0) };
}

/** Ranges of outbox_job_next. */
export async function countJobs(db: Db): Promise<{ waiting: number; oldestAt: Date | null; dead: number }> {
  const row = only(
    await db.$queryRawUnsafe<Row[]>(
      'SELECT COUNT(*) AS waiting, MIN(createdAt) AS oldestAt FROM outbox_job WHERE deadAt IS NULL',
    ),
  );
  const dead = await db.outboxJob.count({ where: { deadAt: { not: null } } });
  return { waiting: asNumber(row.waiting ?? 0), oldestAt: asDateOrNull(row.oldestAt), dead };
}
