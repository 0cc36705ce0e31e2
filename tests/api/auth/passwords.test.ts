import { makePerson, PASSWORD, signIn, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newIp, newName, otherThan, problem, wrongFields } from './answers';

let server: TestServer;
const ended: { sessionIds: readonly string[]; reason: string }[] = [];
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1' });
  server.container.bus.on('session.ended', (event) => ended.push(event));
});
afterAll(() => server.stop());

const NEW_PASSWORD = 'another fine password';
const post = (path: string, body: object, ip = newIp()) =>
  server.request.post(`/api/v1/auth${path}`).set('X-Forwarded-For', ip).send(body);
const forgot = (email: unknown) => post('/password/forgot', { email });
const reset = (body: object, ip?: string) =>
  post('/password/reset', { newPassword: NEW_PASSWORD, ...body }, ip);
/** The minute since the last code is over. */
const waitOver = (email: string) => server.container.limits.forget('codeRequest', `password_reset:${email}`);
const me = ({ authorization }: Person) => server.request.get('/api/v1/users/me').set(authorization);

/** A person with a mailed code. */
async function forgetful() {
  const person = await makePerson(server, newName());
  await forgot(person.email).expect(202);
  return { person, email: person.email, code: await server.mail.codeFor(person.email) };
}

describe('POST /auth/password/forgot', () => {
  test('mails a code on a line of its own', async () => {
    const person = await makePerson(server, newName());
    expect((await forgot(person.email.toUpperCase()).expect(202)).text).toBe('');
    const mail = await server.mail.waitForMail(person.email);
    expect(mail.subject).toBe('Your code to set a new password');
    expect(mail.text).toMatch(/^\d{6}$/m);
  });

  test('once a minute, whether the address has an account or not', async () => {
    const { email } = await makePerson(server, newName());
    for (const address of [email, `${newName()}@example.com`]) {
      await forgot(address).expect(202);
      expectTooMany(await forgot(address).expect(429), 'rate_limited', 60);
    }
  });

  test('is 400 without an address', async () => {
    expect(wrongFields(await forgot('nobody').expect(400))).toEqual(['body.email']);
  });
});

describe('POST /auth/password/reset', () => {
  test('sets the password, ends all sessions and tells the owner', async () => {
    const { person, email, code } = await forgetful();
    const laptop = await signIn(server, person);
    expect((await reset({ email: email.toUpperCase(), code }).expect(204)).text).toBe('');
    for (const device of [person, laptop]) await me(device).expect(401);
    expect(ended).toEqual([
      { sessionIds: [expect.any(String), expect.any(String)], reason: 'password_changed' },
    ]);
    await post('/sign-in', { login: email, password: PASSWORD }).expect(401);
    await post('/sign-in', { login: email, password: NEW_PASSWORD }).expect(200);
    const notice = await server.mail.waitForMail(email, /was changed/);
    expect(notice.text).toContain(person.username);
    expect((await reset({ email, code }).expect(422)).body).toEqual(problem('code_invalid'));
  });

  test('is 400 with every wrong field at once', async () => {
    const answer = await reset({ email: 'x', code: 'abcdef', newPassword: 'x'.repeat(73) }).expect(400);
    expect(wrongFields(answer)).toEqual(['body.code', 'body.email', 'body.newPassword']);
  });

  test('is 422 for a wrong code, an unknown address, and an expired code', async () => {
    const { email, code, person } = await forgetful();
    for (const body of [
      { email, code: otherThan(code) },
      { email: `${newName()}@example.com`, code },
    ])
      expect((await reset(body).expect(422)).body).toEqual(problem('code_invalid'));
    const { writer } = await server.database();
    await writer.oneTimeCode.updateMany({
      where: { userId: person.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await reset({ email, code }).expect(422)).body).toEqual(problem('code_expired'));
    await me(person).expect(200);
  });

  test('a newer code voids the one before', async () => {
    const { email, code } = await forgetful();
    await waitOver(email);
    await forgot(email).expect(202);
    const newer = await server.mail.codeFor(email);
    if (newer !== code) await reset({ email, code }).expect(422);
    await reset({ email, code: newer }).expect(204);
  });

  test('twice at the same moment works once', async () => {
    const { email, code } = await forgetful();
    const passwords = ['first new password', 'second new password'];
    const answers = await Promise.all(passwords.map((newPassword) => reset({ email, code, newPassword })));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
    const works = await Promise.all(
      passwords.map((password) => post('/sign-in', { login: email, password })),
    );
    expect(works.map(({ status }) => status)).toEqual(
      answers.map(({ status }) => (status === 204 ? 200 : 401)),
    );
  });

  test('a code bears five tries, also when ten come at the same moment', async () => {
    const four = await forgetful();
    await Promise.all(
      Array.from({ length: 4 }, () => reset({ email: four.email, code: otherThan(four.code) })),
    );
    await reset({ email: four.email, code: four.code }).expect(204);

    const ten = await forgetful();
    const wrong = { email: ten.email, code: otherThan(ten.code) };
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(wrong)));
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => problem('code_invalid')));
    await reset({ email: ten.email, code: ten.code }).expect(422);
  });

  test('an address bears twenty wrong codes a day from one caller, and keeps nobody else from a reset', async () => {
    const { email, code, person } = await forgetful();
    const stranger = newIp();
    for (const address of [email, `${newName()}@example.com`]) {
      const wrong = { email: address, code: otherThan(code) };
      const answers = await Promise.all(Array.from({ length: 20 }, () => reset(wrong, stranger)));
      for (const { body } of answers) expect(body).toEqual(problem('code_invalid'));
      expectTooMany(await reset(wrong, stranger).expect(429), 'rate_limited', 86_400);
    }
    await waitOver(email);
    await forgot(email).expect(202);
    await reset({ email, code: await server.mail.codeFor(email) }).expect(204);
    await me(person).expect(401);
  });

  test('an address bears a hundred wrong codes a day in all; those of sign-ups do not count', async () => {
    for (const email of [(await makePerson(server, newName())).email, `${newName()}@example.com`]) {
      const wrong = { email, code: '000000' };
      for (let callers = 0; callers < 5; callers += 1) {
        const ip = newIp();
        await Promise.all(Array.from({ length: 20 }, () => post('/verify-email', wrong, ip).expect(422)));
      }
      expectTooMany(await post('/verify-email', wrong).expect(429), 'rate_limited', 86_400);
      for (let callers = 0; callers < 5; callers += 1) {
        const ip = newIp();
        await Promise.all(Array.from({ length: 20 }, () => reset(wrong, ip).expect(422)));
      }
      expectTooMany(await reset(wrong).expect(429), 'rate_limited', 86_400);
    }
  });

  test('unlocks the login for whoever reset it', async () => {
    const { email, code, person } = await forgetful();
    const ip = newIp();
    for (let tries = 0; tries < 10; tries += 1)
      await post('/sign-in', { login: person.username, password: 'wrong' }, ip).expect(401);
    await post('/sign-in', { login: person.username, password: PASSWORD }, ip).expect(429);
    await reset({ email, code }, ip).expect(204);
    await post('/sign-in', { login: person.username, password: NEW_PASSWORD }, ip).expect(200);
  });

  test('no sign-in with the old password survives a reset at the same moment', async () => {
    const { email, code } = await forgetful();
    const [, ...signedIn] = await Promise.all([
      reset({ email, code }).expect(204),
      ...Array.from({ length: 6 }, () => post('/sign-in', { login: email, password: PASSWORD })),
    ]);
    for (const { status, body } of signedIn)
      if (status === 200)
        await server.request
          .get('/api/v1/users/me')
          .set('Authorization', `Bearer ${body.tokens.accessToken}`)
          .expect(401);
  });
});
