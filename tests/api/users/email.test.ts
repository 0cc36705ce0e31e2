import { createAccounts } from '../../../src/services/accounts';
import { makePerson, PASSWORD, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { expectTooMany, newIp, newName, otherThan, problem, wrongFields } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

const newAddress = (): string => `${newName()}@example.com`;
const ask = (person: Person, body: object) =>
  server.request
    .put('/api/v1/users/me/email')
    .set(person.authorization)
    .set('X-Forwarded-For', newIp())
    .send({ password: PASSWORD, ...body });
const confirm = (person: Person, code: unknown) =>
  server.request.post('/api/v1/users/me/email/confirm').set(person.authorization).send({ code });
const me = async ({ authorization }: Person) =>
  (await server.request.get('/api/v1/users/me').set(authorization).expect(200)).body;
const rowOf = async ({ id }: Person) =>
  (await server.database()).reader.user.findUniqueOrThrow({ where: { id } });
const waitOver = ({ id }: Person) => server.container.limits.forget('codeRequest', `email_change:${id}`);

/** Somebody with a code at a new address. */
async function asked() {
  const email = newAddress();
  await ask(ada, { email }).expect(202);
  return { email, code: await server.mail.codeFor(email) };
}

describe('PUT /users/me/email', () => {
  test('mails a code to the new address and changes nothing yet', async () => {
    const email = newAddress();
    const before = Date.now();
    const { body } = await ask(ada, { email }).expect(202);
    expect(body).toEqual({ email, expiresAt: expect.any(String) });
    const lifetime = Date.parse(body.expiresAt) - before;
    expect(lifetime).toBeGreaterThan(590_000);
    expect(lifetime).toBeLessThan(610_000);
    const mail = await server.mail.waitForMail(email);
    expect(mail.subject).toBe('Your code to confirm this address');
    expect(mail.text).toMatch(/^\d{6}$/m);
    expect(mail.text).toContain(ada.username);
    expect(await me(ada)).toEqual(ada.user);
  });

  test('is 401 for a wrong password', async () => {
    const { body } = await ask(ada, { email: newAddress(), password: 'wrong' }).expect(401);
    expect(body).toEqual(problem('invalid_credentials'));
  });

  test('ten wrong passwords lock it', async () => {
    const wrong = { email: newAddress(), password: 'wrong' };
    for (let tries = 0; tries < 10; tries += 1) await ask(ada, wrong).expect(401);
    expectTooMany(await ask(ada, { email: newAddress() }).expect(429), 'account_locked', 900);
  });

  test('is 400 with every wrong field at once, 401 without a token', async () => {
    expect(wrongFields(await ask(ada, { email: 'x', password: '', more: 1 }).expect(400))).toEqual([
      'body',
      'body.email',
      'body.password',
    ]);
    await server.request.put('/api/v1/users/me/email').send({}).expect(401);
  });

  test('once a minute, and five times an hour to the same address, whoever asks', async () => {
    const email = newAddress();
    await ask(ada, { email }).expect(202);
    expectTooMany(await ask(ada, { email: newAddress() }).expect(429), 'rate_limited', 60);
    for (let others = 0; others < 4; others += 1)
      await ask(await makePerson(server, newName()), { email }).expect(202);
    expectTooMany(
      await ask(await makePerson(server, newName()), { email }).expect(429),
      'rate_limited',
      3_600,
    );
  });

  test('answers alike for a taken address, in any case; its owner is told and no code goes out', async () => {
    const bob = await makePerson(server, newName());
    const email = bob.email.toUpperCase();
    const { body } = await ask(ada, { email }).expect(202);
    expect(body).toEqual({ email, expiresAt: expect.any(String) });
    const mail = await server.mail.waitForMail(bob.email);
    expect(mail.subject).toBe('This address already has an account');
    expect(mail.text).toContain(bob.username);
    expect(mail.text).not.toMatch(/\d{6}/);
    expect(mail.text).not.toContain(ada.username);
    expect((await confirm(ada, '000000').expect(422)).body).toEqual(problem('code_invalid'));
  });

  test('writes one code and one mail, whether the address has an account or not', async () => {
    const { container } = server;
    const outbox = { handle: () => undefined, wake: () => undefined };
    // An hour ahead: the server's worker leaves these jobs alone, so that they can be counted.
    const clock = () => new Date(Date.now() + 3_600_000);
    const { emailChange } = createAccounts({ ...container, outbox, clock });
    const identity = {
      userId: ada.id,
      sessionId: '',
      role: 'user',
      isBot: false,
      expiresAt: clock(),
    } as const;
    const { reader } = await server.database();
    for (const email of [(await makePerson(server, newName())).email, newAddress()]) {
      await emailChange.ask(
        identity,
        { email, password: PASSWORD },
        { ip: '::1', limitKey: newIp(), userAgent: null },
      );
      await waitOver(ada);
      expect(await reader.oneTimeCode.count({ where: { userId: ada.id, subject: email } })).toBe(1);
      const jobs = await reader.outboxJob.findMany({ where: { nextAt: { gt: new Date() } } });
      const toEmail = jobs.map(({ payload }) => JSON.parse(payload)).filter(({ to }) => to === email);
      expect(toEmail).toEqual([
        {
          to: email,
          subject: expect.any(String),
          sealedText: expect.any(String),
          expiresAt: expect.any(String),
        },
      ]);
    }
  });
});

describe('POST /users/me/email/confirm', () => {
  test('changes the address, tells the old one, and keeps all sessions', async () => {
    const { email, code } = await asked();
    const phone = await connect(server, ada.tokens);
    const { userVersion } = await rowOf(ada);
    const { body } = await confirm(ada, code).expect(200);
    expect(body).toEqual({ ...ada.user, email });
    expect(await me(ada)).toEqual(body);
    expect(await phone.next('user_updated')).toEqual({ userVersion: userVersion + 1 });
    phone.close();
    const notice = await server.mail.waitForMail(ada.email);
    expect(notice.subject).toBe('Your e-mail address was changed');
    expect(notice.text).not.toContain(email);
    const signIn = (login: string) =>
      server.request
        .post('/api/v1/auth/sign-in')
        .set('X-Forwarded-For', newIp())
        .send({ login, password: PASSWORD });
    await signIn(email.toUpperCase()).expect(200);
    await signIn(ada.email).expect(401);
  });

  test('the old address is free again', async () => {
    const { code } = await asked();
    await confirm(ada, code).expect(200);
    const bob = await makePerson(server, newName());
    await ask(bob, { email: ada.email }).expect(202);
    const { body } = await confirm(bob, await server.mail.codeFor(ada.email)).expect(200);
    expect(body.email).toBe(ada.email);
  });

  test("one's own address can be written differently", async () => {
    const email = ada.email.toUpperCase();
    await ask(ada, { email }).expect(202);
    const { body } = await confirm(ada, await server.mail.codeFor(email)).expect(200);
    expect(body).toEqual({ ...ada.user, email });
  });

  test('a code for a forgotten password at the old address is void', async () => {
    await server.request.post('/api/v1/auth/password/forgot').send({ email: ada.email }).expect(202);
    const resetCode = await server.mail.codeFor(ada.email);
    const { email, code } = await asked();
    await confirm(ada, code).expect(200);
    for (const address of [ada.email, email])
      await server.request
        .post('/api/v1/auth/password/reset')
        .send({ email: address, code: resetCode, newPassword: 'of whoever reads there' })
        .expect(422);
  });

  test('is 422 for a wrong code, an expired one, none asked for, and somebody else’s', async () => {
    const { code } = await asked();
    const bob = await makePerson(server, newName());
    expect((await confirm(bob, code).expect(422)).body).toEqual(problem('code_invalid'));
    expect((await confirm(ada, otherThan(code)).expect(422)).body).toEqual(problem('code_invalid'));
    const { writer } = await server.database();
    await writer.oneTimeCode.updateMany({
      where: { userId: ada.id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect((await confirm(ada, code).expect(422)).body).toEqual(problem('code_expired'));
    expect(await me(ada)).toEqual(ada.user);
  });

  test('is 400 for what is no code, 401 without a token', async () => {
    expect(wrongFields(await confirm(ada, 'abcdef').expect(400))).toEqual(['body.code']);
    await server.request.post('/api/v1/users/me/email/confirm').send({ code: '123456' }).expect(401);
  });

  test('twice works once, also at the same moment', async () => {
    const { email, code } = await asked();
    const answers = await Promise.all([confirm(ada, code), confirm(ada, code), confirm(ada, code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    await confirm(ada, code).expect(422);
    expect((await me(ada)).email).toBe(email);
  });

  test('a newer code voids the one before, whatever address it was for', async () => {
    const first = await asked();
    await waitOver(ada);
    const second = await asked();
    if (first.code !== second.code) await confirm(ada, first.code).expect(422);
    expect((await confirm(ada, second.code).expect(200)).body.email).toBe(second.email);
  });

  test('a code bears five tries', async () => {
    const { code } = await asked();
    await Promise.all(Array.from({ length: 10 }, () => confirm(ada, otherThan(code)).expect(422)));
    await confirm(ada, code).expect(422);
  });

  test('an address bears twenty wrong codes a day, whoever guesses', async () => {
    const email = newAddress();
    const guessers = [ada, await makePerson(server, newName())];
    for (const guesser of guessers) {
      await ask(guesser, { email }).expect(202);
      const code = otherThan(await server.mail.codeFor(email));
      for (let tries = 0; tries < 10; tries += 1) await confirm(guesser, code).expect(422);
    }
    expectTooMany(await confirm(ada, '000000').expect(429), 'rate_limited', 86_400);
  });

  test('an address that got an account meanwhile stays with it', async () => {
    const { email, code } = await asked();
    const bob = await makePerson(server, email.split('@', 1)[0]);
    expect(bob.email).toBe(email);
    const { userVersion } = await rowOf(ada);
    expect((await confirm(ada, code).expect(422)).body).toEqual(problem('code_invalid'));
    expect([await me(ada), await me(bob)]).toEqual([ada.user, bob.user]);
    expect((await rowOf(ada)).userVersion).toBe(userVersion);
  });

  test('of two people who confirm one address at the same moment one gets it', async () => {
    const email = newAddress();
    const people = [ada, await makePerson(server, newName())];
    const codes: string[] = [];
    for (const person of people) {
      await ask(person, { email }).expect(202);
      codes.push(await server.mail.codeFor(email));
    }
    const answers = await Promise.all(people.map((person, index) => confirm(person, codes[index])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });
});
