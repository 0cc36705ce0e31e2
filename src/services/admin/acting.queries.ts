import type { Role } from '../../contracts/users';
import type { Db } from '../../database/database';
import { asTextOrNull } from '../../database/rows';
import type { Scene } from '../messages/act';

export interface ActedOn {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly role: Role;
  readonly isBot: boolean;
}

/** Locks people's rows until the transaction ends, and reads those who have an account. By primary key. */
export async function holdPeople(db: Db, ids: readonly string[], now: Date): Promise<Map<string, ActedOn>> {
  const where = { id: { in: [...ids].sort() }, deletedAt: null };
  await db.user.updateMany({ where, data: { updatedAt: now } });
  const rows = await db.user.findMany({
    where,
    select: { id: true, username: true, email: true, role: true, isBot: true },
  });
  return new Map(rows.map((row) => [row.id, { ...row, role: row.role as Role }]));
}

/**
 * The role of somebody, whose row nobody else may change until the act is done, and whether their session is live: as a message's sender
 * is looked at. Primary keys.
 */
export async function roleAndSession(
  { sql, dialect, now }: Scene,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<{ role: Role | null; isSignedIn: boolean }> {
  const [user] = await sql.query(
    `SELECT role FROM user WHERE id = ? AND deletedAt IS NULL ${dialect.forShare}`,
    [userId],
  );
  const [session] = await sql.query(
    'SELECT id FROM session WHERE id = ? AND revokedAt IS NULL AND expiresAt > ?',
    [sessionId, now],
  );
  return { role: asTextOrNull(user?.role ?? null) as Role | null, isSignedIn: session !== undefined };
}
