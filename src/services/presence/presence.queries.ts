import type { Database, Db, Row } from '../../database/database';
import { placeholders, type Dialect } from '../../database/dialects/dialect';
import { asDateOrNull, asText } from '../../database/rows';
import { pairKeyOf } from '../conversations/pair';
import type { Lapse } from './leases';
import type { LastSeen } from './presence.policy';

export interface PresenceSetting {
  readonly userId: string;
  readonly lastSeen: LastSeen;
  readonly lastSeenAt: Date | null;
}

/** The setting and the last time of people; ids without an account are left out. Uses the primary keys of user and user_activity. */
export async function presenceSettings(db: Db, ids: readonly string[]): Promise<PresenceSetting[]> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT u.id, u.lastSeen, a.lastSeenAt FROM user u LEFT JOIN user_activity a ON a.userId = u.id
      WHERE u.id IN (${placeholders(ids.length)}) AND u.deletedAt IS NULL`,
    ...ids,
  );
  return rows.map((row) => ({
    userId: asText(row.id),
    lastSeen: asText(row.lastSeen) as LastSeen,
    lastSeenAt: asDateOrNull(row.lastSeenAt),
  }));
}

/** Writes down when people were last there, in one statement; they must have accounts. */
export async function storeLastSeen(
  { writer, dialect }: { readonly writer: Database['writer']; readonly dialect: Dialect },
  lapses: readonly Lapse[],
): Promise<void> {
  if (lapses.length === 0) return;
  await writer.$executeRawUnsafe(
    dialect.upsertActivity(lapses.length),
    ...lapses.flatMap(({ userId, lastSeenAt }) => [userId, lastSeenAt]),
  );
}

export interface Pair {
  readonly userId: string;
  /** the other person, or the conversation */
  readonly otherId: string;
}

const asPairs = (rows: readonly Row[]): Pair[] =>
  rows.map((row) => ({ userId: asText(row.userId), otherId: asText(row.otherId) }));

/**
 * Whom people have written to in a private chat, in one statement: their chats by membership_user, and in each one look
 * at the prefix (senderId, conversationId) of message_client_key.
 */
export async function contactsOf(db: Db, ids: readonly string[]): Promise<Pair[]> {
  if (ids.length === 0) return [];
  return asPairs(
    await db.$queryRawUnsafe<Row[]>(
      `SELECT me.userId, peer.userId AS otherId
         FROM membership me
         JOIN conversation c ON c.id = me.conversationId AND c.kind = 'chat'
         JOIN membership peer ON peer.conversationId = me.conversationId AND peer.userId <> me.userId
        WHERE me.userId IN (${placeholders(ids.length)}) AND me.leftAt IS NULL
          AND EXISTS (SELECT 1 FROM message w WHERE w.senderId = me.userId AND w.conversationId = me.conversationId)`,
      ...ids,
    ),
  );
}

/** The groups people are in. Uses membership_user. */
export async function groupsOf(db: Db, ids: readonly string[]): Promise<Pair[]> {
  if (ids.length === 0) return [];
  return asPairs(
    await db.$queryRawUnsafe<Row[]>(
      `SELECT me.userId, me.conversationId AS otherId
         FROM membership me JOIN conversation c ON c.id = me.conversationId AND c.kind = 'group'
        WHERE me.userId IN (${placeholders(ids.length)}) AND me.leftAt IS NULL`,
      ...ids,
    ),
  );
}

/** Blocks by and of people, told from their side. Uses the primary key and block_blocked. */
export async function blocksAround(db: Db, ids: readonly string[]): Promise<Pair[]> {
  if (ids.length === 0) return [];
  const some = placeholders(ids.length);
  return asPairs(
    await db.$queryRawUnsafe<Row[]>(
      `SELECT blockerId AS userId, blockedId AS otherId FROM block WHERE blockerId IN (${some})
       UNION SELECT blockedId AS userId, blockerId AS otherId FROM block WHERE blockedId IN (${some})`,
      ...ids,
      ...ids,
    ),
  );
}

/** Who of some people has written to the viewer in their private chat. Uses conversation_pair_key and message_client_key. */
export async function writersTo(
  db: Db,
  viewerId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT peer.userId FROM conversation c
       JOIN membership peer ON peer.conversationId = c.id AND peer.userId <> ?
      WHERE c.pairKey IN (${placeholders(ids.length)})
        AND EXISTS (SELECT 1 FROM message w WHERE w.senderId = peer.userId AND w.conversationId = c.id)`,
    viewerId,
    ...ids.map((id) => pairKeyOf(viewerId, id)),
  );
  return new Set(rows.map((row) => asText(row.userId)));
}

/** Who of some people blocks the viewer or is blocked by them. Uses the primary key, either way round. */
export async function blockedWith(
  db: Db,
  viewerId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const some = placeholders(ids.length);
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT blockedId AS otherId FROM block WHERE blockerId = ? AND blockedId IN (${some})
     UNION SELECT blockerId AS otherId FROM block WHERE blockedId = ? AND blockerId IN (${some})`,
    viewerId,
    ...ids,
    viewerId,
    ...ids,
  );
  return new Set(rows.map((row) => asText(row.otherId)));
}
