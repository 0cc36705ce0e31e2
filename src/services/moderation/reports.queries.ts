import type { AnyReason, ReportStatus, ReportTarget } from '../../contracts/reports';
import type { Database, Db, Row } from '../../database/database';
import { latestFirst } from '../../database/latest-first';
import { asDate, asDateOrNull, asText, asTextOrNull } from '../../database/rows';
import { openKeyOf, type ReportRow, type Target } from './report';

const COLUMNS = `id, reporterId, targetType, targetId, subjectId, reason, note, status, handledById, handledAt, resolution, createdAt`;

const toReport = (row: Row): ReportRow => ({
  id: asText(row.id),
  reporterId: asTextOrNull(row.reporterId),
  targetType: asText(row.targetType) as ReportTarget,
  targetId: asText(row.targetId),
  subjectId: asTextOrNull(row.subjectId),
  reason: asText(row.reason) as AnyReason,
  note: asText(row.note),
  status: asText(row.status) as ReportStatus,
  handledById: asTextOrNull(row.handledById),
  handledAt: asDateOrNull(row.handledAt),
  resolution: asTextOrNull(row.resolution),
  createdAt: asDate(row.createdAt),
});

/** @param context JSON @throws a unique violation while one of the same target by the same person is not closed */
export async function insertReport(db: Db, report: ReportRow, context: string): Promise<void> {
  await db.report.createMany({
    data: [{ ...report, context, openKey: openKeyOf(report.reporterId, report) }],
  });
}

/** Uses report_open_key. */
export async function openReport(
  db: Db,
  reporterId: string | null,
  target: Target,
): Promise<ReportRow | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM report WHERE openKey = ?`,
    openKeyOf(reporterId, target),
  );
  return row ? toReport(row) : null;
}

/** With the context, as JSON. By primary key. */
export async function reportById(db: Db, id: string): Promise<(ReportRow & { context: string }) | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(`SELECT ${COLUMNS}, context FROM report WHERE id = ?`, id);
  return row ? { ...toReport(row), context: asText(row.context) } : null;
}

export interface ReportFilter {
  readonly targetId?: string | undefined;
  readonly status?: ReportStatus | undefined;
  readonly targetType?: ReportTarget | undefined;
}

/** By what there are fewest of first. */
const INDEXES = {
  targetId: 'report_target',
  status: 'report_status',
  targetType: 'report_target_type',
} as const;

/** Latest first, behind an id, without those about `viewerId`. */
export async function reportsBefore(
  database: Pick<Database, 'reader' | 'dialect'>,
  viewerId: string,
  filter: ReportFilter,
  { before, limit }: { readonly before: string; readonly limit: number },
): Promise<ReportRow[]> {
  const rows = await latestFirst(database, {
    table: 'report',
    columns: COLUMNS,
    indexes: INDEXES,
    filter,
    before,
    conditions: [['(subjectId IS NULL OR subjectId <> ?)', viewerId]],
    limit,
  });
  return rows.map(toReport);
}

export interface Step {
  readonly from: ReportStatus;
  readonly to: ReportStatus;
  readonly closes: boolean;
  readonly resolution: string | null;
  readonly adminId: string;
  readonly at: Date;
}

/** By primary key. @returns whether it was still as it was looked at */
export async function takeStep(db: Db, id: string, step: Step): Promise<boolean> {
  const { count } = await db.report.updateMany({
    where: { id, status: step.from },
    data: {
      status: step.to,
      handledById: step.adminId,
      handledAt: step.at,
      resolution: step.resolution,
      ...(step.closes && { openKey: null, closedAt: step.at }),
    },
  });
  return count === 1;
}

/** The latest state of a report that this transaction has changed or is about to. By primary key. */
export async function statusOf(db: Db, id: string): Promise<ReportStatus | null> {
  const row = await db.report.findUnique({ where: { id }, select: { status: true } });
  return (row?.status ?? null) as ReportStatus | null;
}

/** Deletes some that were closed before `time`. Uses report_closed, then the primary key. @returns how many */
export async function deleteClosedBefore(db: Db, time: Date, limit: number): Promise<number> {
  const rows = await db.report.findMany({
    where: { closedAt: { lt: time } },
    orderBy: { closedAt: 'asc' },
    select: { id: true },
    take: limit,
  });
  if (rows.length === 0) return 0;
  return (await db.report.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })).count;
}

/** The other one of a private chat. By primary key. */
export async function pairKeyOfChat(db: Db, conversationId: string): Promise<string | null> {
  const row = await db.conversation.findUnique({ where: { id: conversationId }, select: { pairKey: true } });
  return row?.pairKey ?? null;
}
