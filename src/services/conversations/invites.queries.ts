import type { ConversationKind } from '../../contracts/messages';
import type { Scene } from '../messages/act';
import type { Db, Row, SqlSession } from '../../database/database';
import { asDate, asNumber, asNumberOrNull, asText } from '../../database/rows';

/** What decides whether an invite still lets people in. */
export interface InviteState {
  readonly expiresAt: Date;
  readonly maxUses: number | null;
  readonly uses: number;
  readonly revoked: boolean;
}

export interface InviteRow extends InviteState {
  readonly id: string;
  readonly conversationId: string;
  readonly createdById: string;
  readonly createdAt: Date;
}

const COLUMNS =
  'i.id, i.conversationId, i.createdById, i.createdAt, i.expiresAt, i.maxUses, i.uses, i.revokedAt';
const LIVE = 'i.revokedAt IS NULL AND i.expiresAt > ? AND (i.maxUses IS NULL OR i.uses < i.maxUses)';

const toInvite = (row: Row): InviteRow => ({
  id: asText(row.id),
  conversationId: asText(row.conversationId),
  createdById: asText(row.createdById),
  createdAt: asDate(row.createdAt),
  expiresAt: asDate(row.expiresAt),
  maxUses: asNumberOrNull(row.maxUses),
  uses: asNumber(row.uses),
  revoked: row.revokedAt !== null,
});

export type NewInviteRow = Omit<InviteRow, 'uses' | 'revoked'> & { readonly tokenHash: string };

export async function insertInvite(sql: SqlSession, invite: NewInviteRow): Promise<void> {
  await sql.execute(
    `INSERT INTO invite (id, conversationId, tokenHash, createdById, createdAt, expiresAt, maxUses, uses)
      VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
    [
      invite.id,
      invite.conversationId,
      invite.tokenHash,
      invite.createdById,
      invite.createdAt,
      invite.expiresAt,
      invite.maxUses,
    ],
  );
}

/** How many invites of a conversation let people in. Uses invite_conversation. */
export async function countLiveInvites(sql: SqlSession, conversationId: string, now: Date): Promise<number> {
  const rows = await sql.query(
    `SELECT COUNT(*) AS live FROM invite i WHERE i.conversationId = ? AND ${LIVE}`,
    [conversationId, now],
  );
  return asNumber(rows[0]?.live);
}

/** One invite of a conversation. Uses the primary key. */
export async function inviteOf(
  sql: SqlSession,
  conversationId: string,
  id: string,
): Promise<InviteRow | null> {
  const [row] = await sql.query(`SELECT ${COLUMNS} FROM invite i WHERE i.id = ? AND i.conversationId = ?`, [
    id,
    conversationId,
  ]);
  return row ? toInvite(row) : null;
}

/** Uses the primary key. */
export async function revokeInvite(sql: SqlSession, id: string, now: Date): Promise<void> {
  await sql.execute('UPDATE invite SET revokedAt = ? WHERE id = ?', [now, id]);
}

/** Somebody has come by it. Uses the primary key. */
export async function countUse(sql: SqlSession, id: string): Promise<void> {
  await sql.execute('UPDATE invite SET uses = uses + 1 WHERE id = ?', [id]);
}

/** Whoever may invite no longer leaves no way in behind. Uses invite_conversation. */
export async function revokeInvitesOf({ sql, conversation, now }: Scene, userId: string): Promise<void> {
  await sql.execute(
    'UPDATE invite SET revokedAt = ? WHERE conversationId = ? AND createdById = ? AND revokedAt IS NULL',
    [now, conversation.id, userId],
  );
}

export interface InvitePosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** A page of the invites of a conversation that let people in, latest first. Uses invite_conversation. */
export async function liveInvitesPage(
  db: Db,
  conversationId: string,
  now: Date,
  after: InvitePosition | null,
  limit: number,
): Promise<InviteRow[]> {
  const behind = after ? 'AND (i.createdAt < ? OR (i.createdAt = ? AND i.id < ?))' : '';
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM invite i WHERE i.conversationId = ? AND ${LIVE} ${behind}
      ORDER BY i.createdAt DESC, i.id DESC LIMIT ${limit}`,
    conversationId,
    now,
    ...(after ? [after.createdAt, after.createdAt, after.id] : []),
  );
  return rows.map(toInvite);
}

/** An invite, and the kind of what it leads to. Uses the unique key invite_token_key. */
export async function inviteByToken(
  db: Db,
  tokenHash: string,
): Promise<(InviteRow & { readonly kind: ConversationKind }) | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS}, c.kind FROM invite i JOIN conversation c ON c.id = i.conversationId WHERE i.tokenHash = ?`,
    tokenHash,
  );
  return row ? { ...toInvite(row), kind: asText(row.kind) as ConversationKind } : null;
}
