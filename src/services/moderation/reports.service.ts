import type { AnyReason, OwnReport, ReportContext } from '../../contracts/reports';
import type { Database } from '../../database/database';
import { isUniqueViolation } from '../../database/failures';
import { errors } from '../../helpers/errors';
import { newId, timeOfId } from '../../helpers/ids';
import { wholeCharacters } from '../../helpers/text';
import { usersByIds } from '../accounts';
import type { Identity } from '../accounts/identity';
import { isPrivileged } from '../admin/roles.queries';
import type { DomainEvents } from '../domain-events';
import type { AdminAlerts } from '../telegram/admin-alerts';
import { tellWebhooks } from '../webhooks/telling';
import { openKeyOf, type ReportRow, type Target } from './report';
import { presentOwnReport } from './report.presenter';
import type { ReportSubjects } from './report-subjects';
import { deleteClosedBefore, insertReport, openReport } from './reports.queries';

interface Made extends Target {
  readonly reporterId: string | null;
  readonly subjectId: string | null;
  readonly reason: AnyReason;
  readonly note: string;
  readonly context: ReportContext;
}

/** One made while another one is closed, and closed while it is looked for: that does not happen often. */
const ATTEMPTS = 3;
const YEAR_MS = 365 * 86_400_000;
const NOTE_UNITS = 1_000;
/** Rows a statement: short locks. */
const BATCH = 500;

interface Dependencies {
  readonly database: Database;
  readonly subjects: ReportSubjects;
  readonly outbox: { wake(): void };
  readonly adminAlerts: Pick<AdminAlerts, 'reportMade'>;
}

/** What people, and the server itself, tell the admins. */
export class ReportsService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Keeps what is reported as the caller sees it now.
   * @returns the caller's report of the same target that is not closed, if there is one
   * @throws validation_failed for oneself and one's own, not_found for what they may not see
   */
  async report(
    caller: Identity,
    { note = '', ...what }: Target & { readonly reason: AnyReason; readonly note?: string | undefined },
  ): Promise<{ readonly report: OwnReport; readonly isNew: boolean }> {
    const found = await this.deps.subjects.find(caller, what);
    const { row, isNew } = await this.keep({ ...what, ...found, note, reporterId: caller.userId });
    return { report: presentOwnReport(row), isNew };
  }

  /** Somebody has sent a file that is infected: one report a person, until it is closed. */
  async reportInfected({ ownerId, name, sha256, signature }: DomainEvents['file.infected']): Promise<void> {
    const user = (await usersByIds(this.deps.database.reader, [ownerId])).get(ownerId);
    if (!user) return;
    const { username, displayName, bio } = user;
    await this.keep({
      ...{ reporterId: null, targetType: 'user', targetId: ownerId, subjectId: ownerId },
      reason: 'infected_file',
      note: wholeCharacters(`${signature} in "${name}" (SHA-256 ${sha256})`, NOTE_UNITS),
      context: { user: { username, displayName, bio } },
    });
  }

  /** Deletes what was closed a year ago. Safe to run anywhere at any time. */
  async sweep(): Promise<void> {
    const before = new Date(Date.now() - YEAR_MS);
    while ((await deleteClosedBefore(this.deps.database.writer, before, BATCH)) === BATCH);
  }

  private async keep(made: Made): Promise<{ row: ReportRow; isNew: boolean }> {
    const { database, outbox, adminAlerts } = this.deps;
    const { context, ...what } = made;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const there = await openReport(database.writer, what.reporterId, what);
      if (there) return { row: there, isNew: false };
      const id = newId();
      const row: ReportRow = {
        ...{ id, ...what, status: 'open', handledById: null, handledAt: null, resolution: null },
        createdAt: timeOfId(id),
      };
      try {
        const { targetType, targetId, subjectId, reason } = row;
        await database.transaction(async (db) => {
          await insertReport(db, row, JSON.stringify(context));
          await adminAlerts.reportMade(db, row);
          // A private chat's id would tell an admin who has reported them.
          const isTold = subjectId === null || !(await isPrivileged(db, subjectId));
          const told = { reportId: id, targetType, ...(isTold && { targetId }), reason };
          await tellWebhooks(db, 'report.created', told);
        });
        outbox.wake();
        return { row, isNew: true };
      } catch (error) {
        // Twice at the same moment: the other one made it.
        if (!isUniqueViolation(error)) throw error;
      }
    }
    throw errors.unavailable(1, new Error(`no report under ${openKeyOf(what.reporterId, what)}`));
  }
}
