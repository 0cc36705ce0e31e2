import { createAccounts } from '../../../src/services/accounts';
import { foldCase } from '../../../src/helpers/text';
import { makePerson, PASSWORD } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName } from './answers';

const FROM = { ip: '::1', limitKey: '::/64', userAgent: null };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

/** The accounts on the server's database an hour ahead: the server's worker leaves their jobs alone, so that they can be counted. */
function accountsAhead() {
  const { container } = server;
  const outbox = { handle: () => undefined, wake: () => undefined };
  return createAccounts({ ...container, outbox, clock: () => new Date(Date.now() + 3_600_000) });
}

const jobs = async () =>
  (await server.database()).reader.outboxJob.findMany({
    where: { nextAt: { gt: new Date() } },
    select: { kind: true, payload: true, attempts: true },
  });

describe.each([
  ['password/forgot', 'password_reset_code'],
  ['verify-email/resend', 'sign_up_code'],
])('POST /auth/%s', (path, kind) => {
  test('answers alike and asks one row of the database, whether the address is known or not', async () => {
    const known = (await makePerson(server, newName())).email;
    const unknown = `${newName()}@example.com`;
    const answers = await Promise.all(
      [known, unknown].map((email) =>
        server.request.post(`/api/v1/auth/${path}`).send({ email }).expect(202),
      ),
    );
    expect(answers.map(({ text }) => text)).toEqual(['', '']);

    const { passwords, signUp } = accountsAhead();
    for (const email of [known, unknown]) {
      if (kind === 'sign_up_code') await signUp.resend(email, FROM);
      else await passwords.forgot(email, FROM);
    }
    const written = (await jobs()).filter((job) => job.kind === kind);
    expect(written.map(({ payload }) => JSON.parse(payload))).toEqual(
      [known, unknown].map((emailKey) => ({ emailKey, expiresAt: expect.any(String) })),
    );
  });
});

test('a sign-up writes one pending row and one mail, whether the address has an account or not', async () => {
  const known = (await makePerson(server, newName())).email;
  const unknown = `${newName()}@example.com`;
  const { signUp } = accountsAhead();
  const database = await server.database();
  for (const email of [known, unknown]) {
    const answer = await signUp.signUp({ email, username: newName(), password: PASSWORD }, FROM);
    expect(answer).toEqual({ email, username: expect.any(String), expiresAt: expect.any(String) });
    expect(await database.reader.pendingSignUp.count({ where: { emailKey: foldCase(email) } })).toBe(1);
    const mails = (await jobs()).filter(({ payload }) => JSON.parse(payload).to === email);
    expect(mails).toHaveLength(1);
  }
});

test('a wrong code for a new password is answered after the same time, whether the address is known or not', async () => {
  const { email } = await makePerson(server, newName());
  const unknown = `${newName()}@example.com`;
  for (const address of [email, unknown])
    await server.request.post('/api/v1/auth/password/forgot').send({ email: address }).expect(202);
  await server.mail.codeFor(email);
  const timed = async (address: string): Promise<number> => {
    const start = performance.now();
    const guess = { email: address, code: '000000', newPassword: PASSWORD };
    await server.request.post('/api/v1/auth/password/reset').send(guess).expect(422);
    return performance.now() - start;
  };
  for (const address of [email, unknown, email, unknown])
    expect(await timed(address)).toBeGreaterThanOrEqual(249);
});

test('a wrong login takes as long as a wrong password', async () => {
  const { username } = await makePerson(server, newName());
  const { hash } = await import('bcrypt');
  await (
    await server.database()
  ).writer.user.updateMany({ where: { username }, data: { passwordHash: await hash('x', 12) } });
  const { container } = server;
  const outbox = { handle: () => undefined, wake: () => undefined };
  const { signIn } = createAccounts({
    ...container,
    config: { environment: 'production', publicUrl: null, tokens: container.config.tokens },
    outbox,
  });
  const timed = async (login: string): Promise<number> => {
    const start = process.hrtime.bigint();
    await expect(signIn.signIn({ login, password: 'wrong' }, FROM)).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    return Number(process.hrtime.bigint() - start);
  };
  // The faster of two: a busy machine slows one down.
  const faster = async (login: string): Promise<number> => Math.min(await timed(login), await timed(login));
  const [known, unknown] = [await faster(username), await faster(newName())];
  // bcrypt at cost 12 is some hundred milliseconds; without it the ratio would be about a hundred.
  expect(unknown / known).toBeGreaterThan(1 / 4);
  expect(unknown / known).toBeLessThan(4);
});
