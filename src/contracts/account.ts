import { z } from 'zod';
import { Email, GivenPassword, NewPassword, OneTimeCode, Timestamp } from './fields';
import { operation, type FileBody } from './operation';
import { named } from './registry';
import { NotificationChanges, OwnProfile, Settings } from './users';

const tag = 'Users';

export const AVATAR_MAX_BYTES = 5 * 1024 * 1024;

/** How a picture is sent, of a person or of a conversation. */
export const AvatarFile: FileBody = {
  field: 'file',
  maxBytes: AVATAR_MAX_BYTES,
  mediaTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
};

/** What becomes of it. */
export const AVATAR_DESCRIPTION =
  'Judged by its bytes, whatever its name says; turned upright, cut to a square of 256 × 256, without metadata; of a moving one the first frame. At most 50 million pixels, AVIF 16 million.';

export const ChangeAvatar = operation({
  id: 'changeAvatar',
  tag,
  method: 'put',
  path: '/users/me/avatar',
  summary: 'Show a picture',
  description: AVATAR_DESCRIPTION,
  file: AvatarFile,
  answers: { 200: { description: 'the profile as it is now', schema: OwnProfile } },
});

export const RemoveAvatar = operation({
  id: 'removeAvatar',
  tag,
  method: 'delete',
  path: '/users/me/avatar',
  summary: 'Show no picture',
  answers: { 204: { description: 'there is none any more' } },
});

export const GetAvatar = operation({
  id: 'getAvatar',
  tag,
  method: 'get',
  path: '/avatars/{file}',
  root: true,
  open: true,
  summary: 'A picture, for everybody who knows its address',
  description: 'An address never shows another picture: it may be kept for ever.',
  params: z.strictObject({ file: z.string().meta({ pattern: '^[0-9a-f]{32}\\.webp$' }) }),
  answers: { 200: { description: 'the picture', mediaType: 'image/webp' } },
  errors: ['not_found'],
});

export const ChangePassword = operation({
  id: 'changePassword',
  tag,
  method: 'put',
  path: '/users/me/password',
  peopleOnly: true,
  summary: 'Set a new password; ends all other sessions',
  body: z.strictObject({ currentPassword: GivenPassword, newPassword: NewPassword }),
  answers: { 204: { description: 'the password is set' } },
  errors: ['invalid_credentials', 'account_locked'],
});

export const DeleteMe = operation({
  id: 'deleteMe',
  tag,
  method: 'delete',
  path: '/users/me',
  peopleOnly: true,
  summary: 'Delete the account, for good',
  description:
    'At once all sessions end, and the address and the username are free. What the account was is forgotten, it leaves its groups and channels, and those where nobody else is are deleted; its private chats stay with the others, who can read them. With `messages=delete` every message becomes a tombstone, within minutes; otherwise they stay, of an author shown as deleted. Refused with `conflict` while other people are in a group or channel that one owns: `errors` names them by `groups/{id}` or `channels/{id}` and title. Transfer or delete those first.',
  query: z.strictObject({ messages: z.enum(['keep', 'delete']).default('keep') }),
  body: z.strictObject({ password: GivenPassword }),
  answers: { 204: { description: 'there is no account any more' } },
  errors: ['invalid_credentials', 'account_locked', 'conflict'],
});

export const PendingEmail = named('PendingEmail', z.object({ email: Email, expiresAt: Timestamp }));
export type PendingEmail = z.infer<typeof PendingEmail>;

export const ChangeEmail = operation({
  id: 'changeEmail',
  tag,
  method: 'put',
  path: '/users/me/email',
  peopleOnly: true,
  summary: 'Ask for another e-mail address; a 6-digit code goes there',
  description:
    'Nothing changes before the code is confirmed. The answer does not tell whether the address has an account; its owner is told by mail.',
  body: z.strictObject({ email: Email, password: GivenPassword }),
  answers: { 202: { description: 'a code was sent, if the address is free', schema: PendingEmail } },
  errors: ['invalid_credentials', 'account_locked'],
});

export const ConfirmEmail = operation({
  id: 'confirmEmail',
  tag,
  method: 'post',
  path: '/users/me/email/confirm',
  peopleOnly: true,
  summary: 'Confirm the code: the address is changed, the old one is told',
  body: z.strictObject({ code: OneTimeCode }),
  answers: { 200: { description: 'the profile as it is now', schema: OwnProfile } },
  errors: ['code_invalid', 'code_expired'],
});

export const GetSettings = operation({
  id: 'getSettings',
  tag,
  method: 'get',
  path: '/users/me/settings',
  summary: 'What one shows of oneself, and is told',
  answers: { 200: { description: 'the settings', schema: Settings } },
});

export const ChangeSettings = operation({
  id: 'changeSettings',
  tag,
  method: 'patch',
  path: '/users/me/settings',
  summary: 'Change what one shows of oneself, and is told',
  body: z
    .strictObject({ ...Settings.partial().shape, notifications: NotificationChanges.optional() })
    .refine(
      ({ notifications, ...changes }) => Object.keys({ ...changes, ...notifications }).length > 0,
      'must change something',
    ),
  answers: { 200: { description: 'the settings as they are now', schema: Settings } },
});
