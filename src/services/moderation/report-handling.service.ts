import type {
  Report,
  ReportContext,
  ReportDetails,
  ReportPage,
  ReportsQuery,
  ReportStatus,
} from '../../contracts/reports';
import type { Database } from '../../database/database';
import { encodeCursor, idBehind, pageOf } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { LAST_ID } from '../../helpers/ids';
import { usersByIds } from '../accounts';
import { mustStillBeAdmin } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { recordAudit } from '../audit/record';
import { tellWebhooks } from '../webhooks/telling';
import { isClosed, mayBecome, type ReportRow } from './report';
import { presentReport } from './report.presenter';
import { reportById, reportsBefore, statusOf, takeStep } from './reports.queries';

const OTHERS = 20;

interface Wanted {
  readonly status: ReportStatus;
  readonly resolution?: string | undefined;
}

/** What admins see of reports and make of them. Nobody sees a report about themselves: it would say who made it. */
export class ReportHandlingService {
  constructor(private readonly database: Database) {}

  async list(admin: Admin, { limit, cursor, ...filter }: ReportsQuery): Promise<ReportPage> {
    const wanted = { before: idBehind(cursor), limit: limit + 1 };
    const found = await reportsBefore(this.database, admin.userId, filter, wanted);
    const { rows, nextCursor } = pageOf(found, limit, ({ id }) => encodeCursor(id));
    return { items: await this.present(rows), nextCursor };
  }

  /** @throws not_found */
  async get(admin: Admin, reportId: string): Promise<ReportDetails> {
    const { context, ...row } = await this.find(admin, reportId);
    const { targetType, targetId } = row;
    const same = await reportsBefore(
      this.database,
      admin.userId,
      { targetType, targetId },
      { before: LAST_ID, limit: OTHERS + 1 },
    );
    const others = same.filter(({ id }) => id !== reportId).slice(0, OTHERS);
    const [report, ...rest] = await this.present([row, ...others]);
    if (!report) throw errors.notFound('report');
    return { ...report, context: JSON.parse(context) as ReportContext, others: rest };
  }

  /** @throws not_found; forbidden; conflict for a step that cannot be taken, or that another admin has taken first */
  async handle(admin: Admin, reportId: string, { status: to, resolution }: Wanted): Promise<Report> {
    const { status: from, ...looked } = await this.find(admin, reportId);
    if (!mayBecome(from, to)) throw errors.conflict(`The report is ${from}`);
    const at = new Date();
    await this.database.transaction(async (db) => {
      await mustStillBeAdmin(db, admin, at);
      const step = { from, to, closes: isClosed(to), adminId: admin.userId, at };
      if (!(await takeStep(db, reportId, { ...step, resolution: resolution ?? null })))
        throw errors.conflict(`The report is ${(await statusOf(db, reportId)) ?? 'gone'} meanwhile`);
      await recordAudit(db, {
        actor: admin,
        action: 'report.handled',
        targetType: 'report',
        targetId: reportId,
        before: { status: from },
        // What came of it stands in the report, which whom it is about does not see.
        after: { status: to },
      });
      await tellWebhooks(db, 'report.handled', { reportId, status: to, handledById: admin.userId });
    });
    const handled = { status: to, handledById: admin.userId, handledAt: at, resolution: resolution ?? null };
    const [report] = await this.present([{ ...looked, ...handled }]);
    if (!report) throw errors.notFound('report');
    return report;
  }

  private async find(admin: Admin, reportId: string): Promise<ReportRow & { readonly context: string }> {
    const row = await reportById(this.database.reader, reportId);
    if (!row || row.subjectId === admin.userId) throw errors.notFound('report');
    return row;
  }

  private async present(rows: readonly ReportRow[]): Promise<Report[]> {
    const ids = rows.flatMap((row) => [row.reporterId, row.subjectId, row.handledById]);
    const people = await usersByIds(this.database.reader, [...new Set(ids.flatMap((id) => id ?? []))]);
    return rows.map((row) => presentReport(row, people));
  }
}
