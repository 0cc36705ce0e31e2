import type { WebhookEvent } from '../../contracts/webhooks';
import type { Database, Db, Row } from '../../database/database';
import { asDate, asDateOrNull, asNumber, asNumberOrNull, asText, asTextOrNull } from '../../database/rows';
import { LAST_ID } from '../../helpers/ids';

export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** names, separated by commas */
  readonly events: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly failingSince: Date | null;
  readonly createdById: string;
  readonly createdAt: Date;
}

const columns = {
  id: true,
  url: true,
  description: true,
  events: true,
  enabled: true,
  disabledReason: true,
  failingSince: true,
  createdById: true,
  createdAt: true,
} as const;

/** Oldest first. By primary key. */
export function webhooks(db: Db, limit: number): Promise<WebhookRow[]> {
  return db.webhook.findMany({
    where: { id: { gt: '' } },
    orderBy: { id: 'asc' },
    take: limit,
    select: columns,
  });
}

/** By primary key. */
export function webhookById(db: Db, id: string): Promise<WebhookRow | null> {
  return db.webhook.findUnique({ where: { id }, select: columns });
}

export async function insertWebhook(
  db: Db,
  row: WebhookRow & { readonly sealedSecret: string },
): Promise<void> {
  await db.webhook.createMany({ data: [row] });
}

export type WebhookColumns = Partial<
  Pick<WebhookRow, 'url' | 'description' | 'events' | 'enabled' | 'disabledReason' | 'failingSince'>
> & { readonly sealedSecret?: string };

/** By primary key. @returns whether it is there */
export async function updateWebhook(db: Db, id: string, changes: WebhookColumns): Promise<boolean> {
  return (await db.webhook.updateMany({ where: { id }, data: changes })).count === 1;
}

/** By primary key. @returns whether it was there */
export async function deleteWebhook(db: Db, id: string): Promise<boolean> {
  return (await db.webhook.deleteMany({ where: { id } })).count === 1;
}

/** Some of a webhook's. Uses webhook_delivery_webhook, then the primary key. @returns how many */
export async function deleteDeliveriesOf(db: Db, webhookId: string, limit: number): Promise<number> {
  const rows = await db.webhookDelivery.findMany({
    where: { webhookId },
    orderBy: { id: 'asc' },
    select: { id: true },
    take: limit,
  });
  if (rows.length === 0) return 0;
  return (await db.webhookDelivery.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })).count;
}

export interface DeliveryRow {
  readonly id: string;
  readonly event: WebhookEvent;
  readonly status: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAt: Date;
  readonly attemptedAt: Date | null;
  readonly statusCode: number | null;
  readonly durationMs: number | null;
  readonly error: string | null;
  readonly createdAt: Date;
}

const toDelivery = (row: Row): DeliveryRow => ({
  id: asText(row.id),
  event: asText(row.event) as WebhookEvent,
  status: asText(row.status) as DeliveryRow['status'],
  attempts: asNumber(row.attempts),
  nextAt: asDate(row.nextAt),
  attemptedAt: asDateOrNull(row.attemptedAt),
  statusCode: asNumberOrNull(row.statusCode),
  durationMs: asNumberOrNull(row.durationMs),
  error: asTextOrNull(row.error),
  createdAt: asDate(row.createdAt),
});

/** Latest first, behind an id. Uses webhook_delivery_webhook. */
export async function deliveriesBefore(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  webhookId: string,
  before: string | null,
  limit: number,
): Promise<DeliveryRow[]> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT id, event, status, attempts, nextAt, attemptedAt, statusCode, durationMs, error, createdAt
      FROM webhook_delivery ${dialect.usingIndex('webhook_delivery_webhook')}
      WHERE webhookId = ? AND id < ? ORDER BY id DESC LIMIT ${limit}`,
    webhookId,
    before ?? LAST_ID,
  );
  return rows.map(toDelivery);
}

/** By primary key. */
export async function deliveryById(db: Db, webhookId: string, id: string): Promise<DeliveryRow | null> {
  const [row] = await db.$queryRawUnsafe<Row[]>(
    `SELECT id, event, status, attempts, nextAt, attemptedAt, statusCode, durationMs, error, createdAt
      FROM webhook_delivery WHERE id = ? AND webhookId = ?`,
    id,
    webhookId,
  );
  return row ? toDelivery(row) : null;
}

/** By primary key. @returns whether it did not wait already */
export async function sendAgain(db: Db, id: string, now: Date): Promise<boolean> {
  const { count } = await db.webhookDelivery.updateMany({
    where: { id, status: { in: ['delivered', 'failed'] } },
    data: { status: 'waiting', tries: 0, nextAt: now },
  });
  return count === 1;
}
