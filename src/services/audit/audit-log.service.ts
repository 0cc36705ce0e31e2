import type { AuditEntry, AuditEntryPage, AuditLogQuery } from '../../contracts/audit';
import type { Database } from '../../database/database';
import { encodeCursor, idBehind, pageOf } from '../../helpers/cursor';
import { auditEntries, type AuditRow } from './audit.queries';

const valuesIn = (json: string | null): AuditEntry['before'] =>
  json === null ? null : (JSON.parse(json) as AuditEntry['before']);

const present = ({ before, after, createdAt, ...row }: AuditRow): AuditEntry => ({
  ...row,
  before: valuesIn(before),
  after: valuesIn(after),
  createdAt: createdAt.toISOString(),
});

/** What admins did. Entries are added by `recordAudit`, and never changed. */
export class AuditLogService {
  constructor(private readonly database: Database) {}

  /** Latest first. */
  async list({ cursor, limit, after, before, ...filter }: AuditLogQuery): Promise<AuditEntryPage> {
    const times = { from: after ? new Date(after) : undefined, until: before ? new Date(before) : undefined };
    const found = await auditEntries(this.database, { ...filter, ...times }, idBehind(cursor), limit + 1);
    const { rows, nextCursor } = pageOf(found, limit, ({ id }) => encodeCursor(id));
    return { items: rows.map(present), nextCursor };
  }
}
