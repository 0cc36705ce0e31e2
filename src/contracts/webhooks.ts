import { z } from 'zod';
import { Counter, Id, Limit, Paging, Timestamp, line, page } from './fields';
import { operation } from './operation';
import { named } from './registry';

const tag = 'Admin';
const params = z.strictObject({ webhookId: Id });

/** What is told. Nothing of what people write: admins read no messages, and a webhook is theirs. */
export const WebhookEvent = z.enum([
  'user.signed_up',
  'user.suspended',
  'user.suspension_lifted',
  'user.deleted',
  'conversation.created',
  'conversation.deleted',
  'report.created',
  'report.handled',
  'announcement.made',
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** Webhooks of one server. */
export const MAX_WEBHOOKS = 20;

const Url = z
  .string()
  .max(2048)
  .refine((text) => {
    if (!URL.canParse(text) || /\s/.test(text)) return false;
    const { protocol, username, password, hash } = new URL(text);
    return (
      (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' && hash === ''
    );
  }, 'must be a URL that starts with https://, without a user, a password or a #')
  .meta({ example: 'https://example.com/hooks/chat' });

const Events = z
  .array(WebhookEvent)
  .min(1)
  .max(WebhookEvent.options.length)
  .refine((events) => new Set(events).size === events.length, 'must be different ones');

export const Webhook = named(
  'Webhook',
  z.object({
    id: Id,
    url: z.string(),
    description: z.string(),
    events: z.array(WebhookEvent),
    enabled: z.boolean(),
    disabledReason: z
      .string()
      .nullable()
      .meta({ description: 'why the server has switched it off by itself' }),
    failingSince: Timestamp.nullable().meta({ description: 'since when nothing has arrived' }),
    createdById: Id,
    createdAt: Timestamp,
  }),
  'where what happens is told by HTTP',
);
export type Webhook = z.infer<typeof Webhook>;

const Secret = z.string().meta({
  description: 'what deliveries are signed with; shown this once',
  example: `whsec_${'A'.repeat(43)}=`,
});

export const NewWebhook = z.strictObject({
  url: Url,
  events: Events,
  description: line(0, 200).default(''),
});
export type NewWebhook = z.infer<typeof NewWebhook>;

export const WebhookChanges = z
  .strictObject({
    url: Url.optional(),
    events: Events.optional(),
    description: line(0, 200).optional(),
    enabled: z.boolean().optional(),
    rotateSecret: z.literal(true).optional().meta({ description: 'the old secret signs nothing more' }),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');
export type WebhookChanges = z.infer<typeof WebhookChanges>;

export const MadeWebhook = named('MadeWebhook', z.object({ webhook: Webhook, secret: Secret }));
export type MadeWebhook = z.infer<typeof MadeWebhook>;
export const ChangedWebhook = named(
  'ChangedWebhook',
  z.object({ webhook: Webhook, secret: Secret.optional() }),
);
export type ChangedWebhook = z.infer<typeof ChangedWebhook>;

export const WebhookDelivery = named(
  'WebhookDelivery',
  z.object({
    id: Id.meta({ description: 'the `Webhook-Id` of every attempt' }),
    event: WebhookEvent,
    status: z.enum(['waiting', 'delivered', 'failed']),
    attempts: Counter,
    nextAt: Timestamp.nullable().meta({ description: 'when it is tried next, while it waits' }),
    attemptedAt: Timestamp.nullable(),
    statusCode: z.int().nullable().meta({ description: 'of the last answer; `null`: there was none' }),
    durationMs: Counter.nullable(),
    error: z.string().nullable(),
    createdAt: Timestamp,
  }),
  'something that is told, and how far that is',
);
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;
export const WebhookDeliveryPage = named('WebhookDeliveryPage', page(WebhookDelivery));
export type WebhookDeliveryPage = z.infer<typeof WebhookDeliveryPage>;

export const ListWebhooks = operation({
  id: 'listWebhooks',
  tag,
  method: 'get',
  path: '/admin/webhooks',
  summary: `The webhooks, oldest first, ${MAX_WEBHOOKS} at most`,
  answers: { 200: { description: 'all of them', schema: z.object({ items: z.array(Webhook) }) } },
  errors: ['forbidden'],
});

export const CreateWebhook = operation({
  id: 'createWebhook',
  tag,
  method: 'post',
  path: '/admin/webhooks',
  summary: 'Have events told to a URL',
  description:
    'Signed as the Standard Webhooks specification says, at least once each, for a day with growing delays: docs/webhooks.md. The address must be a public one, and the URL https, unless the server is set otherwise.',
  body: NewWebhook,
  answers: { 201: { description: 'the webhook, and its secret', schema: MadeWebhook } },
  errors: ['forbidden', 'limit_reached'],
});

export const ChangeWebhook = operation({
  id: 'changeWebhook',
  tag,
  method: 'patch',
  path: '/admin/webhooks/{webhookId}',
  summary: 'Change a webhook, switch it off and on, or give it another secret',
  params,
  body: WebhookChanges,
  answers: { 200: { description: 'the webhook as it is now, and a new secret', schema: ChangedWebhook } },
  errors: ['forbidden', 'not_found'],
});

export const DeleteWebhook = operation({
  id: 'deleteWebhook',
  tag,
  method: 'delete',
  path: '/admin/webhooks/{webhookId}',
  summary: 'Delete a webhook, and what waits for it',
  params,
  answers: { 204: { description: 'deleted' } },
  errors: ['forbidden', 'not_found'],
});

export const ListWebhookDeliveries = operation({
  id: 'listWebhookDeliveries',
  tag,
  method: 'get',
  path: '/admin/webhooks/{webhookId}/deliveries',
  summary: 'What was told in the last 30 days, latest first',
  params,
  query: z.strictObject({ limit: Limit, cursor: Paging.shape.cursor }),
  answers: { 200: { description: 'a page', schema: WebhookDeliveryPage } },
  errors: ['forbidden', 'not_found'],
});

export const ReplayWebhookDelivery = operation({
  id: 'replayWebhookDelivery',
  tag,
  method: 'post',
  path: '/admin/webhooks/{webhookId}/deliveries/{deliveryId}/replay',
  summary: 'Tell it once more, under the same id',
  params: z.strictObject({ webhookId: Id, deliveryId: Id }),
  answers: { 202: { description: 'it waits', schema: WebhookDelivery } },
  errors: ['forbidden', 'not_found', 'conflict'],
});
