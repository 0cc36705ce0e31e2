import type { Db, Row } from '../../database/database';
import { asDateOrNull, asNumber, asText } from '../../database/rows';

/** The outbox's jobs of one kind. */
export interface JobCount {
  readonly kind: string;
  readonly waiting: number;
  /** when the one that has been due for longest became due; `null` when none is */
  readonly dueSince: Date | null;
  readonly dead: number;
}

/** By kind; kinds without a row are left out. Two ranges of outbox_job_next. */
export async function countJobsByKind(db: Db, now: Date): Promise<JobCount[]> {
  const waiting = await db.$queryRawUnsafe<Row[]>(
    `SELECT kind, COUNT(*) AS jobs, MIN(CASE WHEN nextAt <= ? THEN nextAt END) AS dueSince
     FROM outbox_job WHERE deadAt IS NULL GROUP BY kind`,
    now,
  );
  const dead = await db.$queryRawUnsafe<Row[]>(
    'SELECT kind, COUNT(*) AS jobs FROM outbox_job WHERE deadAt IS NOT NULL GROUP BY kind',
  );
  const kinds = new Set([...waiting, ...dead].map((row) => asText(row.kind)));
  const of = (rows: readonly Row[], kind: string): Row | undefined => rows.find((row) => row.kind === kind);
  return [...kinds].map((kind) => ({
    kind,
    waiting: asNumber(of(waiting, kind)?.jobs ?? 0),
    dueSince: asDateOrNull(of(waiting, kind)?.dueSince ?? null),
    dead: asNumber(of(dead, kind)?.jobs ?? 0),
  }));
}
