import { z } from 'zod';
import { Conversation, MemberRole } from './conversations';
import { Counter, Id, Paging, Timestamp, page } from './fields';
import { idParams, KINDS, type IdKey } from './kinds';
import { operation } from './operation';
import { named } from './registry';
import { User } from './users';

export const ConversationMember = named(
  'ConversationMember',
  z.object({ user: User, role: MemberRole, version: Counter, joinedAt: Timestamp }),
  'somebody who is in a group, or follows a channel',
);
export type ConversationMember = z.infer<typeof ConversationMember>;

export const MemberPage = named('MemberPage', page(ConversationMember));

export const AddedMembers = named(
  'AddedMembers',
  z.object({
    items: z.array(ConversationMember),
    refused: z.array(
      z.object({
        userId: Id,
        code: z.enum(['not_found', 'blocked', 'conflict', 'forbidden', 'rate_limited']),
      }),
    ),
  }),
  'who is in it now, and who could not be added: nobody, blocked, a member already, banned, added to groups too often lately',
);
export type AddedMembers = z.infer<typeof AddedMembers>;

export const Ban = named('Ban', z.object({ user: User, bannedAt: Timestamp }));
export type Ban = z.infer<typeof Ban>;

export const BanPage = named('BanPage', page(Ban));

/** What is the same for the people of groups and of channels: bans, and a new owner. */
export function peopleOperations<Kind extends 'group' | 'channel'>(kind: Kind) {
  const { name, tag, path } = KINDS[kind];
  const idKey: IdKey<Kind> = KINDS[kind].idKey;
  const params = idParams(idKey);
  const personParams = idParams<IdKey<Kind> | 'userId'>(idKey, 'userId');
  return {
    transfer: operation({
      id: `transfer${name}`,
      tag,
      method: 'put',
      path: `${path}/owner`,
      summary: `Give the ${kind} to somebody who is in it; the owner stays as an admin`,
      params,
      body: z.strictObject({ userId: Id }),
      answers: { 200: { description: `the ${kind} as it is now`, schema: Conversation } },
      errors: ['not_found', 'forbidden'],
    }),
    bans: operation({
      id: `list${name}Bans`,
      tag,
      method: 'get',
      path: `${path}/bans`,
      summary: 'Who is banned, latest first',
      params,
      query: Paging,
      answers: { 200: { description: 'a page', schema: BanPage } },
      errors: ['not_found', 'forbidden'],
    }),
    ban: operation({
      id: `ban${name}User`,
      tag,
      method: 'put',
      path: `${path}/bans/{userId}`,
      summary: 'Ban somebody, in it or not: they are out, and do not come back',
      params: personParams,
      answers: { 204: { description: 'banned' } },
      errors: ['not_found', 'forbidden'],
    }),
    unban: operation({
      id: `unban${name}User`,
      tag,
      method: 'delete',
      path: `${path}/bans/{userId}`,
      summary: 'Lift a ban; brings nobody back',
      params: personParams,
      answers: { 204: { description: 'not banned' } },
      errors: ['not_found', 'forbidden'],
    }),
  };
}
