import type { WebhookEvent } from '../../contracts/webhooks';
import { tuples } from '../../database/dialects/dialect';
import type { Db, Row, SqlSession, SqlValue } from '../../database/database';
import { asText } from '../../database/rows';

export interface Listening {
  readonly id: string;
  /** names, separated by commas */
  readonly events: string;
}

export interface NewDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly event: WebhookEvent;
  /** JSON */
  readonly body: string;
  readonly at: Date;
}

const LISTENING = 'SELECT id, events FROM webhook WHERE enabled = TRUE';
const toListening = (row: Row): Listening => ({ id: asText(row.id), events: asText(row.events) });

/** Uses webhook_enabled. */
export async function enabledWebhooks(db: Db): Promise<Listening[]> {
  return (await db.$queryRawUnsafe<Row[]>(LISTENING)).map(toListening);
}

export async function enabledWebhooksInAct(sql: SqlSession): Promise<Listening[]> {
  return (await sql.query(LISTENING)).map(toListening);
}

export async function insertDeliveries(db: Db, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await db.webhookDelivery.createMany({
    data: deliveries.map(({ at, ...delivery }) => ({
      ...delivery,
      status: 'waiting',
      attempts: 0,
      tries: 0,
      nextAt: at,
      createdAt: at,
    })),
  });
}

export async function insertDeliveriesInAct(
  sql: SqlSession,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await sql.execute(
    `INSERT INTO webhook_delivery (id, webhookId, event, body, status, attempts, tries, nextAt, createdAt)
      VALUES ${tuples(deliveries.length, 9)}`,
    deliveries.flatMap(({ id, webhookId, event, body, at }): SqlValue[] => [
      ...[id, webhookId, event, body, 'waiting', 0, 0, at, at],
    ]),
  );
}
