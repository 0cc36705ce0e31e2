import { isIP } from 'node:net';
import {
  MAX_WEBHOOKS,
  type ChangedWebhook,
  type MadeWebhook,
  type NewWebhook,
  type Webhook,
  type WebhookChanges,
  type WebhookDelivery,
  type WebhookDeliveryPage,
  type WebhookEvent,
} from '../../contracts/webhooks';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { newId, timeOfId } from '../../helpers/ids';
import type { Seal } from '../../helpers/sealing';
import { mustStillBeAdmin } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { recordAudit } from '../audit/record';
import { NOT_PUBLIC, isPublicAddress } from './public-addresses';
import { newSigningSecret } from './signing';
import {
  deleteDeliveriesOf,
  deleteWebhook,
  deliveriesBefore,
  deliveryById,
  insertWebhook,
  sendAgain,
  updateWebhook,
  webhookById,
  webhooks,
  type DeliveryRow,
  type WebhookRow,
} from './webhooks.queries';

const BATCH = 500;

const present = ({ events, failingSince, createdAt, ...row }: WebhookRow): Webhook => ({
  ...row,
  events: events.split(',') as WebhookEvent[],
  failingSince: failingSince?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

const presentDelivery = ({ nextAt, attemptedAt, createdAt, ...row }: DeliveryRow): WebhookDelivery => ({
  ...row,
  nextAt: row.status === 'waiting' ? nextAt.toISOString() : null,
  attemptedAt: attemptedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

const target = (webhookId: string) => ({ targetType: 'webhook', targetId: webhookId }) as const;

/** Paths and queries of URLs hold secrets of their receivers: the audit log tells where it goes, and no more. */
const originOf = (url: string): string => new URL(url).origin;

interface Dependencies {
  readonly database: Database;
  readonly seal: Seal;
  readonly allowPrivate: boolean;
}

/** Where what happens is told, as admins say. */
export class WebhooksService {
  constructor(private readonly deps: Dependencies) {}

  async list(): Promise<Webhook[]> {
    return (await webhooks(this.deps.database.reader, MAX_WEBHOOKS)).map(present);
  }

  /** @throws validation_failed for an address that is not allowed, limit_reached, forbidden */
  async create(admin: Admin, { url, events, description }: NewWebhook): Promise<MadeWebhook> {
    const { database, seal } = this.deps;
    this.mustBeAllowed(url);
    const id = newId();
    const secret = newSigningSecret();
    const row: WebhookRow = {
      ...{ id, url, description, events: events.join(','), enabled: true, disabledReason: null },
      ...{ failingSince: null, createdById: admin.userId, createdAt: timeOfId(id) },
    };
    await database.transaction(async (db) => {
      await mustStillBeAdmin(db, admin, row.createdAt);
      if ((await webhooks(db, MAX_WEBHOOKS)).length >= MAX_WEBHOOKS)
        throw errors.limitReached(`There are ${MAX_WEBHOOKS} webhooks at most`);
      await insertWebhook(db, { ...row, sealedSecret: seal.close(secret) });
      const after = { to: originOf(url), events: row.events };
      await recordAudit(db, { actor: admin, action: 'webhook.created', ...target(id), after });
    });
    return { webhook: present(row), secret };
  }

  /** @throws validation_failed, not_found, forbidden */
  async change(
    admin: Admin,
    id: string,
    { url, events, description, enabled, rotateSecret }: WebhookChanges,
  ): Promise<ChangedWebhook> {
    const { database, seal } = this.deps;
    if (url !== undefined) this.mustBeAllowed(url);
    const secret = rotateSecret ? newSigningSecret() : undefined;
    const names = events?.join(',');
    const webhook = await database.transaction(async (db) => {
      await mustStillBeAdmin(db, admin, new Date());
      const before = await webhookById(db, id);
      if (!before) throw errors.notFound('webhook');
      await updateWebhook(db, id, {
        ...(url !== undefined && { url }),
        ...(names !== undefined && { events: names }),
        ...(description !== undefined && { description }),
        ...(enabled !== undefined && { enabled }),
        ...(enabled && { disabledReason: null, failingSince: null }),
        ...(secret !== undefined && { sealedSecret: seal.close(secret) }),
      });
      await recordAudit(db, {
        actor: admin,
        action: 'webhook.changed',
        ...target(id),
        before: { to: originOf(before.url), events: before.events, enabled: before.enabled },
        after: { to: url && originOf(url), events: names, enabled, rotated: rotateSecret },
      });
      return webhookById(db, id);
    });
    if (!webhook) throw errors.notFound('webhook');
    return { webhook: present(webhook), ...(secret !== undefined && { secret }) };
  }

  /** What waits is told nobody any more. @throws not_found, forbidden */
  async delete(admin: Admin, id: string): Promise<void> {
    const { database } = this.deps;
    await database.transaction(async (db) => {
      await mustStillBeAdmin(db, admin, new Date());
      const before = await webhookById(db, id);
      if (!before || !(await deleteWebhook(db, id))) throw errors.notFound('webhook');
      const values = { to: originOf(before.url), events: before.events };
      await recordAudit(db, { actor: admin, action: 'webhook.deleted', ...target(id), before: values });
    });
    // Those that are written meanwhile are swept with the old ones.
    while ((await deleteDeliveriesOf(database.writer, id, BATCH)) === BATCH);
  }

  /** Latest first. @throws not_found */
  async deliveries(
    id: string,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<WebhookDeliveryPage> {
    const { database } = this.deps;
    const before = cursor === undefined ? null : String(decodeCursor(cursor, ['id'])[0]);
    if (!(await webhookById(database.reader, id))) throw errors.notFound('webhook');
    const rows = await deliveriesBefore(database, id, before, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { items: page.map(presentDelivery), nextCursor: last ? encodeCursor(last.id) : null };
  }

  /** Under the same id. @throws not_found, forbidden; conflict while it waits */
  async replay(admin: Admin, id: string, deliveryId: string): Promise<WebhookDelivery> {
    return this.deps.database.transaction(async (db) => {
      const now = new Date();
      await mustStillBeAdmin(db, admin, now);
      if (!(await webhookById(db, id)) || !(await deliveryById(db, id, deliveryId)))
        throw errors.notFound('delivery');
      if (!(await sendAgain(db, deliveryId, now))) throw errors.conflict('The delivery waits already');
      const after = { delivery: deliveryId };
      await recordAudit(db, { actor: admin, action: 'webhook.replayed', ...target(id), after });
      const row = await deliveryById(db, id, deliveryId);
      if (!row) throw errors.notFound('delivery');
      return presentDelivery(row);
    });
  }

  /** A name is judged when it is connected to: what it resolves to now says nothing. */
  private mustBeAllowed(url: string): void {
    if (this.deps.allowPrivate) return;
    const { protocol, hostname } = new URL(url);
    const refuse = (message: string) => errors.validationFailed([{ path: 'body.url', message }]);
    if (protocol !== 'https:') throw refuse('must start with https://');
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw refuse(NOT_PUBLIC);
  }
}
