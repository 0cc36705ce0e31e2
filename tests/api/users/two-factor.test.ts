import { makePerson, PASSWORD, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { secondFactorOf, withTwoFactor } from '../../support/two-factor';
import { expectTooMany, newIp, newName, otherThan, problem, tokens, wrongFields } from '../auth/answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1', PUBLIC_URL: 'https://chat.example.com' });
});
afterAll(() => server.stop());

const PATH = '/api/v1/users/me/two-factor';
const someone = (): Promise<Person> => makePerson(server, newName());
const ask = (method: 'post' | 'delete', path: string, person: Person, body: object, ip = newIp()) =>
  server.request[method](`${PATH}${path}`).set(person.authorization).set('X-Forwarded-For', ip).send(body);
const signIn = ({ username }: Person, body: object = {}, ip = newIp()) =>
  server.request
    .post('/api/v1/auth/sign-in')
    .set('X-Forwarded-For', ip)
    .send({ login: username, password: PASSWORD, ...body });
const me = ({ authorization }: Person) => server.request.get('/api/v1/users/me').set(authorization);
/** Not the app's at this moment, nor a step away. */
const wrongCode = (shown: readonly string[]): string => {
  let code = shown[0] ?? '';
  while (shown.includes(code)) code = otherThan(code);
  return code;
};

describe('switching two-factor on', () => {
  test('gives a secret, and at its first code recovery codes; devices and the owner hear of it', async () => {
    const ada = await someone();
    const device = await connect(server, ada.tokens);
    const factor = await secondFactorOf(server, ada);
    expect(factor.secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(factor.otpauthUrl);
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(url.pathname)).toBe(`/chat.example.com:${ada.username}`);
    expect(url.searchParams.get('secret')).toBe(factor.secret);
    expect((await me(ada)).body.twoFactor).toBe(false);
    await signIn(ada).expect(200);

    const answer = await ask('post', '/confirm', ada, { code: factor.code() }).expect(200);
    expect(answer.get('Cache-Control')).toBe('no-store');
    const { recoveryCodes } = answer.body as { recoveryCodes: string[] };
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
    await device.next('user_updated');
    expect((await me(ada)).body.twoFactor).toBe(true);
    expect((await server.mail.waitForMail(ada.email)).subject).toBe('Two-factor was switched on');
    device.close();
  });

  test('stores neither the secret nor a code as it is', async () => {
    const { person, factor, recoveryCodes } = await withTwoFactor(server, await someone());
    const { reader } = await server.database();
    const rows = JSON.stringify([
      await reader.secondFactor.findMany({ where: { userId: person.id } }),
      await reader.recoveryCode.findMany({ where: { userId: person.id } }),
    ]);
    for (const told of [
      factor.secret,
      ...recoveryCodes,
      ...recoveryCodes.map((code) => code.replaceAll('-', '')),
    ])
      expect(rows).not.toContain(told);
  });

  test('asked for again before it is confirmed makes another secret, and the first is worth nothing', async () => {
    const ada = await someone();
    const first = await secondFactorOf(server, ada);
    const second = await secondFactorOf(server, ada);
    expect(second.secret).not.toBe(first.secret);
    const { body } = await ask('post', '/confirm', ada, { code: first.code() }).expect(422);
    expect(body).toEqual(problem('code_invalid'));
    await ask('post', '/confirm', ada, { code: second.code() }).expect(200);
  });

  test('is refused with a wrong password, twice, unasked for, malformed and without a token', async () => {
    const { person, factor } = await withTwoFactor(server, await someone());
    expect((await ask('post', '', person, { password: 'wrong' }).expect(401)).body.code).toBe(
      'invalid_credentials',
    );
    expect((await ask('post', '', person, { password: PASSWORD }).expect(409)).body.code).toBe('conflict');
    expect((await ask('post', '/confirm', person, { code: factor.code() }).expect(409)).body.code).toBe(
      'conflict',
    );
    const other = await someone();
    await ask('post', '/confirm', other, { code: '123456' }).expect(409);
    expect(wrongFields(await ask('post', '/confirm', other, { code: '12345x' }).expect(400))).toEqual([
      'body.code',
    ]);
    expect(wrongFields(await ask('delete', '', other, { code: 'x'.repeat(1000) }).expect(400))).toEqual([
      'body.code',
      'body.password',
    ]);
    for (const path of ['', '/confirm', '/recovery-codes'])
      await server.request.post(`${PATH}${path}`).send({}).expect(401);
    await server.request.delete(PATH).send({}).expect(401);
  });
});

describe('a sign-in with two-factor on', () => {
  test('asks for a code after a right password, and after a right one only', async () => {
    const { person, factor } = await withTwoFactor(server, await someone());
    expect((await signIn(person).expect(401)).body).toEqual(problem('two_factor_required'));
    for (const code of [undefined, factor.code(), '000000'])
      expect((await signIn(person, { password: 'wrong', ...(code && { code }) }).expect(401)).body).toEqual(
        problem('invalid_credentials'),
      );
    const { body } = await signIn(person, { code: factor.code() }).expect(200);
    expect(body).toEqual({ user: { ...person.user, twoFactor: true }, tokens });
  });

  test('takes a code of the step before and after, none further away, and each once', async () => {
    const { person, factor } = await withTwoFactor(server, await someone());
    expect((await signIn(person, { code: factor.code(-3) }).expect(422)).body).toEqual(
      problem('code_invalid'),
    );
    await signIn(person, { code: factor.code(3) }).expect(422);
    const [now, next] = [factor.code(), factor.code(1)];
    await signIn(person, { code: `${now.slice(0, 3)} ${now.slice(3)}` }).expect(200);
    await signIn(person, { code: now }).expect(422);
    await signIn(person, { code: next }).expect(200);
    await signIn(person, { code: next }).expect(422);
  });

  test('of two with one code at the same moment one gets in', async () => {
    const { person, factor, recoveryCodes } = await withTwoFactor(server, await someone());
    for (const code of [factor.code(), recoveryCodes[0]]) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => signIn(person, { code })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422, 422]);
    }
  });

  test('takes a recovery code once, however it is written, and tells the owner', async () => {
    const { person, recoveryCodes } = await withTwoFactor(server, await someone());
    const [first = '', second = ''] = recoveryCodes;
    await signIn(person, { code: first.toUpperCase().replaceAll('-', ' ') }).expect(200);
    expect((await server.mail.waitForMail(person.email, /recovery/)).subject).toBe(
      'A recovery code was used',
    );
    await signIn(person, { code: first }).expect(422);
    await signIn(person, { code: second }).expect(200);
    const { person: other } = await withTwoFactor(server, await someone());
    await signIn(other, { code: recoveryCodes[2] }).expect(422);
  });

  test('is locked after ten wrong codes for that address; a right password alone opens nothing', async () => {
    const { person, factor } = await withTwoFactor(server, await someone());
    const ip = newIp();
    const code = wrongCode([-2, -1, 0, 1, 2].map(factor.code));
    const answers = await Promise.all(Array.from({ length: 13 }, () => signIn(person, { code }, ip)));
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(10);
    expectTooMany(await signIn(person, { code: factor.code() }, ip), 'account_locked', 900);
    await signIn(person, { code: factor.code() }).expect(200);
  });

  test('is locked for codes of the app after a hundred wrong ones from anywhere, not for recovery codes', async () => {
    const { person, factor, recoveryCodes } = await withTwoFactor(server, await someone());
    for (let count = 0; count < 100; count += 1)
      await server.container.limits.count('wrongSecondFactorAnywhere', person.id);
    expectTooMany(await signIn(person, { code: factor.code() }), 'account_locked', 86_400);
    await signIn(person, { code: recoveryCodes[0] }).expect(200);
  });

  test('does without a code where two-factor is off, whatever is sent', async () => {
    const ada = await someone();
    await secondFactorOf(server, ada);
    await signIn(ada, { code: '123456' }).expect(200);
  });

  test('is asked for after a password reset, too', async () => {
    const { person } = await withTwoFactor(server, await someone());
    await server.request
      .post('/api/v1/auth/password/forgot')
      .set('X-Forwarded-For', newIp())
      .send({ email: person.email })
      .expect(202);
    const code = await server.mail.codeFor(person.email);
    const newPassword = 'another fine password';
    await server.request
      .post('/api/v1/auth/password/reset')
      .set('X-Forwarded-For', newIp())
      .send({ email: person.email, code, newPassword })
      .expect(204);
    await signIn(person, { password: newPassword }).expect(401, /two_factor_required/);
  });

  test('with another secret for tokens is left with recovery codes', async () => {
    const { person, factor, recoveryCodes } = await withTwoFactor(server, await someone());
    await server.restart({ JWT_REFRESH_SECRET: 'another secret of the refresh tokens 0123456789' });
    await signIn(person, { code: factor.code() }).expect(422);
    await signIn(person, { code: recoveryCodes[0] }).expect(200);
    await server.restart();
  });
});

describe('switching two-factor off', () => {
  test('asks for the password and a code, and tells the owner', async () => {
    const { person, factor, recoveryCodes } = await withTwoFactor(server, await someone());
    const code = recoveryCodes[0];
    await ask('delete', '', person, { password: 'wrong', code }).expect(401);
    const wrong = wrongCode([-2, -1, 0, 1, 2].map(factor.code));
    await ask('delete', '', person, { password: PASSWORD, code: wrong }).expect(422);
    expect((await me(person)).body.twoFactor).toBe(true);
    await ask('delete', '', person, { password: PASSWORD, code }).expect(204);
    expect((await me(person)).body.twoFactor).toBe(false);
    expect((await server.mail.waitForMail(person.email, /off/)).subject).toBe('Two-factor was switched off');
    await signIn(person).expect(200);
    expect((await ask('delete', '', person, { password: PASSWORD, code }).expect(404)).body.code).toBe(
      'not_found',
    );
    await withTwoFactor(server, person);
  });

  test('goes with the account', async () => {
    const { person } = await withTwoFactor(server, await someone());
    await server.request
      .delete('/api/v1/users/me')
      .set(person.authorization)
      .send({ password: PASSWORD })
      .expect(204);
    const { reader } = await server.database();
    const where = { userId: person.id };
    expect([await reader.secondFactor.count({ where }), await reader.recoveryCode.count({ where })]).toEqual([
      0, 0,
    ]);
  });
});

test('new recovery codes void the earlier ones', async () => {
  const { person, factor, recoveryCodes } = await withTwoFactor(server, await someone());
  const { body } = await ask('post', '/recovery-codes', person, {
    password: PASSWORD,
    code: factor.code(),
  }).expect(200);
  await signIn(person, { code: recoveryCodes[0] }).expect(422);
  await signIn(person, { code: body.recoveryCodes[0] }).expect(200);
  const other = await someone();
  await ask('post', '/recovery-codes', other, { password: PASSWORD, code: '123456' }).expect(404);
});
