import { MAX_COUNTED_MESSAGES } from '../../contracts/admin-users';
import type { Role } from '../../contracts/users';
import type { Database, Db, Row, SqlValue } from '../../database/database';
import type { Dialect } from '../../database/dialects/dialect';
import { asBoolean, asDate, asDateOrNull, asNumber, asText, asTextOrNull } from '../../database/rows';
import type { Suspension } from '../accounts/suspensions.queries';
import type { PublicUserRow } from '../accounts/user.presenter';

export interface AdministeredRow extends PublicUserRow {
  readonly usernameKey: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  /** `null`: none that stands */
  readonly suspension: Suspension | null;
}

const COLUMNS = `u.id, u.username, u.usernameKey, u.displayName, u.bio, u.avatarKey, u.deletedAt, u.isBot, u.email, u.role, u.createdAt,
  s.reason, s.until, s.byId, s.createdAt AS suspendedAt`;

/** Takes the moment that it is. */
const STANDING = 'LEFT JOIN suspension s ON s.userId = u.id AND (s.until IS NULL OR s.until > ?)';

const toRow = (row: Row): AdministeredRow => ({
  id: asText(row.id),
  username: asText(row.username),
  usernameKey: asText(row.usernameKey),
  displayName: asText(row.displayName),
  bio: asText(row.bio),
  avatarKey: asTextOrNull(row.avatarKey),
  deletedAt: asDateOrNull(row.deletedAt),
  isBot: asBoolean(row.isBot),
  email: asText(row.email),
  role: asText(row.role) as Role,
  createdAt: asDate(row.createdAt),
  suspension:
    row.byId === null
      ? null
      : {
          reason: asText(row.reason),
          until: asDateOrNull(row.until),
          byId: asText(row.byId),
          createdAt: asDate(row.suspendedAt),
        },
});

export interface UserSearch {
  /** how a username, a display name or an address begins, case-folded */
  readonly prefix: string | undefined;
  readonly status: 'active' | 'suspended' | 'deleted' | undefined;
  readonly role: Role | undefined;
  /** the usernameKey, or of the suspended alone the id, to go on behind */
  readonly after: string;
  readonly limit: number;
}

type Condition = readonly [sql: string, ...values: SqlValue[]];

/** The last code point: behind everything that begins with the same prefix. */
const LAST = '\u{10FFFF}';
const ACTIVE: Condition = ['u.deletedAt IS NULL AND s.userId IS NULL'];
const STATUS: Readonly<Record<'active' | 'suspended' | 'deleted', Condition>> = {
  active: ACTIVE,
  suspended: ['s.userId IS NOT NULL'],
  deleted: ['u.deletedAt IS NOT NULL'],
};
/** The keys of those who have no account any more, and of nobody else, begin with it. */
const OF_NOBODY = '#';

/** Where they begin with the prefix, each by an index of its own; without one all of them, by name, or by role and name. */
function placesOf({ prefix, role, status }: UserSearch): { index: string; where: Condition }[] {
  if (prefix !== undefined)
    return [
      {
        index: 'user_username_key',
        where: ['u.usernameKey >= ? AND u.usernameKey < ?', prefix, prefix + LAST],
      },
      {
        index: 'user_display_name',
        where: ['u.displayNameKey >= ? AND u.displayNameKey < ?', prefix, prefix + LAST],
      },
      { index: 'user_email_key', where: ['u.emailKey >= ? AND u.emailKey < ?', prefix, prefix + LAST] },
    ];
  if (role !== undefined && role !== 'user') return [{ index: 'user_role', where: ['u.role = ?', role] }];
  const where: Condition =
    status === 'deleted'
      ? ['u.usernameKey >= ? AND u.usernameKey < ?', OF_NOBODY, OF_NOBODY + LAST]
      : ['u.usernameKey >= ?', status === 'active' ? OF_NOBODY + LAST : ''];
  return [{ index: 'user_username_key', where }];
}

/** People by usernameKey. Of the suspended alone see `suspendedUsers`. */
export async function administeredUsers(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  search: UserSearch,
  now: Date,
): Promise<AdministeredRow[]> {
  const { status, role, after, limit } = search;
  const found = new Map<string, AdministeredRow>();
  for (const { index, where } of placesOf(search)) {
    const conditions: Condition[] = [where, ['u.usernameKey > ?', after]];
    if (status) conditions.push(STATUS[status]);
    if (role) conditions.push(['u.role = ?', role]);
    const rows = await reader.$queryRawUnsafe<Row[]>(
      `SELECT ${COLUMNS} FROM user u ${dialect.usingIndex(index)} ${STANDING}
        WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY u.usernameKey LIMIT ${limit}`,
      now,
      ...conditions.flatMap(([, ...values]) => values),
    );
    for (const row of rows.map(toRow)) found.set(row.id, row);
  }
  // Keys are ASCII: code unit order is the databases' order.
  return [...found.values()].sort((a, b) => (a.usernameKey < b.usernameKey ? -1 : 1)).slice(0, limit);
}

/** Those whose suspension stands, by id. A range of suspension's primary key. */
export async function suspendedUsers(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  { role, after, limit }: Pick<UserSearch, 'role' | 'after' | 'limit'>,
  now: Date,
): Promise<AdministeredRow[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM suspension s ${dialect.usingIndex('PRIMARY')} JOIN user u ON u.id = s.userId
      WHERE s.userId > ? AND (s.until IS NULL OR s.until > ?) ${role ? 'AND u.role = ?' : ''}
      ORDER BY s.userId LIMIT ${limit}`,
    after,
    now,
    ...(role ? [role] : []),
  );
  return rows.map(toRow);
}

/** Of a deleted account what is left of it. By primary key. */
export async function administeredUser(db: Db, id: string, now: Date): Promise<AdministeredRow | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM user u ${STANDING} WHERE u.id = ?`,
    now,
    id,
  );
  return row ? toRow(row) : null;
}

export interface Counts {
  readonly lastActivityAt: Date | null;
  readonly sessions: number;
  readonly chats: number;
  readonly groups: number;
  readonly channels: number;
  readonly owned: number;
  readonly messages: number;
}

/** Uses session_user, user_activity's primary key, membership_user, conversation_owner and message_client_key. */
export async function countsOf(db: Db, dialect: Dialect, userId: string, now: Date): Promise<Counts> {
  const [row = {}] = await db.$queryRawUnsafe<Row[]>(
    `SELECT
      (SELECT COUNT(*) FROM session e WHERE e.userId = ? AND e.revokedAt IS NULL AND e.expiresAt > ?) AS sessions,
      (SELECT MAX(e.lastUsedAt) FROM session e WHERE e.userId = ? AND e.revokedAt IS NULL) AS lastUsedAt,
      (SELECT a.lastSeenAt FROM user_activity a WHERE a.userId = ?) AS lastSeenAt,
      (SELECT COUNT(*) FROM conversation c WHERE c.ownerId = ? AND c.deletedAt IS NULL) AS owned,
      (SELECT COUNT(*) FROM (SELECT 1 FROM message m ${dialect.usingIndex('message_client_key')}
        WHERE m.senderId = ? AND m.type <> 'system' LIMIT ${MAX_COUNTED_MESSAGES}) some) AS messages`,
    userId,
    now,
    userId,
    userId,
    userId,
    userId,
  );
  const kinds = await db.$queryRawUnsafe<Row[]>(
    `SELECT c.kind, COUNT(*) AS total FROM membership m JOIN conversation c ON c.id = m.conversationId
      WHERE m.userId = ? AND m.leftAt IS NULL GROUP BY c.kind`,
    userId,
  );
  const totals = new Map(kinds.map(({ kind, total }) => [asText(kind), asNumber(total)]));
  const times = [row.lastUsedAt, row.lastSeenAt].flatMap((time) => asDateOrNull(time)?.getTime() ?? []);
  return {
    lastActivityAt: times.length > 0 ? new Date(Math.max(...times)) : null,
    sessions: asNumber(row.sessions),
    chats: totals.get('chat') ?? 0,
    groups: totals.get('group') ?? 0,
    channels: totals.get('channel') ?? 0,
    owned: asNumber(row.owned),
    messages: asNumber(row.messages),
  };
}
