import { LOCKED_COLUMNS, entranceRows, placeholders, postRows, tuples, type Dialect } from './dialect';
import { sqliteAlerts } from './sqlite-alerts';
import { sqliteSearch } from './sqlite-search';

/** Of whoever was banned before they ever came there is none. */
const keepPosition = (column: string): string =>
  `${column} = CASE WHEN membership.version = 0 AND membership.joinedVersion = 0 THEN excluded.${column} ELSE membership.${column} END`;

export const sqliteDialect: Dialect = {
  // One writer at a time: the transaction's opening write is the lock.
  lockConversations: (count) =>
    `SELECT ${LOCKED_COLUMNS} FROM conversation WHERE id IN (${placeholders(count)}) AND deletedAt IS NULL ORDER BY id`,
  usingIndex: () => '',
  partOfUnion: (select) => `SELECT * FROM (${select})`,
  forUpdate: '',
  forShare: '',
  lockUsers: (count) => `SELECT id FROM user WHERE id IN (${placeholders(count)})`,
  advanceConversations: (count) =>
    `INSERT INTO conversation (id, kind, lastSeq, version, lastActivityAt, createdAt) VALUES ${tuples(count, 6)}
      ON CONFLICT (id) DO UPDATE SET lastSeq = excluded.lastSeq, version = excluded.version, lastActivityAt = excluded.lastActivityAt`,
  enterConversation: (count) =>
    `INSERT INTO membership (conversationId, userId, role, version, joinedVersion, myVersion, createdAt, lastReadSeq, lastDeliveredSeq)
      VALUES ${entranceRows(count)}
      ON CONFLICT (conversationId, userId) DO UPDATE SET ${keepPosition('lastReadSeq')}, ${keepPosition('lastDeliveredSeq')},
        role = excluded.role, version = MAX(membership.version, excluded.version),
        joinedVersion = excluded.joinedVersion, createdAt = excluded.createdAt, myVersion = myVersion + 1,
        leftAt = NULL, bannedAt = NULL`,
  notePosts: (count) =>
    `INSERT INTO membership (conversationId, userId, role, version, joinedVersion, myVersion, createdAt, postedAt)
      VALUES ${postRows(count)} ON CONFLICT (conversationId, userId) DO UPDATE SET postedAt = excluded.postedAt`,
  addPostViews: (count) =>
    `INSERT INTO post_view (conversationId, seq, views) VALUES ${tuples(count, 3)}
      ON CONFLICT (conversationId, seq) DO UPDATE SET views = post_view.views + excluded.views`,
  addBlobs: (count) =>
    `INSERT INTO blob (sha256, storageKey, size, createdAt) VALUES ${tuples(count, 4)} ON CONFLICT (sha256) DO NOTHING`,
  upsertActivity: (count) =>
    `INSERT INTO user_activity (userId, lastSeenAt) VALUES ${tuples(count, 2)}
      ON CONFLICT (userId) DO UPDATE SET lastSeenAt = MAX(lastSeenAt, excluded.lastSeenAt)`,
  search: sqliteSearch,
  alerts: sqliteAlerts,
};
