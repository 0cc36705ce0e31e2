import { LOCKED_COLUMNS, entranceRows, placeholders, postRows, tuples, type Dialect } from './dialect';
import { mysqlAlerts } from './mysql-alerts';
import { mysqlSearch } from './mysql-search';

/** Of whoever was banned before they ever came there is none. First in its list: it asks for what stood in the row before. */
const keepPosition = (column: string): string =>
  `${column} = CASE WHEN version = 0 AND joinedVersion = 0 THEN VALUES(${column}) ELSE ${column} END`;

export const mysqlDialect: Dialect = {
  // Without the hint a long IN list makes the optimizer scan, and so lock, the whole table.
  lockConversations: (count, held = 'wait') =>
    `SELECT ${LOCKED_COLUMNS} FROM conversation FORCE INDEX (PRIMARY)
      WHERE id IN (${placeholders(count)}) AND deletedAt IS NULL ORDER BY id FOR UPDATE${held === 'fail' ? ' NOWAIT' : ''}`,
  usingIndex: (name) => `FORCE INDEX (${name})`,
  partOfUnion: (select) => `(${select})`,
  forUpdate: 'FOR UPDATE',
  // MariaDB knows no FOR SHARE.
  forShare: 'LOCK IN SHARE MODE',
  lockUsers: (count) =>
    `SELECT id FROM user FORCE INDEX (PRIMARY) WHERE id IN (${placeholders(count)}) ORDER BY id FOR UPDATE`,
  advanceConversations: (count) =>
    `INSERT INTO conversation (id, kind, lastSeq, version, lastActivityAt, createdAt) VALUES ${tuples(count, 6)}
      ON DUPLICATE KEY UPDATE lastSeq = VALUES(lastSeq), version = VALUES(version), lastActivityAt = VALUES(lastActivityAt)`,
  enterConversation: (count) =>
    `INSERT INTO membership (conversationId, userId, role, version, joinedVersion, myVersion, createdAt, lastReadSeq, lastDeliveredSeq)
      VALUES ${entranceRows(count)}
      ON DUPLICATE KEY UPDATE ${keepPosition('lastReadSeq')}, ${keepPosition('lastDeliveredSeq')},
        role = VALUES(role), version = GREATEST(version, VALUES(version)), joinedVersion = VALUES(joinedVersion), createdAt = VALUES(createdAt), myVersion = myVersion + 1, leftAt = NULL, bannedAt = NULL`,
  notePosts: (count) =>
    `INSERT INTO membership (conversationId, userId, role, version, joinedVersion, myVersion, createdAt, postedAt)
      VALUES ${postRows(count)} ON DUPLICATE KEY UPDATE postedAt = VALUES(postedAt)`,
  addPostViews: (count) =>
    `INSERT INTO post_view (conversationId, seq, views) VALUES ${tuples(count, 3)}
      ON DUPLICATE KEY UPDATE views = views + VALUES(views)`,
  addBlobs: (count) =>
    `INSERT INTO \`blob\` (sha256, storageKey, size, createdAt) VALUES ${tuples(count, 4)}
      ON DUPLICATE KEY UPDATE sha256 = VALUES(sha256)`,
  upsertActivity: (count) =>
    `INSERT INTO user_activity (userId, lastSeenAt) VALUES ${tuples(count, 2)}
      ON DUPLICATE KEY UPDATE lastSeenAt = GREATEST(lastSeenAt, VALUES(lastSeenAt))`,
  search: mysqlSearch,
  alerts: mysqlAlerts,
};
