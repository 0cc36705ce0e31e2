import type { Database, Db, Row } from '../../database/database';
import { asText } from '../../database/rows';
import { firstIdAt } from '../../helpers/ids';

/** A webhook that deliveries are sent to. */
export interface Receiver {
  readonly id: string;
  readonly url: string;
  readonly sealedSecret: string;
}

const receiver = { id: true, url: true, sealedSecret: true } as const;

/** Uses webhook_enabled. */
export async function receivers(db: Db): Promise<Receiver[]> {
  return db.webhook.findMany({ where: { enabled: true }, orderBy: { id: 'asc' }, select: receiver });
}

/** By primary key. */
export function receiverNow(db: Db, id: string): Promise<Receiver | null> {
  return db.webhook.findUnique({ where: { id, enabled: true }, select: receiver });
}

/** Those of a webhook that are due and free, oldest first. Uses webhook_delivery_next. */
export async function dueDeliveries(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  webhookId: string,
  now: Date,
  limit: number,
): Promise<string[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT id FROM webhook_delivery ${dialect.usingIndex('webhook_delivery_next')}
      WHERE webhookId = ? AND status = 'waiting' AND nextAt <= ? AND (leasedUntil IS NULL OR leasedUntil < ?)
      ORDER BY nextAt LIMIT ${limit}`,
    webhookId,
    now,
    now,
  );
  return rows.map((row) => asText(row.id));
}

export interface LeasedDelivery {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  /** with this one */
  readonly attempts: number;
  readonly tries: number;
}

interface Lease {
  readonly id: string;
  readonly leaseId: string;
}

/** By primary key. The attempt counts now, whatever becomes of this process. @returns nothing when somebody else has it */
export async function leaseDelivery(
  db: Db,
  { id, leaseId }: Lease,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<LeasedDelivery | null> {
  const { count } = await db.webhookDelivery.updateMany({
    where: {
      id,
      status: 'waiting',
      nextAt: { lte: now },
      OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }],
    },
    data: {
      leasedBy: leaseId,
      leasedUntil: until,
      attemptedAt: now,
      attempts: { increment: 1 },
      tries: { increment: 1 },
    },
  });
  if (count === 0) return null;
  return db.webhookDelivery.findUnique({
    where: { id, leasedBy: leaseId },
    select: { id: true, event: true, body: true, attempts: true, tries: true },
  });
}

export interface Settled {
  readonly status: 'delivered' | 'failed' | 'waiting';
  readonly statusCode: number | null;
  readonly durationMs: number;
  readonly error: string | null;
  readonly nextAt: Date;
}

/** By primary key. @returns whether the lease still stood */
export async function settleDelivery(db: Db, { id, leaseId }: Lease, settled: Settled): Promise<boolean> {
  const { count } = await db.webhookDelivery.updateMany({
    where: { id, leasedBy: leaseId },
    data: { ...settled, leasedBy: null, leasedUntil: null },
  });
  return count === 1;
}

/** By primary key. */
export async function markArriving(db: Db, webhookId: string): Promise<void> {
  await db.webhook.updateMany({
    where: { id: webhookId, failingSince: { not: null } },
    data: { failingSince: null },
  });
}

/** By primary key. @returns since when nothing arrives */
export async function markFailing(db: Db, webhookId: string, now: Date): Promise<Date> {
  await db.webhook.updateMany({ where: { id: webhookId, failingSince: null }, data: { failingSince: now } });
  const row = await db.webhook.findUnique({ where: { id: webhookId }, select: { failingSince: true } });
  return row?.failingSince ?? now;
}

/** By primary key. @returns whether it was on, and still goes where it went */
export async function switchOff(
  db: Db,
  { id, url }: Pick<Receiver, 'id' | 'url'>,
  disabledReason: string,
): Promise<boolean> {
  const { count } = await db.webhook.updateMany({
    where: { id, url, enabled: true },
    data: { enabled: false, disabledReason },
  });
  return count === 1;
}

/** Deletes some that were written before `time`: a range of the primary key. @returns how many */
export async function deleteWrittenBefore(db: Db, time: Date, limit: number): Promise<number> {
  const rows = await db.webhookDelivery.findMany({
    where: { id: { lt: firstIdAt(time) } },
    orderBy: { id: 'asc' },
    select: { id: true },
    take: limit,
  });
  if (rows.length === 0) return 0;
  return (await db.webhookDelivery.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })).count;
}
