import { z } from 'zod';
import {
  DisplayName,
  Email,
  GivenPassword,
  Id,
  NewPassword,
  OneTimeCode,
  SecondFactorCode,
  Timestamp,
  Username,
  line,
} from './fields';
import { operation } from './operation';
import { named } from './registry';
import { OwnProfile } from './users';

const tag = 'Auth';

export const Tokens = named(
  'Tokens',
  z.object({
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresIn: z.int().meta({ description: 'seconds until the access token expires' }),
  }),
);
export type Tokens = z.infer<typeof Tokens>;

export const SignedIn = named('SignedIn', z.object({ user: OwnProfile, tokens: Tokens }));
export type SignedIn = z.infer<typeof SignedIn>;

export const PendingSignUp = named(
  'PendingSignUp',
  z.object({ email: Email, username: Username, expiresAt: Timestamp }),
);
export type PendingSignUp = z.infer<typeof PendingSignUp>;

export const Session = named(
  'Session',
  z.object({
    id: Id,
    device: z.string().nullable(),
    userAgent: z.string().nullable(),
    ip: z.string().nullable(),
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    expiresAt: Timestamp,
    current: z.boolean().meta({ description: 'the session that asks' }),
  }),
);
export type Session = z.infer<typeof Session>;

const Device = line(1, 100);

export const SignUp = operation({
  id: 'signUp',
  tag,
  method: 'post',
  path: '/auth/sign-up',
  open: true,
  summary: 'Ask for an account; a 6-digit code goes to the address',
  description:
    'Nothing is an account before the code is confirmed. The answer does not tell whether the address has an account; its owner is told by mail.',
  body: z.strictObject({
    email: Email,
    username: Username,
    password: NewPassword,
    displayName: DisplayName.optional(),
  }),
  answers: { 202: { description: 'a code was sent, if the address is free', schema: PendingSignUp } },
  errors: ['username_taken'],
});

export const VerifyEmail = operation({
  id: 'verifyEmail',
  tag,
  method: 'post',
  path: '/auth/verify-email',
  open: true,
  summary: 'Confirm the code: the account is made and signed in',
  body: z.strictObject({ email: Email, code: OneTimeCode, device: Device.optional() }),
  answers: { 200: { description: 'signed in', schema: SignedIn } },
  errors: ['code_invalid', 'code_expired', 'username_taken'],
});

export const ResendCode = operation({
  id: 'resendCode',
  tag,
  method: 'post',
  path: '/auth/verify-email/resend',
  open: true,
  summary: 'Send the sign-up code again, once a minute at most',
  body: z.strictObject({ email: Email }),
  answers: { 202: { description: 'always the same answer' } },
});

export const SignIn = operation({
  id: 'signIn',
  tag,
  method: 'post',
  path: '/auth/sign-in',
  open: true,
  summary: 'Sign in with e-mail or username',
  description:
    'Where two-factor is on, a right password alone is answered `two_factor_required`: send the same again with `code`. A code of the app counts once. Where it is off, `code` means nothing. `account_suspended` only after a right password: `detail` tells why and until when, `retryAfter` in how many seconds it ends.',
  body: z.strictObject({
    login: z.string().trim().min(1).max(254).meta({ example: 'ada' }),
    password: GivenPassword,
    device: Device.optional(),
    code: SecondFactorCode.optional(),
  }),
  answers: { 200: { description: 'signed in', schema: SignedIn } },
  errors: [
    'invalid_credentials',
    'two_factor_required',
    'code_invalid',
    'account_locked',
    'account_suspended',
  ],
});

export const Refresh = operation({
  id: 'refresh',
  tag,
  method: 'post',
  path: '/auth/refresh',
  open: true,
  summary: 'Exchange a refresh token for the next pair',
  description:
    'The token before the current one answers the same successor again, for a lost answer or two tabs; anything older ends the session.',
  body: z.strictObject({ refreshToken: z.string().min(1).max(2048) }),
  answers: { 200: { description: 'the next tokens', schema: z.object({ tokens: Tokens }) } },
  errors: ['unauthenticated', 'token_expired', 'token_reused', 'account_suspended'],
});

export const SignOut = operation({
  id: 'signOut',
  tag,
  method: 'post',
  path: '/auth/sign-out',
  peopleOnly: true,
  summary: 'End this session and its sockets',
  answers: { 204: { description: 'ended' } },
});

export const SignOutEverywhere = operation({
  id: 'signOutEverywhere',
  tag,
  method: 'post',
  path: '/auth/sign-out-everywhere',
  peopleOnly: true,
  summary: "End all of one's sessions and their sockets",
  answers: { 204: { description: 'ended' } },
});

export const ForgotPassword = operation({
  id: 'forgotPassword',
  tag,
  method: 'post',
  path: '/auth/password/forgot',
  open: true,
  summary: 'Ask for a code to set a new password',
  body: z.strictObject({ email: Email }),
  answers: { 202: { description: 'always the same answer' } },
});

export const ResetPassword = operation({
  id: 'resetPassword',
  tag,
  method: 'post',
  path: '/auth/password/reset',
  open: true,
  summary: 'Set a new password with the mailed code; ends all sessions',
  body: z.strictObject({ email: Email, code: OneTimeCode, newPassword: NewPassword }),
  answers: { 204: { description: 'the password is set' } },
  errors: ['code_invalid', 'code_expired'],
});

export const ListSessions = operation({
  id: 'listSessions',
  tag,
  method: 'get',
  path: '/auth/sessions',
  peopleOnly: true,
  summary: "One's devices that are signed in, latest used first",
  answers: { 200: { description: 'the sessions', schema: z.object({ items: z.array(Session) }) } },
});

export const RevokeSession = operation({
  id: 'revokeSession',
  tag,
  method: 'delete',
  path: '/auth/sessions/{sessionId}',
  peopleOnly: true,
  summary: 'Sign one device out',
  params: z.strictObject({ sessionId: Id }),
  answers: { 204: { description: 'ended' } },
  errors: ['not_found'],
});
