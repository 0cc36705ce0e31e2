import { z } from 'zod';
import { Conversation } from './conversations';
import { Counter, Id, Paging, Timestamp, page } from './fields';
import { idParams, KINDS, type IdKey } from './kinds';
import { ConversationKind } from './messages';
import { operation } from './operation';
import { named } from './registry';
import { User } from './users';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

export const Invite = named(
  'Invite',
  z.object({
    id: Id,
    expiresAt: Timestamp,
    maxUses: z.int().nullable().meta({ description: 'null: as many as come' }),
    uses: Counter,
    createdAt: Timestamp,
    createdBy: User,
  }),
  'a link that lets people in',
);
export type Invite = z.infer<typeof Invite>;

export const InvitePage = named('InvitePage', page(Invite));

export const NewInvite = named(
  'NewInvite',
  Invite.extend({
    token: z.string().meta({ description: 'shown this once' }),
    url: z.string().meta({ description: 'the token as a link, shown this once' }),
  }),
);
export type NewInvite = z.infer<typeof NewInvite>;

export const InvitePreview = named(
  'InvitePreview',
  z.object({
    conversation: z.object({
      id: Id,
      kind: ConversationKind.extract(['group', 'channel']),
      title: z.string(),
      description: z.string().nullable(),
      avatarUrl: z.string().nullable(),
      memberCount: z.int(),
    }),
    expiresAt: Timestamp,
    joined: z.boolean().meta({ description: 'the caller is in it already' }),
  }),
  'where an invite leads',
);
export type InvitePreview = z.infer<typeof InvitePreview>;

/** The invites of a group or a channel. */
export function inviteOperations<Kind extends 'group' | 'channel'>(kind: Kind) {
  const { name, tag, path } = KINDS[kind];
  const idKey: IdKey<Kind> = KINDS[kind].idKey;
  const params = idParams(idKey);
  return {
    create: operation({
      id: `create${name}Invite`,
      tag,
      method: 'post',
      path: `${path}/invites`,
      summary: `Make a link that lets people into the ${kind}`,
      params,
      body: z.strictObject({
        expiresIn: z
          .int()
          .min(MINUTE)
          .max(30 * DAY)
          .default(7 * DAY)
          .meta({ description: 'seconds' }),
        maxUses: z.int().min(1).max(100_000).optional(),
      }),
      answers: { 201: { description: 'made', schema: NewInvite } },
      errors: ['not_found', 'forbidden', 'limit_reached'],
    }),
    list: operation({
      id: `list${name}Invites`,
      tag,
      method: 'get',
      path: `${path}/invites`,
      summary: 'The invites that still let people in, latest first',
      params,
      query: Paging,
      answers: { 200: { description: 'a page, without tokens', schema: InvitePage } },
      errors: ['not_found', 'forbidden'],
    }),
    revoke: operation({
      id: `revoke${name}Invite`,
      tag,
      method: 'delete',
      path: `${path}/invites/{inviteId}`,
      summary: 'Revoke an invite; whoever came by it stays',
      params: idParams<IdKey<Kind> | 'inviteId'>(idKey, 'inviteId'),
      answers: { 204: { description: 'lets nobody in any more' } },
      errors: ['not_found', 'forbidden'],
    }),
  };
}

const tag = 'Invites';
const TokenParams = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'is not the token of an invite'),
});

export const PreviewInvite = operation({
  id: 'previewInvite',
  tag,
  method: 'get',
  path: '/invites/{token}',
  summary: 'Where an invite leads; lets nobody in yet',
  params: TokenParams,
  answers: { 200: { description: 'the group or channel', schema: InvitePreview } },
  errors: ['not_found', 'forbidden', 'gone'],
});

export const AcceptInvite = operation({
  id: 'acceptInvite',
  tag,
  method: 'post',
  path: '/invites/{token}/accept',
  summary: 'Come in by an invite; whoever is in already stays, and uses nothing up',
  params: TokenParams,
  answers: { 200: { description: 'the group or channel', schema: Conversation } },
  errors: ['not_found', 'forbidden', 'gone', 'limit_reached'],
});
