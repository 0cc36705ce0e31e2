import type { WebhookEvent } from '../../contracts/webhooks';
import type { Db, SqlSession } from '../../database/database';
import { newId, timeOfId } from '../../helpers/ids';
import {
  enabledWebhooks,
  enabledWebhooksInAct,
  insertDeliveries,
  insertDeliveriesInAct,
  type NewDelivery,
} from './telling.queries';

type Value = string | number | boolean | null | undefined | readonly string[];

/** What happened: a few plain values, none that people have written to each other. */
export type Told = Readonly<Record<string, Value>>;

interface Listening {
  readonly id: string;
  readonly events: string;
}

const deliveriesOf = (webhooks: readonly Listening[], event: WebhookEvent, data: Told): NewDelivery[] =>
  webhooks
    .filter(({ events }) => events.split(',').includes(event))
    .map(({ id: webhookId }) => {
      const id = newId();
      const at = timeOfId(id);
      return {
        id,
        webhookId,
        event,
        body: JSON.stringify({ type: event, timestamp: at.toISOString(), data }),
        at,
      };
    });

/** Writes down what the webhooks are to be told, in the transaction that it tells of. */
export async function tellWebhooks(db: Db, event: WebhookEvent, data: Told): Promise<void> {
  await insertDeliveries(db, deliveriesOf(await enabledWebhooks(db), event, data));
}

/** The same, on the connection of the message writer. */
export async function tellWebhooksInAct(sql: SqlSession, event: WebhookEvent, data: Told): Promise<void> {
  await insertDeliveriesInAct(sql, deliveriesOf(await enabledWebhooksInAct(sql), event, data));
}
