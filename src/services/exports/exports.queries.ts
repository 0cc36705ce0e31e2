import type { Database, Db, Row } from '../../database/database';
import { asText } from '../../database/rows';

export type ExportStatus = 'waiting' | 'making' | 'done' | 'failed';

export interface ExportRow {
  readonly id: string;
  readonly userId: string;
  readonly status: ExportStatus;
  readonly progress: number;
  readonly attempts: number;
  readonly size: number | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly expiresAt: Date;
}

const columns = {
  id: true,
  userId: true,
  status: true,
  progress: true,
  attempts: true,
  size: true,
  createdAt: true,
  finishedAt: true,
  expiresAt: true,
} as const;

interface Stored extends Omit<ExportRow, 'status' | 'size'> {
  readonly status: string;
  readonly size: bigint | null;
}

const toExport = (row: Stored): ExportRow => ({
  ...row,
  status: row.status as ExportStatus,
  size: row.size === null ? null : Number(row.size),
});

export async function findExport(db: Db, id: string): Promise<ExportRow | null> {
  const row = await db.dataExport.findUnique({ where: { id }, select: columns });
  return row && toExport(row);
}

/** The one that is being made for a person. Uses data_export_making_key. */
export async function findMaking(db: Db, userId: string): Promise<ExportRow | null> {
  const row = await db.dataExport.findUnique({ where: { makingFor: userId }, select: columns });
  return row && toExport(row);
}

export async function insertExport(
  db: Db,
  row: Pick<ExportRow, 'id' | 'userId' | 'createdAt' | 'expiresAt'>,
): Promise<void> {
  await db.dataExport.createMany({
    data: [{ ...row, makingFor: row.userId, status: 'waiting', progress: 0, attempts: 0 }],
  });
}

/** All of a person. Uses data_export_user. */
export async function deleteExportsOf(db: Db, userId: string): Promise<void> {
  await db.dataExport.deleteMany({ where: { userId } });
}

/** Some that nobody is making at the moment, those asked for first ahead. Uses data_export_making_key: few are ever made at a time. */
export async function exportsToMake(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  now: Date,
  limit: number,
): Promise<string[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT id FROM data_export ${dialect.usingIndex('data_export_making_key')}
     WHERE makingFor > '' AND (leasedUntil IS NULL OR leasedUntil < ?) ORDER BY id LIMIT ${limit}`,
    now,
  );
  return rows.map((row) => asText(row.id));
}

interface Lease {
  readonly id: string;
  readonly until: Date;
  readonly now: Date;
}

/** @returns false when somebody else was faster */
export async function leaseExport(db: Db, { id, until, now }: Lease): Promise<boolean> {
  const { count } = await db.dataExport.updateMany({
    where: { id, makingFor: { not: null }, OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }] },
    data: { status: 'making', leasedUntil: until, attempts: { increment: 1 } },
  });
  return count === 1;
}

/** What the holder of a lease writes. @returns false when the lease, or the export, is gone */
export async function changeLeased(
  db: Db,
  { id, until }: Pick<Lease, 'id' | 'until'>,
  data: { readonly leasedUntil: Date; readonly progress: number },
): Promise<boolean> {
  return (await db.dataExport.updateMany({ where: { id, leasedUntil: until }, data })).count === 1;
}

/** The end of one, by the holder of its lease. @returns false when the lease, or the export, is gone */
export async function finishExport(
  db: Db,
  { id, until, now }: Lease,
  outcome: { readonly status: 'done'; readonly size: number } | { readonly status: 'failed' },
): Promise<boolean> {
  const done = outcome.status === 'done';
  const { count } = await db.dataExport.updateMany({
    where: { id, leasedUntil: until },
    data: {
      status: outcome.status,
      makingFor: null,
      leasedUntil: null,
      finishedAt: now,
      ...(done && { progress: 100, size: BigInt(outcome.size) }),
    },
  });
  return count === 1;
}

/** Somebody else may go on at once, and it does not count as a try. */
export async function giveBack(db: Db, { id, until }: Pick<Lease, 'id' | 'until'>): Promise<void> {
  await db.dataExport.updateMany({
    where: { id, leasedUntil: until },
    data: { status: 'waiting', leasedUntil: null, attempts: { decrement: 1 } },
  });
}

/** Which of some exports are there, with how often each was tried. */
export async function attemptsAt(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db.dataExport.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, attempts: true },
  });
  return new Map(rows.map(({ id, attempts }) => [id, attempts]));
}

/** Deletes those whose day is over. Uses data_export_expiry. */
export async function deleteExpiredExports(db: Db, now: Date, limit: number): Promise<number> {
  const rows = await db.dataExport.findMany({
    where: { expiresAt: { lte: now } },
    orderBy: { expiresAt: 'asc' },
    select: { id: true },
    take: limit,
  });
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  return (await db.dataExport.deleteMany({ where: { id: { in: ids } } })).count;
}
