import { Secret, TOTP } from 'otpauth';
import { makePerson, PASSWORD, type Person } from './people';
import type { TestedServer } from './server';

export interface HeldFactor {
  readonly secret: string;
  readonly otpauthUrl: string;
  /** What the app shows; with an offset, what it shows so many steps later. */
  readonly code: (steps?: number) => string;
}

/** Asks for a secret and keeps it, as an authenticator app does. */
export async function secondFactorOf(server: TestedServer, person: Person): Promise<HeldFactor> {
  const { body } = await server.request
    .post('/api/v1/users/me/two-factor')
    .set(person.authorization)
    .send({ password: PASSWORD })
    .expect(200);
  const { secret, otpauthUrl } = body as { secret: string; otpauthUrl: string };
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  return {
    secret,
    otpauthUrl,
    code: (steps = 0) => totp.generate({ timestamp: Date.now() + steps * 30_000 }),
  };
}

/** Somebody whose sign-ins ask for a code; those of the app that were used up while it was switched on count anew. */
export async function withTwoFactor(
  server: TestedServer,
  person?: Person,
): Promise<{ person: Person; factor: HeldFactor; recoveryCodes: string[] }> {
  const owner = person ?? (await makePerson(server));
  const factor = await secondFactorOf(server, owner);
  const { body } = await server.request
    .post('/api/v1/users/me/two-factor/confirm')
    .set(owner.authorization)
    .send({ code: factor.code() })
    .expect(200);
  const database = await server.database();
  await database.writer.secondFactor.updateMany({ where: { userId: owner.id }, data: { lastStep: 0 } });
  return { person: owner, factor, recoveryCodes: (body as { recoveryCodes: string[] }).recoveryCodes };
}
