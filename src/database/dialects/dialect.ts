import type { AlertDialect } from './alert-dialect';
import type { SearchDialect } from './search-dialect';

/** What MySQL/MariaDB and SQLite say differently. Nothing else in the code asks which database it is. */
export interface Dialect {
  /**
   * SQL that locks conversations, in id order, until the transaction ends and reads LOCKED_COLUMNS of those that are not deleted.
   * Takes `count` ids.
   * @param held what to do when somebody else holds one: wait as long as a statement may, or fail at once
   */
  lockConversations(count: number, held?: 'wait' | 'fail'): string;
  /**
   * What follows a table's name where one index must be used: for long lists of alternatives over several columns. Left to itself
   * MariaDB's optimizer weighs every index of the table for every alternative, which takes far longer than the lookups.
   */
  usingIndex(name: string): string;
  /**
   * A SELECT with an ORDER BY and a LIMIT of its own, as a part of a UNION ALL. As a derived table MariaDB would write each part to a
   * table on disk when it has long texts.
   */
  partOfUnion(select: string): string;
  /** What ends a SELECT that locks the rows it reads until the transaction ends. */
  readonly forUpdate: string;
  /** What ends a SELECT whose rows nobody else may change until the transaction ends. */
  readonly forShare: string;
  /** SQL that locks people's rows, in id order, until the transaction ends. Takes `count` ids. */
  lockUsers(count: number): string;
  /**
   * SQL that sets lastSeq, version and lastActivityAt of `count` existing conversations by primary key, each its own.
   * Takes id, kind, lastSeq, version, lastActivityAt, createdAt per row: written as an upsert, which is linear in the
   * rows and locks no others, where a CASE is quadratic. The row exists, so kind and createdAt are never stored.
   */
  advanceConversations(count: number): string;
  /**
   * SQL that makes people members of a conversation, or members again: `count` rows of conversationId, userId, role, version,
   * joinedVersion, createdAt, lastReadSeq, lastDeliveredSeq. Whoever comes back is not banned any more, keeps their read position, unless
   * they were never in, counts `myVersion` on, and keeps a higher `version`: who missed an earlier change finds them by it.
   */
  enterConversation(count: number): string;
  /**
   * SQL that sets postedAt of `count` existing memberships. Takes conversationId, userId, createdAt, postedAt per row: an upsert, as
   * `advanceConversations`, of which nothing but postedAt is ever stored.
   */
  notePosts(count: number): string;
  /** SQL that adds to the views of `count` posts. Takes conversationId, seq, views per row. */
  addPostViews(count: number): string;
  /** SQL that adds those of `count` blobs that are not there yet, and locks those that are. Takes sha256, storageKey, size, createdAt per row. */
  addBlobs(count: number): string;
  /** SQL that stores when `count` people were last there, unless something later is stored. Takes userId, lastSeenAt per row. */
  upsertActivity(count: number): string;
  readonly search: SearchDialect;
  readonly alerts: AlertDialect;
}

/** What is read of a conversation when it is locked. */
export const LOCKED_COLUMNS =
  'id, kind, pairKey, visibility, signed, slowModeSeconds, memberCount, lastSeq, version, lastActivityAt';

/** The rows of `enterConversation`: a new member has changed nothing of their own yet. */
export const entranceRows = (count: number): string =>
  Array.from({ length: count }, () => '(?, ?, ?, ?, ?, 0, ?, ?, ?)').join(', ');

/** The rows of `notePosts`. */
export const postRows = (count: number): string =>
  Array.from({ length: count }, () => "(?, ?, '', 0, 0, 0, ?, ?)").join(', ');

/** `?, ?, ?` */
export function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

/** `(?, ?), (?, ?)`: for the rows of one INSERT or for row comparisons. */
export function tuples(rows: number, columns: number): string {
  const tuple = `(${placeholders(columns)})`;
  return Array.from({ length: rows }, () => tuple).join(', ');
}
