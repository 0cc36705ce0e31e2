import { makePerson, PASSWORD } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newIp, newName, problem, tokens, wrongFields } from './answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1' });
});
afterAll(() => server.stop());

const signIn = (body: object, ip = newIp()) =>
  server.request.post('/api/v1/auth/sign-in').set('X-Forwarded-For', ip).send(body);

describe('POST /auth/sign-in', () => {
  test('takes the username or the address, however they are written', async () => {
    const { user } = await makePerson(server, newName());
    for (const login of [
      user.username,
      user.username.toUpperCase(),
      user.email,
      ` ${user.email.toUpperCase()} `,
    ]) {
      const { body } = await signIn({ login, password: PASSWORD, device: 'phone' }).expect(200);
      expect(body).toEqual({ user, tokens });
    }
  });

  test('is 400 without a login or a password, and for what it does not know', async () => {
    const answer = await signIn({ login: ' ', more: 1 }).expect(400);
    expect(wrongFields(answer)).toEqual(['body', 'body.login', 'body.password']);
  });

  test('answers a wrong password, an unknown login and a stretched password alike', async () => {
    const { username } = await makePerson(server, newName());
    for (const body of [
      { login: username, password: 'wrong password' },
      { login: username, password: `${PASSWORD}\0more` },
      { login: newName(), password: PASSWORD },
      { login: `${newName()}@example.com`, password: PASSWORD },
    ])
      expect((await signIn(body).expect(401)).body).toEqual(problem('invalid_credentials'));
  });

  test('what bcrypt would ignore behind 72 bytes makes a password wrong', async () => {
    const { username, id } = await makePerson(server, newName());
    const longest = 'x'.repeat(72);
    const { hash } = await import('bcrypt');
    const database = await server.database();
    await database.writer.user.updateMany({ where: { id }, data: { passwordHash: await hash(longest, 4) } });
    await signIn({ login: username, password: longest }).expect(200);
    await signIn({ login: username, password: `${longest}y` }).expect(401);
  });

  test('locks a login after ten wrong passwords, for that address only, also when they come at once', async () => {
    const { username } = await makePerson(server, newName());
    const stranger = newIp();
    const wrong = { login: username.toUpperCase(), password: 'wrong password' };
    const answers = await Promise.all(Array.from({ length: 13 }, () => signIn(wrong, stranger)));
    const locked = answers.filter(({ status }) => status === 429);
    expect(locked).toHaveLength(3);
    const right = { login: username, password: PASSWORD };
    for (const answer of [...locked, await signIn(right, stranger)])
      expectTooMany(answer, 'account_locked', 900);
    await signIn(right).expect(200);
  });

  test('all addresses of an IPv6 network count as one, and an IPv4 address however it is written', async () => {
    const ipv4 = newIp();
    const [network, written] = [
      Array.from({ length: 11 }, (_, at) => `2001:db8:${at === 0 ? '0001' : '1'}:2::${at}`),
      [...Array.from({ length: 9 }, () => ipv4), `::ffff:${ipv4}`, `${ipv4}:4711`],
    ];
    for (const ips of [network, written]) {
      const { username } = await makePerson(server, newName());
      for (const ip of ips.slice(0, 10)) await signIn({ login: username, password: 'wrong' }, ip).expect(401);
      const locked = await signIn({ login: username, password: PASSWORD }, ips[10]).expect(429);
      expectTooMany(locked, 'account_locked', 900);
      await signIn({ login: username, password: PASSWORD }, '2001:db8:1:3::1').expect(200);
    }
  });

  test('an unknown login is locked just so', async () => {
    const ip = newIp();
    const login = newName();
    for (let tries = 0; tries < 10; tries += 1) await signIn({ login, password: 'wrong' }, ip).expect(401);
    expectTooMany(await signIn({ login, password: 'wrong' }, ip).expect(429), 'account_locked', 900);
  });

  test('the right password forgets the wrong ones', async () => {
    const { username } = await makePerson(server, newName());
    const ip = newIp();
    for (let round = 0; round < 3; round += 1) {
      for (let tries = 0; tries < 9; tries += 1)
        await signIn({ login: username, password: 'wrong' }, ip).expect(401);
      await signIn({ login: username, password: PASSWORD }, ip).expect(200);
    }
  });

  test('one address signs in sixty times a minute, rightly or wrongly; another one is not affected', async () => {
    const { username } = await makePerson(server, newName());
    const ip = newIp();
    const right = { login: username, password: PASSWORD };
    for (let round = 0; round < 30; round += 1) {
      await signIn(right, ip).expect(200);
      await signIn({ login: newName(), password: 'wrong' }, ip).expect(401);
    }
    expectTooMany(await signIn(right, ip).expect(429), 'rate_limited', 60);
    await signIn(right).expect(200);
  });

  test('when too many passwords wait to be compared, more are refused for a second, whoever they are of', async () => {
    const { username, id } = await makePerson(server, newName());
    const { hash } = await import('bcrypt');
    const database = await server.database();
    // Some hundred milliseconds each, so that they do queue.
    await database.writer.user.updateMany({
      where: { id },
      data: { passwordHash: await hash(PASSWORD, 11) },
    });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        signIn({ login: username, password: at < 50 ? 'wrong' : PASSWORD }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    for (const answer of refused) expectTooMany(answer, 'unavailable', 1);
    expect((await signIn({ login: newName(), password: 'wrong' })).status).toBe(401);
  });

  test('an address that tries many logins is stopped, other addresses are not', async () => {
    const ip = newIp();
    for (let round = 0; round < 4; round += 1) {
      const tries = Array.from({ length: 25 }, () => signIn({ login: newName(), password: 'wrong' }, ip));
      for (const { status } of await Promise.all(tries)) expect(status).toBe(401);
      await server.container.limits.forget('signIn', `ip:${ip}`);
    }
    expectTooMany(
      await signIn({ login: newName(), password: 'wrong' }, ip).expect(429),
      'rate_limited',
      3_600,
    );
    await signIn({ login: newName(), password: 'wrong' }).expect(401);
  });
});
