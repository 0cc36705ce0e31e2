import { z } from 'zod';
import { GivenPassword, OneTimeCode, SecondFactorCode } from './fields';
import { operation } from './operation';
import { named } from './registry';

const tag = 'Users';
const path = '/users/me/two-factor';

export const SecondFactorSecret = named(
  'SecondFactorSecret',
  z.object({
    secret: z.string().meta({ description: 'base32, to be typed into an authenticator app' }),
    otpauthUrl: z.string().meta({ description: 'the same, to be shown as a QR code' }),
  }),
);
export type SecondFactorSecret = z.infer<typeof SecondFactorSecret>;

export const RecoveryCodes = named(
  'RecoveryCodes',
  z.object({ recoveryCodes: z.array(z.string()) }),
  'shown this once; each works once, instead of a code of the app',
);
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

export const BeginTwoFactor = operation({
  id: 'beginTwoFactor',
  tag,
  method: 'post',
  path,
  peopleOnly: true,
  summary: 'Get a secret for an authenticator app (TOTP, RFC 6238)',
  description:
    'Nothing changes before its first code is confirmed; until then asking again makes another secret. `conflict` when two-factor is on.',
  body: z.strictObject({ password: GivenPassword }),
  answers: { 200: { description: 'the secret, shown this once', schema: SecondFactorSecret } },
  errors: ['invalid_credentials', 'account_locked', 'conflict'],
});

export const ConfirmTwoFactor = operation({
  id: 'confirmTwoFactor',
  tag,
  method: 'post',
  path: `${path}/confirm`,
  peopleOnly: true,
  summary: "Switch two-factor on with the app's first code; the owner is told by mail",
  description:
    'From here on a sign-in asks for a code. `conflict` when it is on, or no secret was asked for.',
  body: z.strictObject({ code: OneTimeCode }),
  answers: { 200: { description: 'it is on; codes for when the app is lost', schema: RecoveryCodes } },
  errors: ['code_invalid', 'account_locked', 'conflict'],
});

const Proof = z.strictObject({ password: GivenPassword, code: SecondFactorCode });
export type Proof = z.output<typeof Proof>;

export const EndTwoFactor = operation({
  id: 'endTwoFactor',
  tag,
  method: 'delete',
  path,
  peopleOnly: true,
  summary: 'Switch two-factor off; the owner is told by mail',
  body: Proof,
  answers: { 204: { description: 'it is off' } },
  errors: ['invalid_credentials', 'code_invalid', 'account_locked', 'not_found'],
});

export const RenewRecoveryCodes = operation({
  id: 'renewRecoveryCodes',
  tag,
  method: 'post',
  path: `${path}/recovery-codes`,
  peopleOnly: true,
  summary: 'Get new recovery codes; the earlier ones are worth nothing any more',
  body: Proof,
  answers: { 200: { description: 'the new ones', schema: RecoveryCodes } },
  errors: ['invalid_credentials', 'code_invalid', 'account_locked', 'not_found'],
});
