import { z } from 'zod';
import { Bio, DisplayName, Email, Id, Timestamp, Username, page } from './fields';
import { operation } from './operation';
import { named } from './registry';

export const User = named(
  'User',
  z.object({
    id: Id,
    username: z.string(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    bio: z.string(),
    isBot: z.literal(true).optional().meta({ description: 'a program, made by the admins' }),
    deleted: z.literal(true).optional().meta({
      description:
        'the account was deleted: `username` is "deleted", which nobody can have, and of the rest nothing is left; only the id tells who it was',
    }),
    online: z.boolean().optional().meta({ description: 'where the caller may know it' }),
    lastSeenAt: Timestamp.optional().meta({ description: 'when the last device went, while offline' }),
  }),
  'what anybody signed in may see of a person',
);
export type User = z.infer<typeof User>;

export const Role = z.enum(['user', 'admin', 'owner']);
export type Role = z.infer<typeof Role>;

/** Which messages are told to somebody who is away. */
export const Told = z.enum(['all', 'mentions', 'nothing']);
export type Told = z.infer<typeof Told>;

const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00')
  .meta({ example: '22:00' });

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

export const QuietHours = z
  .strictObject({
    from: TimeOfDay,
    to: TimeOfDay.meta({ description: 'when they are over; before `from`: on the next day' }),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
      .meta({ description: "a name of the IANA's database", example: 'Europe/Berlin' }),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must differ from `from`' });
export type QuietHours = z.infer<typeof QuietHours>;

const TOLD =
  '`mentions`: private messages, messages that name one, answers to what one said, and calls to everybody in a group of at most 1,000; `all`: everything';

/** By the part of the settings that a change of them may name. */
const notificationFields = {
  telegram: Told.meta({ description: `${TOLD}. Soon after it was said, if Telegram is linked` }),
  email: Told.meta({ description: `${TOLD}. In one mail, after half an hour` }),
  preview: z
    .boolean()
    .meta({ description: 'with the beginning of what was said; otherwise who said how much, and where' }),
  quietHours: QuietHours.nullable().meta({ description: 'until they are over nothing is told' }),
};

export const NotificationSettings = named(
  'NotificationSettings',
  z.object(notificationFields),
  'what of a conversation is told while one is away and has not read it, unless it is muted or its `notify` says less',
);
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** What is left out stays as it is. */
export const NotificationChanges = z.strictObject(z.object(notificationFields).partial().shape);

export const Settings = named(
  'Settings',
  z.object({
    readReceipts: z
      .boolean()
      .meta({ description: 'others see what one has read, and one sees what they have' }),
    typing: z.boolean().meta({ description: 'others see that one types' }),
    lastSeen: z
      .enum(['everyone', 'contacts', 'nobody'])
      .meta({ description: 'who sees that one is online, and when one was last' }),
    notifications: NotificationSettings,
  }),
  'what one shows of oneself, and is told',
);
export type Settings = z.infer<typeof Settings>;

export const OwnProfile = named(
  'OwnProfile',
  User.extend({
    email: z.union([Email, z.literal('')]).meta({ description: 'empty for a bot' }),
    emailVerified: z.boolean(),
    role: Role,
    settings: Settings,
    twoFactor: z.boolean().meta({ description: 'signing in asks for a code, too' }),
    telegram: z.boolean().meta({ description: 'a Telegram chat is linked' }),
    createdAt: Timestamp,
  }),
  "one's own profile",
);
export type OwnProfile = z.infer<typeof OwnProfile>;

export const GetMe = operation({
  id: 'getMe',
  tag: 'Users',
  method: 'get',
  path: '/users/me',
  summary: "One's own profile",
  answers: { 200: { description: 'the profile', schema: OwnProfile } },
});

export const ChangeMe = operation({
  id: 'changeMe',
  tag: 'Users',
  method: 'patch',
  path: '/users/me',
  summary: "Change one's own profile",
  body: z
    .strictObject({ username: Username.optional(), displayName: DisplayName.optional(), bio: Bio.optional() })
    .refine((changes) => Object.keys(changes).length > 0, 'must change something'),
  answers: { 200: { description: 'the profile as it is now', schema: OwnProfile } },
  errors: ['username_taken'],
});

export const UserPage = named('UserPage', page(User));

export const SearchUsers = operation({
  id: 'searchUsers',
  tag: 'Users',
  method: 'get',
  path: '/users',
  summary: 'Find people by the beginning of their username or display name',
  query: z.strictObject({
    search: z.string().trim().min(1).max(64),
    limit: z.coerce.number().int().min(1).max(50).default(20),
    cursor: z.string().max(200).optional(),
  }),
  answers: { 200: { description: 'people, by username', schema: UserPage } },
});

export const Presence = named(
  'Presence',
  z.object({ userId: Id, online: z.boolean(), lastSeenAt: Timestamp.optional() }),
  'whoever hides it from the caller looks like somebody who never was here',
);
export type Presence = z.infer<typeof Presence>;

/** People asked about at once. */
const MAX_PRESENCE_IDS = 100;
const ID_LENGTH = 36;

export const GetPresence = operation({
  id: 'getPresence',
  tag: 'Users',
  method: 'get',
  path: '/users/presence',
  summary: 'Who of some people is online, and when the others were last',
  query: z.strictObject({
    ids: z
      .string()
      .max(MAX_PRESENCE_IDS * (ID_LENGTH + 1))
      .meta({ description: `ids separated by commas, ${MAX_PRESENCE_IDS} at most` })
      .transform((list) => [...new Set(list.split(','))])
      .pipe(z.array(Id).max(MAX_PRESENCE_IDS)),
  }),
  answers: {
    200: { description: 'in the order asked', schema: z.object({ items: z.array(Presence) }) },
  },
});

export const GetUser = operation({
  id: 'getUser',
  tag: 'Users',
  method: 'get',
  path: '/users/{userId}',
  summary: "A person's public profile",
  params: z.strictObject({ userId: Id }),
  answers: { 200: { description: 'the profile', schema: User } },
  errors: ['not_found'],
});

export const ListBlocks = operation({
  id: 'listBlocks',
  tag: 'Users',
  method: 'get',
  path: '/users/me/blocks',
  summary: 'The people one has blocked, latest first',
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
  }),
  answers: { 200: { description: 'a page', schema: UserPage } },
});

export const BlockUser = operation({
  id: 'blockUser',
  tag: 'Users',
  method: 'put',
  path: '/users/{userId}/block',
  summary: 'Block somebody: no messages, presence or typing, both ways',
  params: z.strictObject({ userId: Id }),
  answers: { 204: { description: 'blocked' } },
  errors: ['not_found'],
});

export const UnblockUser = operation({
  id: 'unblockUser',
  tag: 'Users',
  method: 'delete',
  path: '/users/{userId}/block',
  summary: 'Take a block back',
  params: z.strictObject({ userId: Id }),
  answers: { 204: { description: 'not blocked by the caller' } },
});
