import type { OwnReport, Report } from '../../contracts/reports';
import type { User } from '../../contracts/users';
import type { ReportRow } from './report';

export const presentOwnReport = ({
  id,
  targetType,
  targetId,
  reason,
  note,
  status,
  createdAt,
}: ReportRow): OwnReport => ({
  ...{ id, targetType, targetId, reason, note, status },
  createdAt: createdAt.toISOString(),
});

/** @param people those that the report names, by id */
export function presentReport(row: ReportRow, people: ReadonlyMap<string, User>): Report {
  const person = (id: string | null): User | null => (id === null ? null : (people.get(id) ?? null));
  return {
    ...presentOwnReport(row),
    reporter: person(row.reporterId),
    subject: person(row.subjectId),
    handledBy: person(row.handledById),
    handledAt: row.handledAt?.toISOString() ?? null,
    resolution: row.resolution,
  };
}
