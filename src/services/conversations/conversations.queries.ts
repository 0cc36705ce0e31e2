import type { ConversationKind } from '../../contracts/messages';
import type { Db, Row } from '../../database/database';
import { placeholders, type Dialect } from '../../database/dialects/dialect';
import { asDateOrNull, asNumber, asText } from '../../database/rows';
import type { VersionRange } from '../messages/messages.queries';

/** A membership as `changes` tells it to everybody. */
export interface MembershipRow {
  readonly userId: string;
  readonly role: string;
  readonly version: number;
  readonly leftAt: Date | null;
}

/** Uses the unique key conversation_pair_key. */
export function conversationByPair(db: Db, pairKey: string): Promise<{ id: string } | null> {
  return db.conversation.findUnique({ where: { pairKey }, select: { id: true } });
}

/** The new chat with both memberships, all at version 1. @throws a unique violation when the pair has one */
export async function insertChat(
  db: Db,
  chat: {
    readonly id: string;
    readonly pairKey: string;
    readonly userIds: readonly string[];
    readonly now: Date;
  },
): Promise<void> {
  await db.conversation.create({
    data: {
      id: chat.id,
      kind: 'chat',
      pairKey: chat.pairKey,
      memberCount: chat.userIds.length,
      lastSeq: 0,
      version: 1,
      lastActivityAt: chat.now,
      createdAt: chat.now,
    },
  });
  await db.membership.createMany({
    data: chat.userIds.map((userId) => ({
      conversationId: chat.id,
      userId,
      role: 'member',
      version: 1,
      // The founders have been there from before the first change.
      joinedVersion: 0,
      myVersion: 0,
      createdAt: chat.now,
    })),
  });
}

/** Memberships changed in a range of versions, by version. Uses membership_version. */
export async function membershipsSince(
  db: Db,
  { conversationId, since, upTo, limit }: VersionRange,
): Promise<MembershipRow[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT userId, role, version, leftAt FROM membership
      WHERE conversationId = ? AND version > ? AND version <= ? ORDER BY version, userId LIMIT ${limit}`,
    conversationId,
    since,
    upTo,
  );
  return rows.map((row) => ({
    userId: asText(row.userId),
    role: asText(row.role),
    version: asNumber(row.version),
    leftAt: asDateOrNull(row.leftAt),
  }));
}

/** The ids of all conversations that people are in, by person; who is in none is left out. Uses membership_user. */
export async function conversationIdsOf(db: Db, userIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT userId, conversationId FROM membership WHERE userId IN (${placeholders(userIds.length)}) AND leftAt IS NULL`,
    ...userIds,
  );
  const ids = new Map<string, string[]>();
  for (const row of rows) {
    const userId = asText(row.userId);
    const theirs = ids.get(userId);
    if (theirs) theirs.push(asText(row.conversationId));
    else ids.set(userId, [asText(row.conversationId)]);
  }
  return ids;
}

/** Locks a pair's chat until the transaction ends. @returns its id, `null` when there is none */
export async function lockChatOfPair(db: Db, dialect: Dialect, pairKey: string): Promise<string | null> {
  const chat = await conversationByPair(db, pairKey);
  if (!chat) return null;
  await db.$queryRawUnsafe(dialect.lockConversations(1), chat.id);
  return chat.id;
}

/** Locks two people's rows: what refers to both locks them one after the other otherwise, and two at once meet crosswise. */
export async function lockPair(db: Db, dialect: Dialect, first: string, second: string): Promise<void> {
  await db.$queryRawUnsafe(dialect.lockUsers(2), first, second);
}

/** Every member's own view of a conversation has changed. A range of the primary key. */
export async function bumpOwnViews(db: Db, conversationId: string): Promise<void> {
  await db.membership.updateMany({ where: { conversationId }, data: { myVersion: { increment: 1 } } });
}

/** @returns the person's new version */
export async function bumpUserVersion(db: Db, userId: string): Promise<number> {
  const { userVersion } = await db.user.update({
    where: { id: userId },
    data: { userVersion: { increment: 1 } },
    select: { userVersion: true },
  });
  return userVersion;
}

/** Uses the primary key. */
export async function showsReceipts(db: Db, userId: string): Promise<boolean> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { readReceipts: true } });
  return user?.readReceipts ?? false;
}

/** What conversations are; those that are not there, or deleted, are left out. Uses the primary key. */
export async function kindsOf(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ConversationKind>> {
  const rows = await db.conversation.findMany({
    where: { id: { in: [...ids] }, deletedAt: null },
    select: { id: true, kind: true },
  });
  return new Map(rows.map(({ id, kind }) => [id, kind as ConversationKind]));
}
