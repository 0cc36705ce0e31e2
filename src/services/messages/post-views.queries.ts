import type { Database, Db, Row } from '../../database/database';
import { asNumber } from '../../database/rows';

export interface PostView {
  readonly conversationId: string;
  readonly seq: number;
  /** those who have seen it since it was last written down */
  readonly views: number;
}

/** Adds to the counts, in one statement. Rows lock in the order given. */
export async function addViews(
  { writer, dialect }: Pick<Database, 'writer' | 'dialect'>,
  seen: readonly PostView[],
): Promise<void> {
  await writer.$executeRawUnsafe(
    dialect.addPostViews(seen.length),
    ...seen.flatMap(({ conversationId, seq, views }) => [conversationId, seq, views]),
  );
}

/** The counts of a page of posts, by seq; those that nobody has seen are left out. One range of the primary key. */
export async function viewsBetween(
  db: Db,
  conversationId: string,
  first: number,
  last: number,
): Promise<Map<number, number>> {
  const rows = await db.$queryRawUnsafe<Row[]>(
    'SELECT seq, views FROM post_view WHERE conversationId = ? AND seq >= ? AND seq <= ?',
    conversationId,
    first,
    last,
  );
  return new Map(rows.map(({ seq, views }) => [asNumber(seq), asNumber(views)]));
}

interface OwnRange {
  readonly conversationId: string;
  readonly senderId: string;
  readonly first: number;
  readonly last: number;
}

/** Which posts of a short range somebody wrote. A range of the primary key: their other posts may be many. */
export async function ownPostsBetween(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  { conversationId, senderId, first, last }: OwnRange,
): Promise<ReadonlySet<number>> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT seq FROM message ${dialect.usingIndex('PRIMARY')}
      WHERE conversationId = ? AND seq >= ? AND seq <= ? AND senderId = ?`,
    conversationId,
    first,
    last,
    senderId,
  );
  return new Set(rows.map((row) => asNumber(row.seq)));
}
