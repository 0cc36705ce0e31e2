import type { AnyReason, ReportStatus, ReportTarget } from '../../contracts/reports';

/** What a report is about. */
export interface Target {
  readonly targetType: ReportTarget;
  readonly targetId: string;
}

export interface ReportRow extends Target {
  readonly id: string;
  /** `null`: the server itself */
  readonly reporterId: string | null;
  readonly subjectId: string | null;
  readonly reason: AnyReason;
  readonly note: string;
  readonly status: ReportStatus;
  readonly handledById: string | null;
  readonly handledAt: Date | null;
  readonly resolution: string | null;
  readonly createdAt: Date;
}

/** One open report of a target a reporter: the unique key of those that are not closed. */
export const openKeyOf = (reporterId: string | null, { targetType, targetId }: Target): string =>
  `${reporterId ?? 'server'}:${targetType}:${targetId}`;

const NEXT: Readonly<Record<ReportStatus, readonly ReportStatus[]>> = {
  open: ['in_review', 'resolved', 'dismissed'],
  in_review: ['open', 'resolved', 'dismissed'],
  resolved: [],
  dismissed: [],
};

export const mayBecome = (from: ReportStatus, to: ReportStatus): boolean => NEXT[from].includes(to);
export const isClosed = (status: ReportStatus): boolean => NEXT[status].length === 0;
