import { decode, sign } from 'jsonwebtoken';
import { newId } from '../../../src/helpers/ids';
import { makePerson, PASSWORD, signIn, type Person } from '../../support/people';
import { connect } from '../../support/sockets';
import { startTestServer, type TestServer } from '../../support/server';
import { newName, problem, tokens, wrongFields } from './answers';

let server: TestServer;
const ended: { sessionIds: readonly string[]; reason: string }[] = [];
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  server.container.bus.on('session.ended', (event) => ended.push(event));
});
afterAll(() => server.stop());

const auth = '/api/v1/auth';
const refresh = (refreshToken: unknown) => server.request.post(`${auth}/refresh`).send({ refreshToken });
const me = (accessToken: string) =>
  server.request.get('/api/v1/users/me').set('Authorization', `Bearer ${accessToken}`);
const sessionOf = ({ tokens }: Person): string => (decode(tokens.accessToken) as { sid: string }).sid;
const endedUnauthenticated = problem('unauthenticated', { detail: 'The session has ended' });

describe('POST /auth/refresh', () => {
  test('gives the next pair, which works', async () => {
    const { tokens: first } = await makePerson(server, newName());
    const { body } = await refresh(first.refreshToken).expect(200);
    expect(body).toEqual({ tokens });
    expect(body.tokens.refreshToken).not.toBe(first.refreshToken);
    await me(body.tokens.accessToken).expect(200);
    await refresh(body.tokens.refreshToken).expect(200);
  });

  test('is not stored by caches, nor are the other answers with tokens', async () => {
    const { tokens: first, username } = await makePerson(server, newName());
    const answers = [
      await refresh(first.refreshToken).expect(200),
      await refresh('nonsense').expect(401),
      await server.request.post(`${auth}/sign-in`).send({ login: username, password: PASSWORD }).expect(200),
    ];
    for (const answer of answers) expect(answer.get('Cache-Control')).toBe('no-store');
  });

  test('the one before gives the same successor again', async () => {
    const { tokens: first } = await makePerson(server, newName());
    const once = await refresh(first.refreshToken).expect(200);
    const again = await refresh(first.refreshToken).expect(200);
    expect(again.body.tokens.refreshToken).toBe(once.body.tokens.refreshToken);
  });

  test('many at the same moment get one successor', async () => {
    const { tokens: first } = await makePerson(server, newName());
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => refresh(first.refreshToken).expect(200)),
    );
    expect(new Set(answers.map(({ body }) => body.tokens.refreshToken)).size).toBe(1);
  });

  test('anything older ends the session', async () => {
    const person = await makePerson(server, newName());
    const second = (await refresh(person.tokens.refreshToken)).body.tokens;
    const third = (await refresh(second.refreshToken)).body.tokens;
    expect((await refresh(person.tokens.refreshToken).expect(401)).body).toEqual(problem('token_reused'));
    for (const { refreshToken } of [person.tokens, second, third])
      expect((await refresh(refreshToken).expect(401)).body).toEqual(endedUnauthenticated);
    expect((await me(third.accessToken).expect(401)).body).toEqual(endedUnauthenticated);
    expect(ended).toContainEqual({ sessionIds: [sessionOf(person)], reason: 'revoked' });
  });

  test('extends the session', async () => {
    const person = await makePerson(server, newName());
    const { writer } = await server.database();
    const soon = new Date(Date.now() + 60_000);
    await writer.session.updateMany({
      where: { id: sessionOf(person) },
      data: { expiresAt: soon, lastUsedAt: new Date(0) },
    });
    await refresh(person.tokens.refreshToken).expect(200);
    const row = await writer.session.findUniqueOrThrow({ where: { id: sessionOf(person) } });
    expect(row.expiresAt.getTime()).toBeGreaterThan(soon.getTime() + 6 * 86_400_000);
    expect(row.lastUsedAt.getTime()).toBeGreaterThan(Date.now() - 10_000);
  });

  test('is 400 without a token, 401 for what is none of ours, an access token and an expired session', async () => {
    const person = await makePerson(server, newName());
    expect(wrongFields(await refresh(7).expect(400))).toEqual(['body.refreshToken']);
    for (const wrong of ['x', person.tokens.accessToken, `${person.tokens.refreshToken.slice(0, -2)}AA`])
      expect((await refresh(wrong).expect(401)).body).toEqual(
        problem('unauthenticated', { detail: 'The token is not valid' }),
      );
    const { writer } = await server.database();
    await writer.session.updateMany({ where: { id: sessionOf(person) }, data: { expiresAt: new Date(0) } });
    expect((await refresh(person.tokens.refreshToken).expect(401)).body).toEqual(problem('token_expired'));
    expect((await me(person.tokens.accessToken).expect(401)).body).toEqual(problem('token_expired'));
    await writer.session.deleteMany({ where: { id: sessionOf(person) } });
    expect((await refresh(person.tokens.refreshToken).expect(401)).body).toEqual(endedUnauthenticated);
  });
});

describe('an access token', () => {
  test('is refused when it is missing, foreign, unsigned, expired or a refresh token', async () => {
    const { tokens: own, id } = await makePerson(server, newName());
    const claims = { ...(decode(own.accessToken) as object) };
    const { accessSecret } = server.container.config.tokens;
    const send = 'Send an access token: Authorization: Bearer …';
    expect((await server.request.get('/api/v1/users/me').expect(401)).body).toEqual(
      problem('unauthenticated', { detail: send }),
    );
    for (const token of [
      own.refreshToken,
      sign(claims, 'another secret'),
      sign(claims, null, { algorithm: 'none' }),
      sign(claims, accessSecret, { algorithm: 'HS512' }),
      sign({ ...claims, aud: 'somebody else' }, accessSecret),
      sign({ ...claims, iss: 'somebody else' }, accessSecret),
      sign({ ...claims, purpose: 'refresh' }, accessSecret),
    ])
      expect((await me(token).expect(401)).body).toEqual(
        problem('unauthenticated', { detail: 'The token is not valid' }),
      );
    const expired = sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 }, accessSecret);
    expect((await me(expired).expect(401)).body).toEqual(problem('token_expired'));
    for (const foreign of [{ sid: newId() }, { sub: newId() }])
      expect((await me(sign({ ...claims, ...foreign }, accessSecret)).expect(401)).body).toEqual(
        endedUnauthenticated,
      );
    expect((await me(own.accessToken).expect(200)).body.id).toBe(id);
  });

  test('its use is written down once a minute, behind the request', async () => {
    const person = await makePerson(server, newName());
    const { writer } = await server.database();
    const where = { id: sessionOf(person) };
    const used = async (): Promise<number> =>
      (await writer.session.findUniqueOrThrow({ where })).lastUsedAt.getTime();
    const before = Date.now() - 61_000;
    await writer.session.updateMany({ where, data: { lastUsedAt: new Date(before) } });
    await Promise.all(Array.from({ length: 5 }, () => me(person.tokens.accessToken).expect(200)));
    await server.container.accounts.close();
    const after = await used();
    expect(after).toBeGreaterThan(before + 60_000);
    await me(person.tokens.accessToken).expect(200);
    await server.container.accounts.close();
    expect(await used()).toBe(after);
  });
});

test('a fifty-first session ends the one that was not used for longest', async () => {
  const first = await makePerson(server, newName());
  const second = await signIn(server, first);
  const { writer } = await server.database();
  const usedAt = (person: Person, lastUsedAt: Date) =>
    writer.session.updateMany({ where: { id: sessionOf(person) }, data: { lastUsedAt } });
  const longAgo = Date.now() - 60_000;
  await usedAt(first, new Date(longAgo));
  await usedAt(second, new Date(longAgo - 1));
  const others: Person[] = [];
  for (let more = 0; more < 48; more += 1) others.push(await signIn(server, first));
  await me(second.tokens.accessToken).expect(200);
  const phone = await connect(server, second.tokens);
  // Those looks were uses; they are written down behind the requests' back.
  await server.container.accounts.close();
  await usedAt(second, new Date(longAgo - 1));

  const last = await signIn(server, first);
  expect(await phone.next('session_ended')).toEqual({ reason: 'revoked' });
  expect((await me(second.tokens.accessToken).expect(401)).body).toEqual(endedUnauthenticated);
  for (const person of [first, ...others, last]) await me(person.tokens.accessToken).expect(200);
  expect(ended).toContainEqual({ sessionIds: [sessionOf(second)], reason: 'revoked' });
});

describe('GET and DELETE /auth/sessions', () => {
  const list = (person: Person) => server.request.get(`${auth}/sessions`).set(person.authorization);
  const revoke = (person: Person, id: string) =>
    server.request.delete(`${auth}/sessions/${id}`).set(person.authorization);

  test('lists the devices, the one that asks marked, latest used first', async () => {
    const phone = await makePerson(server, newName());
    const laptop = await signIn(server, phone, 'laptop');
    const { body } = await list(phone).expect(200);
    const shape = {
      userAgent: null,
      ip: expect.stringContaining('127.0.0.1'),
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
      expiresAt: expect.any(String),
    };
    expect(body).toEqual({
      items: [
        { ...shape, id: sessionOf(laptop), device: 'laptop', current: false },
        { ...shape, id: sessionOf(phone), device: null, current: true },
      ],
    });
  });

  test('one device is signed out at once, the other stays', async () => {
    const phone = await makePerson(server, newName());
    const laptop = await signIn(server, phone);
    expect((await revoke(phone, sessionOf(laptop)).expect(204)).text).toBe('');
    await list(laptop).expect(401);
    await refresh(laptop.tokens.refreshToken).expect(401);
    expect((await list(phone)).body.items).toHaveLength(1);
    expect(ended).toContainEqual({ sessionIds: [sessionOf(laptop)], reason: 'revoked' });
  });

  test("is 404 for a stranger's session, an ended one and nobody's; 400 for no id; 401 without a token", async () => {
    const [ada, bob] = [await makePerson(server, newName()), await makePerson(server, newName())];
    const other = await signIn(server, ada);
    await revoke(ada, sessionOf(other)).expect(204);
    for (const id of [sessionOf(bob), sessionOf(other), newId()])
      expect((await revoke(ada, id).expect(404)).body).toEqual(
        problem('not_found', { detail: 'There is no such session here' }),
      );
    await list(bob).expect(200);
    expect(wrongFields(await revoke(ada, 'x').expect(400))).toEqual(['params.sessionId']);
    await server.request.delete(`${auth}/sessions/${sessionOf(ada)}`).expect(401);
    await server.request.get(`${auth}/sessions`).expect(401);
  });
});

describe('POST /auth/sign-out and /auth/sign-out-everywhere', () => {
  const post = (path: string, person: Person) =>
    server.request.post(`${auth}${path}`).set(person.authorization);

  test('sign-out ends this session only', async () => {
    const phone = await makePerson(server, newName());
    const laptop = await signIn(server, phone);
    await post('/sign-out', phone).expect(204);
    await me(phone.tokens.accessToken).expect(401);
    await me(laptop.tokens.accessToken).expect(200);
    await post('/sign-out', phone).expect(401);
  });

  test('sign-out-everywhere ends all of them, and nobody else is touched', async () => {
    const phone = await makePerson(server, newName());
    const laptop = await signIn(server, phone);
    const bob = await makePerson(server, newName());
    await post('/sign-out-everywhere', phone).expect(204);
    for (const device of [phone, laptop]) await me(device.tokens.accessToken).expect(401);
    await me(bob.tokens.accessToken).expect(200);
    const event = ended.find(({ sessionIds }) => sessionIds.includes(sessionOf(laptop)));
    expect([...(event?.sessionIds ?? [])].sort()).toEqual([sessionOf(phone), sessionOf(laptop)].sort());
    await server.request.post(`${auth}/sign-out-everywhere`).expect(401);
  });
});
