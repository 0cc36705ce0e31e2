import type { Database, Db, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asText } from '../../database/rows';

/** Which of the sessions are alive. Uses the primary key. */
export async function liveSessionsAmong(
  db: Db,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const rows = await db.session.findMany({
    where: { id: { in: [...ids] }, revokedAt: null, expiresAt: { gt: now } },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}

/** Which of the conversations are public channels. Uses the primary key. */
export async function publicChannelsAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.conversation.findMany({
    where: { id: { in: [...ids] }, kind: 'channel', visibility: 'public', deletedAt: null },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}

export interface Visit {
  readonly userId: string;
  readonly channelId: string;
}

/** Which of the visits are somebody's who is banned there. Uses the primary key. */
export async function bannedAmong(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  visits: readonly Visit[],
): Promise<Visit[]> {
  if (visits.length === 0) return [];
  const either = visits.map(() => '(conversationId = ? AND userId = ?)').join(' OR ');
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT conversationId, userId FROM membership ${dialect.usingIndex('PRIMARY')}
      WHERE bannedAt IS NOT NULL AND (${either})`,
    ...visits.flatMap(({ userId, channelId }) => [channelId, userId]),
  );
  return rows.map((row) => ({ channelId: asText(row.conversationId), userId: asText(row.userId) }));
}

/** The conversations that people are in, by person. Uses membership_user. */
export async function membershipsAmong(
  db: Db,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (userIds.length === 0) return new Map();
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT userId, conversationId FROM membership
      WHERE userId IN (${placeholders(userIds.length)}) AND leftAt IS NULL`,
    ...userIds,
  );
  const byUser = new Map<string, Set<string>>();
  for (const row of rows) {
    const userId = asText(row.userId);
    const ids = byUser.get(userId) ?? new Set();
    if (ids.size === 0) byUser.set(userId, ids);
    ids.add(asText(row.conversationId));
  }
  return byUser;
}
