import type { Db, Row } from '../../database/database';
import { asText } from '../../database/rows';
import { newId } from '../../helpers/ids';
import { LANES, type OutboxJobKind, type OutboxJobs, type OutboxLane } from './outbox.jobs';

/** A job in the hands of one worker. `attempts` counts this one too. */
export interface LeasedJob {
  readonly id: string;
  readonly kind: OutboxJobKind;
  readonly payload: string;
  readonly attempts: number;
}

/** Writes the job down in the caller's transaction; call the worker's `wake` after the commit. */
export function enqueue<Kind extends OutboxJobKind>(
  db: Db,
  kind: Kind,
  payload: OutboxJobs[Kind],
  now: Date,
): Promise<void> {
  return enqueueAll(db, kind, [payload], now);
}

/** The same for several of a kind, in one statement. */
export async function enqueueAll<Kind extends OutboxJobKind>(
  db: Db,
  kind: Kind,
  payloads: readonly OutboxJobs[Kind][],
  now: Date,
): Promise<void> {
  if (payloads.length === 0) return;
  const common = { kind, lane: LANES[kind], attempts: 0, nextAt: now, createdAt: now };
  await db.outboxJob.createMany({
    data: payloads.map((payload) => ({ id: newId(), payload: JSON.stringify(payload), ...common })),
  });
}

interface Due {
  readonly lane: OutboxLane;
  readonly kinds: readonly string[];
  readonly limit: number;
  readonly now: Date;
}

/** Jobs of a lane that are due and free, oldest first (index outbox_job_lane). Somebody else may take them before `leaseJobs` does. */
export async function findDueJobs(db: Db, { lane, kinds, limit, now }: Due): Promise<string[]> {
  const rows = await db.outboxJob.findMany({
    where: {
      lane,
      deadAt: null,
      nextAt: { lte: now },
      kind: { in: [...kinds] },
      OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }],
    },
    orderBy: { nextAt: 'asc' },
    take: limit,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

interface Lease {
  /** new for every lease: what it took is read by it */
  readonly leaseId: string;
  readonly until: Date;
  readonly now: Date;
}

/** Takes those of the jobs that are still free. The try counts now, so that a job that kills its worker dies too. */
export async function leaseJobs(
  db: Db,
  ids: readonly string[],
  { leaseId, until, now }: Lease,
): Promise<LeasedJob[]> {
  const { count } = await db.outboxJob.updateMany({
    where: {
      id: { in: [...ids] },
      deadAt: null,
      nextAt: { lte: now },
      OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }],
    },
    data: { leasedBy: leaseId, leasedUntil: until, attempts: { increment: 1 } },
  });
  if (count === 0) return [];
  const rows = await db.outboxJob.findMany({
    where: { leasedBy: leaseId },
    orderBy: { nextAt: 'asc' },
    select: { id: true, kind: true, payload: true, attempts: true },
  });
  return rows.map((row) => ({ ...row, kind: row.kind as OutboxJobKind }));
}

/** Forgets the jobs that wait for some addresses, as they are written in their payloads; a look at all that wait. */
export async function deleteJobsFor(
  db: Db,
  addresses: readonly ({ readonly to: string } | { readonly emailKey: string })[],
): Promise<void> {
  const parts = addresses.map((address) => JSON.stringify(address).slice(1, -1));
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT id FROM outbox_job WHERE deadAt IS NULL AND (${parts.map(() => 'INSTR(payload, ?) > 0').join(' OR ')})`,
    ...parts,
  );
  if (rows.length === 0) return;
  await db.outboxJob.deleteMany({ where: { id: { in: rows.map(({ id }) => asText(id)) } } });
}

/** Done, or not worth doing any more. */
export async function deleteJob(db: Db, id: string): Promise<void> {
  await db.outboxJob.deleteMany({ where: { id } });
}

interface Retry {
  readonly id: string;
  readonly leaseId: string;
  readonly nextAt: Date;
  readonly error: string;
  /** as if this one had not been */
  readonly attempts?: number;
}

export async function retryJob(db: Db, { id, leaseId, nextAt, error, attempts }: Retry): Promise<void> {
  await db.outboxJob.updateMany({
    where: { id, leasedBy: leaseId },
    data: { leasedBy: null, leasedUntil: null, nextAt, lastError: error, attempts },
  });
}

/** Given up: the row stays for the operator, what it carried (a code, an address) does not. @returns whether it was still this lease's */
export async function buryJob(
  db: Db,
  {
    id,
    leaseId,
    now,
    error,
  }: { readonly id: string; readonly leaseId: string; readonly now: Date; readonly error: string },
): Promise<boolean> {
  const { count } = await db.outboxJob.updateMany({
    where: { id, leasedBy: leaseId },
    data: { leasedBy: null, leasedUntil: null, deadAt: now, payload: '{}', lastError: error },
  });
  return count > 0;
}
