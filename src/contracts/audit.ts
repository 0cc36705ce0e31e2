import { z } from 'zod';
import { Id, Limit, Moment, Timestamp, page } from './fields';
import { operation } from './operation';
import { named } from './registry';

/** What is written down, by what it is done to. */
export const AuditAction = z.enum([
  'user.role_changed',
  'user.suspended',
  'user.suspension_lifted',
  'user.sessions_ended',
  'user.deleted',
  'conversation.deleted',
  'message.deleted',
  'report.handled',
  'announcement.made',
  'bot.created',
  'bot.token_changed',
  'webhook.created',
  'webhook.changed',
  'webhook.deleted',
  'webhook.replayed',
  'webhook.disabled',
]);
export type AuditAction = z.infer<typeof AuditAction>;

export const AuditTarget = z.enum(['user', 'conversation', 'message', 'report', 'announcement', 'webhook']);
export type AuditTarget = z.infer<typeof AuditTarget>;

/** What changed: a few plain values, and no secrets. */
const Values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const AuditEntry = named(
  'AuditEntry',
  z.object({
    id: Id,
    actorId: Id.nullable().meta({ description: '`null`: the command line, or the server itself' }),
    action: AuditAction,
    targetType: AuditTarget,
    targetId: Id.nullable(),
    ip: z.string().nullable().meta({ description: 'where the admin was; `null`: the command line' }),
    before: Values.nullable(),
    after: Values.nullable(),
    createdAt: Timestamp,
  }),
  'what an admin did; it outlives the accounts and things that it tells of',
);
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditEntryPage = named('AuditEntryPage', page(AuditEntry));
export type AuditEntryPage = z.infer<typeof AuditEntryPage>;

export const AuditLogQuery = z.strictObject({
  actorId: Id.optional(),
  action: AuditAction.optional(),
  targetType: AuditTarget.optional(),
  targetId: Id.optional(),
  after: Moment.optional().meta({ description: 'at this moment, or later' }),
  before: Moment.optional().meta({ description: 'before this moment' }),
  limit: Limit,
  cursor: z.string().max(200).optional(),
});
export type AuditLogQuery = z.infer<typeof AuditLogQuery>;

export const ListAuditLog = operation({
  id: 'listAuditLog',
  tag: 'Admin',
  method: 'get',
  path: '/admin/audit-log',
  summary: 'What admins did, latest first',
  query: AuditLogQuery,
  answers: { 200: { description: 'a page', schema: AuditEntryPage } },
  errors: ['forbidden'],
});
