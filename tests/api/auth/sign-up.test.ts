import { foldCase } from '../../../src/helpers/text';
import { makePerson, PASSWORD } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newIp, newName, otherThan, problem, tokens, until, wrongFields } from './answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1' });
});
afterAll(() => server.stop());

const post = (path: string, body: object, ip = newIp()) =>
  server.request.post(`/api/v1/auth${path}`).set('X-Forwarded-For', ip).send(body);
const signUp = (body: object, ip?: string) => post('/sign-up', { password: PASSWORD, ...body }, ip);
const verify = (body: object, ip?: string) => post('/verify-email', body, ip);
const emailOf = (name: string): string => `${name}@Example.com`;
const usersWith = async (email: string) =>
  (await server.database()).reader.user.count({ where: { emailKey: foldCase(email) } });

/** A sign-up and its mailed code. */
async function pending(name = newName(), email = emailOf(name)) {
  await signUp({ email, username: name }).expect(202);
  return { name, email, code: await server.mail.codeFor(email) };
}

describe('POST /auth/sign-up', () => {
  test('mails a code that stands alone on a line and names the username; nobody is an account yet', async () => {
    const name = newName();
    const email = emailOf(name);
    const { body } = await signUp({ email, username: name, displayName: 'Ada L.' }).expect(202);
    expect(body).toEqual({ email, username: name, expiresAt: expect.any(String) });
    expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    const mail = await server.mail.waitForMail(email, /sign-up code/);
    expect(mail.text).toMatch(/^\d{6}$/m);
    expect(mail.text).toContain(`username ${name}`);
    expect(await usersWith(email)).toBe(0);
  });

  test('is 400 with every wrong field at once', async () => {
    const answer = await signUp({
      email: 'x',
      username: '-',
      password: 'short',
      displayName: ' ',
      more: 1,
    }).expect(400);
    expect(wrongFields(answer)).toEqual([
      'body',
      'body.displayName',
      'body.email',
      'body.password',
      'body.username',
    ]);
    const long = await signUp({ email: 'a@b.cd', username: 'abc', password: 'é'.repeat(37) }).expect(400);
    expect(long.body.errors).toEqual([{ path: 'body.password', message: 'must have at most 72 bytes' }]);
  });

  test('measures a password as it is hashed, and refuses half a character in it', async () => {
    const signUpWith = (password: string) => {
      const username = newName();
      return signUp({ email: emailOf(username), username, password });
    };
    const longest = 'e\u0301'.repeat(36);
    await signUpWith(longest).expect(202);
    for (const [password, message] of [
      [`${longest}e`, 'must have at most 72 bytes'],
      ['\uFDFA'.repeat(8), 'must have at most 72 bytes'],
      ['e\u0301'.repeat(7), 'must have at least 8 characters'],
      ['a password \uD800', 'must be well-formed Unicode'],
    ] as const)
      expect((await signUpWith(password).expect(400)).body.errors).toEqual([
        { path: 'body.password', message },
      ]);
  });

  test('is 409 for a username that an account has, in any case', async () => {
    const taken = await makePerson(server, newName());
    const answer = await signUp({ email: emailOf(newName()), username: taken.username.toUpperCase() }).expect(
      409,
    );
    expect(answer.body).toEqual(problem('username_taken'));
  });

  test('an address that has an account gets the same answer; its owner gets a mail that says so, no code', async () => {
    const owner = await makePerson(server, newName());
    const name = newName();
    const known = await signUp({ email: owner.email.toUpperCase(), username: name }).expect(202);
    const unknown = await signUp({ email: emailOf(name), username: newName() }).expect(202);
    expect(Object.keys(known.body)).toEqual(Object.keys(unknown.body));
    expect(known.body.email).toBe(owner.email.toUpperCase());
    const mail = await server.mail.waitForMail(owner.email, /already have an account/);
    expect(mail.text).toContain(owner.username);
    expect(mail.text).not.toMatch(/^\d{6}$/m);
    // The same work: one pending row and one mail each.
    const database = await server.database();
    for (const email of [owner.email, emailOf(name)])
      expect(await database.reader.pendingSignUp.count({ where: { emailKey: foldCase(email) } })).toBe(1);
    const guess = await verify({ email: owner.email, code: '000000' }).expect(422);
    expect(guess.body).toEqual(problem('code_invalid'));
  });

  test('one address is mailed five times an hour, and gets a 429 after', async () => {
    const email = emailOf(newName());
    for (let sent = 0; sent < 5; sent += 1) await signUp({ email, username: newName() }).expect(202);
    expectTooMany(await signUp({ email, username: newName() }).expect(429), 'rate_limited', 3_600);
  });

  test('one caller signs up twenty times an hour; another one is not affected', async () => {
    const ip = newIp();
    for (let sent = 0; sent < 20; sent += 1) await signUp({}, ip).expect(400);
    const name = newName();
    expectTooMany(
      await signUp({ email: emailOf(name), username: name }, ip).expect(429),
      'rate_limited',
      3_600,
    );
    await signUp({ email: emailOf(name), username: name }).expect(202);
  });
});

describe('POST /auth/verify-email', () => {
  test('makes the account and signs it in, however the address is written', async () => {
    const { name, email, code } = await pending();
    const { body } = await verify({ email: email.toUpperCase(), code, device: 'phone' }).expect(200);
    const user = {
      id: expect.any(String),
      username: name,
      displayName: name,
      avatarUrl: null,
      bio: '',
      email,
      emailVerified: true,
      twoFactor: false,
      telegram: false,
      role: 'user',
      settings: {
        readReceipts: true,
        typing: true,
        lastSeen: 'everyone',
        notifications: { telegram: 'mentions', email: 'mentions', preview: true, quietHours: null },
      },
      createdAt: expect.any(String),
    };
    expect(body).toEqual({ user, tokens });
    const me = await server.request
      .get('/api/v1/users/me')
      .set('Authorization', `Bearer ${body.tokens.accessToken}`);
    expect(me.body).toEqual(body.user);
    await verify({ email, code }).expect(422);
  });

  test('is 400 without six digits, 422 for a wrong code and for an address nobody signed up with', async () => {
    const { email, code } = await pending();
    expect(wrongFields(await verify({ email, code: '12345' }).expect(400))).toEqual(['body.code']);
    const wrong = await verify({ email, code: otherThan(code) }).expect(422);
    const unknown = await verify({ email: emailOf(newName()), code }).expect(422);
    expect(wrong.body).toEqual(problem('code_invalid'));
    expect(unknown.body).toEqual(problem('code_invalid'));
  });

  test('is code_expired after ten minutes, and nothing after a day', async () => {
    const { email, code } = await pending();
    const { writer } = await server.database();
    const where = { emailKey: foldCase(email) };
    await writer.pendingSignUp.updateMany({ where, data: { codeExpiresAt: new Date(Date.now() - 1) } });
    expect((await verify({ email, code }).expect(422)).body).toEqual(problem('code_expired'));
    await writer.pendingSignUp.updateMany({ where, data: { expiresAt: new Date(Date.now() - 1) } });
    expect((await verify({ email, code }).expect(422)).body).toEqual(problem('code_invalid'));
  });

  test('several sign-ups of one address coexist; each code makes its own, and uses up the others', async () => {
    const email = emailOf(newName());
    const [first, second] = [await pending(newName(), email), await pending(newName(), email)];
    const { body } = await verify({ email, code: first.code }).expect(200);
    expect(body.user.username).toBe(first.name);
    await verify({ email, code: second.code }).expect(422);
    expect(await usersWith(email)).toBe(1);
  });

  test('is 409 when the username went to somebody else meanwhile', async () => {
    const name = newName();
    const { email, code } = await pending(name, emailOf(newName()));
    await makePerson(server, name.toUpperCase());
    expect((await verify({ email, code }).expect(409)).body).toEqual(problem('username_taken'));
  });

  test('twice at the same moment makes one account', async () => {
    const { email, code } = await pending();
    const answers = await Promise.all(Array.from({ length: 4 }, () => verify({ email, code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    expect(await usersWith(email)).toBe(1);
  });

  test('both codes of one address at the same moment make one account', async () => {
    const email = emailOf(newName());
    const both = [await pending(newName(), email), await pending(newName(), email)];
    const answers = await Promise.all(both.map(({ code }) => verify({ email, code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await usersWith(email)).toBe(1);
  });

  test('two people with one username at the same moment: one has it, the other is told', async () => {
    const name = newName();
    const both = [await pending(name, emailOf(newName())), await pending(name, emailOf(newName()))];
    const answers = await Promise.all(both.map(({ email, code }) => verify({ email, code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('a code bears five tries, also when ten come at the same moment', async () => {
    const four = await pending();
    await Promise.all(
      Array.from({ length: 4 }, () => verify({ email: four.email, code: otherThan(four.code) })),
    );
    await verify({ email: four.email, code: four.code }).expect(200);

    const ten = await pending();
    const wrong = { email: ten.email, code: otherThan(ten.code) };
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(wrong)));
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => problem('code_invalid')));
    expect((await verify({ email: ten.email, code: ten.code }).expect(422)).body).toEqual(
      problem('code_invalid'),
    );
  });

  test('an address bears twenty wrong codes a day from one caller, also when all come at the same moment', async () => {
    const { email, code } = await pending();
    const ip = newIp();
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => verify({ email, code: otherThan(code) }, ip)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(5);
    for (const answer of refused) expectTooMany(answer, 'rate_limited', 86_400);
  });
});

describe('POST /auth/verify-email/resend', () => {
  const resend = (email: unknown) => post('/verify-email/resend', { email });
  /** The minute since the sign-up is over. */
  const later = (email: string) =>
    server.container.limits.forget('codeRequest', `sign_up:${foldCase(email)}`);

  test('sends another code, with tries of its own; the one before is void', async () => {
    const { email, code } = await pending();
    for (let tries = 0; tries < 5; tries += 1) await verify({ email, code: otherThan(code) }).expect(422);
    await later(email);
    const answer = await resend(email).expect(202);
    expect(answer.text).toBe('');
    const next = await server.mail.codeFor(email);
    if (next !== code) await verify({ email, code }).expect(422);
    await verify({ email, code: next }).expect(200);
  });

  test('sends a code for each sign-up of the address: a later one by a stranger does not take its place', async () => {
    const email = emailOf(newName());
    const [mine, strangers] = [await pending(newName(), email), await pending(newName(), email)];
    await later(email);
    await resend(email).expect(202);
    const mails = [await server.mail.waitForMail(email), await server.mail.waitForMail(email)];
    const codeOf = (name: string) =>
      mails.flatMap(({ text }) => (text.includes(`username ${name}.`) ? /^\d{6}$/m.exec(text) : []))[0];
    expect(codeOf(strangers.name)).toMatch(/^\d{6}$/);
    const { body } = await verify({ email, code: codeOf(mine.name) }).expect(200);
    expect(body.user.username).toBe(mine.name);
  });

  test('an address that has an account is told so once', async () => {
    const owner = await makePerson(server, newName());
    for (let asked = 0; asked < 3; asked += 1)
      await signUp({ email: owner.email, username: newName() }).expect(202);
    for (let told = 0; told < 3; told += 1) await server.mail.waitForMail(owner.email);
    await server.container.accounts.signUp.sendCodeAgain(owner.email);
    await server.mail.waitForMail(owner.email, /already have an account/);
    const { reader } = await server.database();
    await until('the empty outbox', async () => (await reader.outboxJob.count()) === 0);
    expect(server.mail.received.filter(({ to }) => to === owner.email)).toHaveLength(4);
  });

  test('once a minute, whether the address is known or not', async () => {
    const { email } = await pending();
    expectTooMany(await resend(email).expect(429), 'rate_limited', 60);
    const unknown = emailOf(newName());
    await resend(unknown).expect(202);
    expectTooMany(await resend(unknown.toUpperCase()).expect(429), 'rate_limited', 60);
  });

  test('is 400 without an address', async () => {
    expect(wrongFields(await resend('nobody').expect(400))).toEqual(['body.email']);
  });
});
