import { makePerson, PASSWORD, signIn, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { expectTooMany, newIp, newName, problem, wrongFields } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

const NEW_PASSWORD = 'another fine password';
const change = (person: Person, body: object, ip = newIp()) =>
  server.request
    .put('/api/v1/users/me/password')
    .set(person.authorization)
    .set('X-Forwarded-For', ip)
    .send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD, ...body });
const signInWith = (password: string, ip = newIp()) =>
  server.request
    .post('/api/v1/auth/sign-in')
    .set('X-Forwarded-For', ip)
    .send({ login: ada.username, password });
const me = ({ authorization }: Person) => server.request.get('/api/v1/users/me').set(authorization);

describe('PUT /users/me/password', () => {
  test('sets it, keeps this session, ends the others and tells the owner', async () => {
    const laptop = await signIn(server, ada);
    const [phone, other] = [await connect(server, ada.tokens), await connect(server, laptop.tokens)];
    expect((await change(ada, {}).expect(204)).text).toBe('');

    expect(await other.next('session_ended')).toEqual({ reason: 'password_changed' });
    await other.ended();
    await me(laptop).expect(401);
    const { body: ended } = await server.request
      .post('/api/v1/auth/refresh')
      .send({ refreshToken: laptop.tokens.refreshToken })
      .expect(401);
    expect(ended.code).toBe('unauthenticated');

    await me(ada).expect(200);
    await server.request
      .post('/api/v1/auth/refresh')
      .send({ refreshToken: ada.tokens.refreshToken })
      .expect(200);
    expect([phone.socket.connected, phone.payloads('session_ended')]).toEqual([true, []]);
    phone.close();

    await signInWith(PASSWORD).expect(401);
    await signInWith(NEW_PASSWORD).expect(200);
    const notice = await server.mail.waitForMail(ada.email);
    expect(notice.subject).toBe('Your password was changed');
    expect(notice.text).toContain('all other devices were signed out');
  });

  test('is 401 for a wrong current password, and nothing happens', async () => {
    const laptop = await signIn(server, ada);
    const { body } = await change(ada, { currentPassword: 'wrong' }).expect(401);
    expect(body).toEqual(problem('invalid_credentials'));
    await me(laptop).expect(200);
    await signInWith(PASSWORD).expect(200);
  });

  test('is 400 with every wrong field at once', async () => {
    const answer = await change(ada, { currentPassword: '', newPassword: 'x'.repeat(73), more: 1 }).expect(
      400,
    );
    expect(wrongFields(answer)).toEqual(['body', 'body.currentPassword', 'body.newPassword']);
    expect(wrongFields(await change(ada, { newPassword: 'short' }).expect(400))).toEqual([
      'body.newPassword',
    ]);
  });

  test('is 401 without a token', async () => {
    await server.request.put('/api/v1/users/me/password').send({}).expect(401);
  });

  test('ten wrong ones lock it, from wherever they come; signing in stays possible', async () => {
    for (let tries = 0; tries < 10; tries += 1) await change(ada, { currentPassword: 'wrong' }).expect(401);
    expectTooMany(await change(ada, {}).expect(429), 'account_locked', 900);
    await signInWith(PASSWORD).expect(200);
  });

  test('a right one starts the count anew', async () => {
    for (let tries = 0; tries < 9; tries += 1) await change(ada, { currentPassword: 'wrong' }).expect(401);
    await change(ada, {}).expect(204);
    await change(ada, { currentPassword: 'wrong' }).expect(401);
    await change(ada, { currentPassword: NEW_PASSWORD, newPassword: PASSWORD }).expect(204);
  });

  test('two at the same moment: one holds', async () => {
    const passwords = ['first new password', 'second new password'];
    const answers = await Promise.all(passwords.map((newPassword) => change(ada, { newPassword })));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
    const works = await Promise.all(passwords.map((password) => signInWith(password)));
    expect(works.map(({ status }) => status)).toEqual(
      answers.map(({ status }) => (status === 204 ? 200 : 401)),
    );
  });

  test('no sign-in with the old password survives a change at the same moment', async () => {
    const [, ...signedIn] = await Promise.all([
      change(ada, {}).expect(204),
      ...Array.from({ length: 6 }, () => signInWith(PASSWORD)),
    ]);
    for (const { status, body } of signedIn)
      if (status === 200)
        await server.request
          .get('/api/v1/users/me')
          .set('Authorization', `Bearer ${body.tokens.accessToken}`)
          .expect(401);
  });

  test('voids a code for a forgotten password', async () => {
    await server.request.post('/api/v1/auth/password/forgot').send({ email: ada.email }).expect(202);
    const code = await server.mail.codeFor(ada.email);
    await change(ada, {}).expect(204);
    const { body } = await server.request
      .post('/api/v1/auth/password/reset')
      .send({ email: ada.email, code, newPassword: 'of whoever reads the mail' })
      .expect(422);
    expect(body).toEqual(problem('code_invalid'));
  });
});
