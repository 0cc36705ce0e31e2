import type { Database, Db, Row } from '../../database/database';
import { asDate, asDateOrNull, asText, asTextOrNull } from '../../database/rows';
import type { PublicUserRow } from '../accounts/user.presenter';

export interface BotRow extends PublicUserRow {
  readonly usernameKey: string;
  readonly createdAt: Date;
  /** `null`: no token is good */
  readonly lastUsedAt: Date | null;
}

const COLUMNS = `u.id, u.username, u.usernameKey, u.displayName, u.bio, u.avatarKey, u.createdAt,
  (SELECT MAX(s.lastUsedAt) FROM session s WHERE s.userId = u.id AND s.revokedAt IS NULL) AS lastUsedAt`;

const toBot = (row: Row): BotRow => ({
  id: asText(row.id),
  username: asText(row.username),
  usernameKey: asText(row.usernameKey),
  displayName: asText(row.displayName),
  bio: asText(row.bio),
  avatarKey: asTextOrNull(row.avatarKey),
  deletedAt: null,
  isBot: true,
  createdAt: asDate(row.createdAt),
  lastUsedAt: asDateOrNull(row.lastUsedAt),
});

/** By username, behind a key. Uses user_bot, then session_user. */
export async function botsAfter(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  after: string,
  limit: number,
): Promise<BotRow[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM user u ${dialect.usingIndex('user_bot')}
      WHERE u.isBot = TRUE AND u.usernameKey > ? ORDER BY u.usernameKey LIMIT ${limit}`,
    after,
  );
  return rows.map(toBot);
}

/** By primary key. */
export async function botById(db: Db, id: string): Promise<BotRow | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM user u WHERE u.id = ? AND u.isBot = TRUE`,
    id,
  );
  return row ? toBot(row) : null;
}
