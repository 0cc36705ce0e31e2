import { z } from 'zod';
import { Counter, Id, Limit, Moment, Timestamp, page, statement } from './fields';
import { operation } from './operation';
import { named } from './registry';
import { Role, User } from './users';

const tag = 'Admin';
const params = z.strictObject({ userId: Id });

export const Suspension = named(
  'Suspension',
  z.object({
    reason: z.string(),
    until: Timestamp.nullable().meta({ description: 'when it ends by itself; `null`: when it is lifted' }),
    byId: Id.meta({ description: 'the admin' }),
    createdAt: Timestamp,
  }),
  'why somebody cannot be signed in',
);
export type Suspension = z.infer<typeof Suspension>;

export const AdministeredUser = named(
  'AdministeredUser',
  User.omit({ online: true, lastSeenAt: true }).extend({
    email: z.string().meta({ description: 'empty when the account was deleted' }),
    role: Role,
    createdAt: Timestamp,
    suspension: Suspension.nullable(),
  }),
  'what admins see of a person',
);
export type AdministeredUser = z.infer<typeof AdministeredUser>;

/** Messages are counted up to so many. */
export const MAX_COUNTED_MESSAGES = 1_000;

export const AdministeredUserDetails = named(
  'AdministeredUserDetails',
  AdministeredUser.extend({
    lastActivityAt: Timestamp.nullable().meta({
      description: 'of the devices that are signed in, and of the connections',
    }),
    sessions: Counter.meta({ description: 'devices that are signed in' }),
    storageBytes: z.int().min(0),
    chats: Counter,
    groups: Counter,
    channels: Counter,
    owned: Counter.meta({ description: 'groups and channels' }),
    messages: Counter.meta({
      description: `sent, also deleted ones; ${MAX_COUNTED_MESSAGES} means that many or more`,
    }),
  }),
  'and of one person',
);
export type AdministeredUserDetails = z.infer<typeof AdministeredUserDetails>;

export const AdministeredUserPage = named('AdministeredUserPage', page(AdministeredUser));
export type AdministeredUserPage = z.infer<typeof AdministeredUserPage>;

export const AdministeredUsersQuery = z.strictObject({
  search: z.string().trim().min(1).max(254).optional().meta({
    description: 'the beginning of a username, a display name or an address',
  }),
  status: z.enum(['active', 'suspended', 'deleted']).optional(),
  role: Role.optional(),
  limit: Limit,
  cursor: z.string().max(200).optional(),
});
export type AdministeredUsersQuery = z.infer<typeof AdministeredUsersQuery>;

export const ListAdministeredUsers = operation({
  id: 'listAdministeredUsers',
  tag,
  method: 'get',
  path: '/admin/users',
  summary: 'Everybody who has or had an account, by username',
  query: AdministeredUsersQuery,
  answers: { 200: { description: 'a page', schema: AdministeredUserPage } },
  errors: ['forbidden'],
});

export const GetAdministeredUser = operation({
  id: 'getAdministeredUser',
  tag,
  method: 'get',
  path: '/admin/users/{userId}',
  summary: 'One of them',
  params,
  answers: { 200: { description: 'the person', schema: AdministeredUserDetails } },
  errors: ['forbidden', 'not_found'],
});

const RANKS = 'Nobody does so to themselves or to somebody of the same or a higher role.';

export const SuspendUser = operation({
  id: 'suspendUser',
  tag,
  method: 'put',
  path: '/admin/users/{userId}/suspension',
  summary: 'Keep somebody out: their sessions and sockets end, and no new one opens',
  description: `In the place of the suspension that there may be. The person is told the reason. ${RANKS}`,
  params,
  body: z.strictObject({
    reason: statement(500),
    until: Moment.optional().meta({ description: 'to come; without it: until it is lifted' }),
  }),
  answers: { 200: { description: 'suspended', schema: Suspension } },
  errors: ['forbidden', 'not_found'],
});

export const LiftSuspension = operation({
  id: 'liftSuspension',
  tag,
  method: 'delete',
  path: '/admin/users/{userId}/suspension',
  summary: 'Let somebody in again; they sign in anew',
  params,
  answers: { 204: { description: 'not suspended' } },
  errors: ['forbidden', 'not_found'],
});

export const ChangeRole = operation({
  id: 'changeRole',
  tag,
  method: 'put',
  path: '/admin/users/{userId}/role',
  summary: 'Give somebody another role: the owner alone',
  description: `\`owner\` hands it over: the caller is an admin from then on. A suspended person is given no other role than \`user\`. ${RANKS}`,
  params,
  body: z.strictObject({ role: Role }),
  answers: { 200: { description: 'the person', schema: AdministeredUserDetails } },
  errors: ['forbidden', 'not_found', 'conflict'],
});

export const EndSessions = operation({
  id: 'endSessions',
  tag,
  method: 'delete',
  path: '/admin/users/{userId}/sessions',
  summary: 'Sign somebody out everywhere',
  description: RANKS,
  params,
  answers: { 204: { description: 'ended' } },
  errors: ['forbidden', 'not_found'],
});

export const DeleteUser = operation({
  id: 'deleteUser',
  tag,
  method: 'delete',
  path: '/admin/users/{userId}',
  summary: "Delete somebody's account",
  description: `Groups and channels that they own go to whoever has been an admin there, or else in it, for longest; those with nobody else in them go, too. ${RANKS}`,
  params,
  query: z.strictObject({ messages: z.enum(['keep', 'delete']).default('keep') }),
  answers: { 204: { description: 'deleted' } },
  errors: ['forbidden', 'not_found'],
});
