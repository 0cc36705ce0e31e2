import type { MemberRole } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import { placeholders } from '../../database/dialects/dialect';
import { asDate, asDateOrNull, asNumber, asText } from '../../database/rows';
import type { Scene } from '../messages/act';

/** Somebody's place in a conversation that is locked: there, gone, or banned. */
export interface RosterEntry {
  readonly userId: string;
  readonly role: MemberRole;
  readonly version: number;
  /** when they came in, the last time */
  readonly createdAt: Date;
  readonly leftAt: Date | null;
  readonly bannedAt: Date | null;
}

/** The role of whoever has no other. */
export const plainRole = (kind: ConversationKind): MemberRole => (kind === 'channel' ? 'follower' : 'member');

export const isIn = (entry: RosterEntry | undefined): entry is RosterEntry & { readonly leftAt: null } =>
  entry !== undefined && entry.leftAt === null;

/** The places of some people, gone ones too. Lookups of the primary key. */
export async function rosterOf(
  { sql, conversation }: Scene,
  userIds: readonly string[],
): Promise<Map<string, RosterEntry>> {
  if (userIds.length === 0) return new Map();
  const rows = await sql.query(
    `SELECT userId, role, version, createdAt, leftAt, bannedAt FROM membership
      WHERE conversationId = ? AND userId IN (${placeholders(userIds.length)})`,
    [conversation.id, ...userIds],
  );
  return new Map(
    rows.map((row) => {
      const userId = asText(row.userId);
      return [
        userId,
        {
          userId,
          role: asText(row.role) as MemberRole,
          version: asNumber(row.version),
          createdAt: asDate(row.createdAt),
          leftAt: asDateOrNull(row.leftAt),
          bannedAt: asDateOrNull(row.bannedAt),
        },
      ];
    }),
  );
}

/** Those of the people who have accounts, which are not deleted before the transaction ends. */
export async function accountsAmong(
  { sql, dialect }: Scene,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const rows = await sql.query(
    `SELECT id FROM user ${dialect.usingIndex('PRIMARY')}
      WHERE id IN (${placeholders(userIds.length)}) AND deletedAt IS NULL ORDER BY id ${dialect.forShare}`,
    userIds,
  );
  return new Set(rows.map((row) => asText(row.id)));
}

/** Whom of the people somebody blocks, or is blocked by. Uses the primary key, either way round. */
export async function blockedAmong(
  { sql }: Scene,
  userId: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (userIds.length === 0) return new Set();
  const some = placeholders(userIds.length);
  const rows = await sql.query(
    `SELECT blockedId AS otherId FROM block WHERE blockerId = ? AND blockedId IN (${some})
     UNION SELECT blockerId AS otherId FROM block WHERE blockedId = ? AND blockerId IN (${some})`,
    [userId, ...userIds, userId, ...userIds],
  );
  return new Set(rows.map((row) => asText(row.otherId)));
}

export interface Entrance {
  readonly userId: string;
  readonly role: MemberRole;
  /** the conversation's version that tells of it; 0 for followers, of whom nobody is told */
  readonly version: number;
}

/** People come in with nothing unread, or back in where they had read to. Raises `memberCount`. */
export async function putIn(scene: Scene, entrances: readonly Entrance[]): Promise<void> {
  if (entrances.length === 0) return;
  const { sql, dialect, conversation, now } = scene;
  await sql.execute(
    dialect.enterConversation(entrances.length),
    entrances.flatMap(({ userId, role, version }) => [
      conversation.id,
      userId,
      role,
      version,
      Math.max(version, conversation.version),
      now,
      conversation.lastSeq,
      conversation.lastSeq,
    ]),
  );
  await countMembers(scene, entrances.length);
}

/** Somebody goes, and `memberCount` is one less; with `bannedAt` they do not come back. */
export async function putOut(
  scene: Scene,
  { userId }: RosterEntry,
  { version, bannedAt }: { readonly version: number; readonly bannedAt: Date | null },
): Promise<void> {
  const { sql, conversation, now } = scene;
  await sql.execute(
    `UPDATE membership SET leftAt = ?, bannedAt = ?, version = ?, role = ?, myVersion = myVersion + 1
      WHERE conversationId = ? AND userId = ?`,
    [now, bannedAt, version, plainRole(conversation.kind), conversation.id, userId],
  );
  await countMembers(scene, -1);
}

/** Somebody who was in once is banned. Nothing that they or the others are told of changes. */
export async function banFormer({ sql, conversation, now }: Scene, userId: string): Promise<void> {
  await sql.execute('UPDATE membership SET bannedAt = ? WHERE conversationId = ? AND userId = ?', [
    now,
    conversation.id,
    userId,
  ]);
}

/** Somebody who was never in is banned. Nobody else sees that, so it has no version: `standingsOf` knows them by it. */
export async function banStranger(scene: Scene, userId: string): Promise<void> {
  const { sql, conversation, now } = scene;
  await sql.execute(
    `INSERT INTO membership (conversationId, userId, role, version, joinedVersion, myVersion, createdAt, leftAt, bannedAt)
      VALUES (?, ?, ?, 0, 0, 0, ?, ?, ?)`,
    [conversation.id, userId, plainRole(conversation.kind), now, now, now],
  );
}

/** Lifts a ban; brings nobody back. */
export async function liftBan({ sql, conversation }: Scene, userId: string): Promise<void> {
  await sql.execute('UPDATE membership SET bannedAt = NULL WHERE conversationId = ? AND userId = ?', [
    conversation.id,
    userId,
  ]);
}

/** What they may do changes with the role, so their own view does. */
export async function setRole(
  { sql, conversation }: Scene,
  userId: string,
  role: MemberRole,
  version: number,
): Promise<void> {
  await sql.execute(
    `UPDATE membership SET role = ?, version = ?, myVersion = myVersion + 1 WHERE conversationId = ? AND userId = ?`,
    [role, version, conversation.id, userId],
  );
}

async function countMembers({ sql, conversation }: Scene, change: number): Promise<void> {
  conversation.memberCount += change;
  await sql.execute('UPDATE conversation SET memberCount = ? WHERE id = ?', [
    conversation.memberCount,
    conversation.id,
  ]);
}

/** The owner and the admins. Uses membership_role. */
export async function managersOf({ sql, conversation }: Scene): Promise<readonly string[]> {
  const rows = await sql.query(
    `SELECT userId FROM membership WHERE conversationId = ? AND role IN ('owner', 'admin') AND leftAt IS NULL`,
    [conversation.id],
  );
  return rows.map((row) => asText(row.userId));
}
