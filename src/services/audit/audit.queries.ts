import type { AuditAction, AuditTarget } from '../../contracts/audit';
import type { Database, Db, SqlSession } from '../../database/database';
import { latestFirst } from '../../database/latest-first';
import { asDate, asText, asTextOrNull } from '../../database/rows';
import { firstIdAt } from '../../helpers/ids';

export interface AuditRow {
  readonly id: string;
  readonly actorId: string | null;
  readonly action: AuditAction;
  readonly targetType: AuditTarget;
  readonly targetId: string | null;
  readonly ip: string | null;
  /** JSON, as `after` */
  readonly before: string | null;
  readonly after: string | null;
  readonly createdAt: Date;
}

export async function insertAuditEntry(db: Db, row: AuditRow): Promise<void> {
  await db.auditEntry.createMany({ data: [row] });
}

/** The same, on the connection of the message writer. */
export async function storeAuditEntry(sql: SqlSession, row: AuditRow): Promise<void> {
  await sql.execute(
    `INSERT INTO audit_entry (id, actorId, action, targetType, targetId, ip, \`before\`, \`after\`, createdAt)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.id,
      row.actorId,
      row.action,
      row.targetType,
      row.targetId,
      row.ip,
      row.before,
      row.after,
      row.createdAt,
    ],
  );
}

export interface AuditFilter {
  readonly actorId?: string | undefined;
  readonly action?: AuditAction | undefined;
  readonly targetType?: AuditTarget | undefined;
  readonly targetId?: string | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** By what there are fewest of first. */
const INDEXES = {
  targetId: 'audit_entry_target',
  actorId: 'audit_entry_actor',
  action: 'audit_entry_action',
  targetType: 'audit_entry_target_type',
} as const;

/** Latest first, behind an id. */
export async function auditEntries(
  database: Pick<Database, 'reader' | 'dialect'>,
  filter: AuditFilter,
  behind: string,
  limit: number,
): Promise<AuditRow[]> {
  const end = filter.until ? firstIdAt(filter.until) : behind;
  const rows = await latestFirst(database, {
    table: 'audit_entry',
    columns: '*',
    indexes: INDEXES,
    filter,
    before: end < behind ? end : behind,
    conditions: [['id >= ?', firstIdAt(filter.from ?? new Date(0))]],
    limit,
  });
  return rows.map((row) => ({
    id: asText(row.id),
    actorId: asTextOrNull(row.actorId),
    action: asText(row.action) as AuditAction,
    targetType: asText(row.targetType) as AuditTarget,
    targetId: asTextOrNull(row.targetId),
    ip: asTextOrNull(row.ip),
    before: asTextOrNull(row.before),
    after: asTextOrNull(row.after),
    createdAt: asDate(row.createdAt),
  }));
}
