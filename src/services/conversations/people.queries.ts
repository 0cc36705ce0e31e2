import type { Receipt } from '../../contracts/conversations';
import type { Db, Row, SqlValue } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asBoolean, asDateOrNull, asNumber, asText, asTextOrNull } from '../../database/rows';

/** The other person of a private chat, as the row of their membership shows them. */
export interface Peer {
  readonly conversationId: string;
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly bio: string;
  readonly avatarKey: string | null;
  readonly deletedAt: Date | null;
  readonly isBot: boolean;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  readonly readReceipts: boolean;
  /** either of the two blocks the other */
  readonly blocked: boolean;
  /** whether the one who asks has read receipts on */
  readonly viewerReadReceipts: boolean;
}

/** Who else is in one person's conversations. */
export interface People {
  /** of private chats */
  readonly peers: ReadonlyMap<string, Peer>;
  /** of small groups: how far those with read receipts on have come */
  readonly watermarks: ReadonlyMap<string, Receipt[]>;
}

/** Uses the primary keys of membership, user and block. */
const peersIn = (count: number): string =>
  `SELECT m.conversationId, m.userId, m.lastDeliveredSeq, m.lastReadSeq, u.username, u.displayName, u.bio, u.avatarKey,
     u.deletedAt, u.isBot, u.readReceipts, me.readReceipts AS viewerReadReceipts, mine.blockerId AS blocking, theirs.blockerId AS blockedBy
   FROM membership m
   JOIN user u ON u.id = m.userId
   JOIN user me ON me.id = ?
   LEFT JOIN block mine ON mine.blockerId = me.id AND mine.blockedId = u.id
   LEFT JOIN block theirs ON theirs.blockerId = u.id AND theirs.blockedId = me.id
   WHERE m.conversationId IN (${placeholders(count)}) AND m.userId <> ?`;

/** Without a name: all who are in them, by the primary keys of membership and user. */
const watermarksIn = (count: number): string =>
  `SELECT m.conversationId, m.userId, m.lastDeliveredSeq, m.lastReadSeq, NULL AS username, NULL AS displayName, NULL AS bio,
     NULL AS avatarKey, NULL AS deletedAt, NULL AS isBot, 1 AS readReceipts, 0 AS viewerReadReceipts, NULL AS blocking, NULL AS blockedBy
   FROM membership m JOIN user u ON u.id = m.userId AND u.readReceipts = 1
   WHERE m.conversationId IN (${placeholders(count)}) AND m.leftAt IS NULL`;

const toPeer = (row: Row): Peer => ({
  conversationId: asText(row.conversationId),
  id: asText(row.userId),
  username: asText(row.username),
  displayName: asText(row.displayName),
  bio: asText(row.bio),
  avatarKey: asTextOrNull(row.avatarKey),
  deletedAt: asDateOrNull(row.deletedAt),
  isBot: asBoolean(row.isBot),
  lastReadSeq: asNumber(row.lastReadSeq),
  lastDeliveredSeq: asNumber(row.lastDeliveredSeq),
  readReceipts: asBoolean(row.readReceipts),
  viewerReadReceipts: asBoolean(row.viewerReadReceipts),
  blocked: row.blocking !== null || row.blockedBy !== null,
});

const toReceipt = (row: Row): Receipt => ({
  userId: asText(row.userId),
  deliveredSeq: asNumber(row.lastDeliveredSeq),
  readSeq: asNumber(row.lastReadSeq),
});

/** In one statement, or none. */
export async function peopleIn(
  db: Db,
  viewerId: string,
  {
    chatIds,
    smallGroupIds,
  }: { readonly chatIds: readonly string[]; readonly smallGroupIds: readonly string[] },
): Promise<People> {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  if (chatIds.length > 0) {
    parts.push(peersIn(chatIds.length));
    values.push(viewerId, ...chatIds, viewerId);
  }
  if (smallGroupIds.length > 0) {
    parts.push(watermarksIn(smallGroupIds.length));
    values.push(...smallGroupIds);
  }
  const rows =
    parts.length === 0 ? [] : await db.$queryRawUnsafe<Row[]>(parts.join(' UNION ALL '), ...values);
  const peers = rows.filter((row) => row.username !== null).map(toPeer);
  const watermarks = new Map<string, Receipt[]>(smallGroupIds.map((id) => [id, []]));
  for (const row of rows)
    if (row.username === null) watermarks.get(asText(row.conversationId))?.push(toReceipt(row));
  for (const receipts of watermarks.values())
    receipts.sort((left, right) => (left.userId < right.userId ? -1 : 1));
  return { peers: new Map(peers.map((peer) => [peer.conversationId, peer])), watermarks };
}

/** The other one of a private chat. */
export async function peerIn(db: Db, viewerId: string, chatId: string): Promise<Peer | null> {
  const { peers } = await peopleIn(db, viewerId, { chatIds: [chatId], smallGroupIds: [] });
  return peers.get(chatId) ?? null;
}
