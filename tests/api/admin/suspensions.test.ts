import { giveRole, makeAdmin } from '../../support/admins';
import { makeChat, send } from '../../support/chats';
import { uploaded } from '../../support/files';
import { makePerson, PASSWORD, signIn, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { connect, type Refusal } from '../../support/sockets';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const REASON = 'sold things that were not there';
const suspend = ({ id }: Pick<Person, 'id'>, body: object = { reason: REASON }, by = admin) =>
  server.request.put(`/api/v1/admin/users/${id}/suspension`).set(by.authorization).send(body);
const lift = ({ id }: Pick<Person, 'id'>, by = admin) =>
  server.request.delete(`/api/v1/admin/users/${id}/suspension`).set(by.authorization);
const me = ({ authorization }: Person) => server.request.get('/api/v1/users/me').set(authorization);
const trySignIn = ({ username }: Person, password = PASSWORD) =>
  server.request.post('/api/v1/auth/sign-in').send({ login: username, password });
const refresh = ({ tokens }: Person) =>
  server.request.post('/api/v1/auth/refresh').send({ refreshToken: tokens.refreshToken });
const suspensionOf = async ({ id }: Person) =>
  (await server.request.get(`/api/v1/admin/users/${id}`).set(admin.authorization).expect(200)).body
    .suspension;
const logOf = async ({ id }: Person) =>
  (await server.request.get(`/api/v1/admin/audit-log?targetId=${id}`).set(admin.authorization).expect(200))
    .body.items;
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

test('a suspended person is told why at every door, and their sockets end at once', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const laptop = await signIn(server, ada);
  const [phone, desk] = [await connect(server, ada.tokens), await connect(server, laptop.tokens)];
  const until = inAnHour();
  const { body: suspension } = await suspend(ada, { reason: REASON, until }).expect(200);
  expect(suspension).toEqual({ reason: REASON, until, byId: admin.id, createdAt: expect.any(String) });
  for (const device of [phone, desk]) {
    expect(await device.next('session_ended')).toEqual({ reason: 'suspended' });
    await device.ended();
  }
  const told = `The account is suspended until ${until}: ${REASON}`;
  for (const answer of [
    await me(ada),
    await refresh(ada),
    await refresh(laptop),
    await trySignIn(ada),
    await server.request.post('/api/v1/files').set(ada.authorization).attach('file', tinyPng(2, 2), 'x.png'),
    await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .send({ content: 'x' }),
  ]) {
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'account_suspended', detail: told });
    expect(answer.body.retryAfter).toBeGreaterThan(3_500);
  }
  const refusal = await connect(server, ada.tokens).catch((error: unknown) => error as Refusal);
  expect(refusal).toMatchObject({
    message: 'account_suspended',
    data: { code: 'account_suspended', message: told },
  });
  // Whoever does not know the password learns nothing.
  expect((await trySignIn(ada, 'wrong password').expect(401)).body.code).toBe('invalid_credentials');
  const seen = await server.request.get(`/api/v1/users/${ada.id}`).set(bob.authorization).expect(200);
  expect(seen.body).toMatchObject({ username: ada.username });
});

test('others still write to them, and they read it when they are let in again', async () => {
  const { ada, bob, chat } = await makeChat(server);
  await suspend(ada).expect(200);
  await send(server, bob, chat.id, 'are you there?');
  await lift(ada).expect(204);
  expect((await me(ada).expect(401)).body.code).toBe('unauthenticated');
  const back = await signIn(server, ada);
  const { body } = await server.request
    .get(`/api/v1/chats/${chat.id}/messages`)
    .set(back.authorization)
    .expect(200);
  expect(body.items.map(({ content }: { content: string }) => content)).toEqual(['are you there?']);
  await lift(ada).expect(204);
  expect((await logOf(ada)).map(({ action }: { action: string }) => action)).toEqual([
    'user.suspension_lifted',
    'user.suspended',
  ]);
});

test('a suspension with an end ends by itself, and the sweep forgets it', async () => {
  const ada = await makePerson(server);
  await suspend(ada, { reason: REASON, until: inAnHour() }).expect(200);
  const { writer } = server.container.database;
  const { container } = server;
  await container.accounts.sweep();
  expect(await suspensionOf(ada)).toMatchObject({ reason: REASON });
  await writer.suspension.update({ where: { userId: ada.id }, data: { until: new Date(Date.now() - 1) } });
  expect(await suspensionOf(ada)).toBeNull();
  await me(ada).expect(401);
  await me(await signIn(server, ada)).expect(200);
  await container.accounts.sweep();
  expect(await writer.suspension.count({ where: { userId: ada.id } })).toBe(0);
});

test('the latest of several suspensions stands, and each is written down', async () => {
  const ada = await makePerson(server);
  const other = await makeAdmin(server);
  const answers = await Promise.all([
    suspend(ada, { reason: 'one' }),
    suspend(ada, { reason: 'two', until: inAnHour() }, other),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const [latest, first] = await logOf(ada);
  expect(await suspensionOf(ada)).toMatchObject({ byId: latest.actorId, reason: latest.after.reason });
  expect(latest.before).toEqual(first.after);
  expect(first.before).toBeNull();
  expect(new Set([latest.after.reason, first.after.reason])).toEqual(new Set(['one', 'two']));
});

test('what is sent while the suspension comes is stored and acknowledged, or neither', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const phone = await connect(server, ada.tokens);
  const acknowledged: number[] = [];
  const refusals = new Set<string>();
  const bySocket = async (): Promise<void> => {
    for (;;) {
      const payload = { chatId: chat.id, content: 'by socket', type: 'text' };
      const answer = await phone.ask('chat_message', payload, 2_000).catch(() => null);
      if (!answer?.ok) return;
      acknowledged.push(answer.data.seq);
    }
  };
  const byRest = async (): Promise<void> => {
    for (;;) {
      const answer = await server.request
        .post(`/api/v1/chats/${chat.id}/messages`)
        .set(ada.authorization)
        .send({ content: 'by REST' });
      if (answer.status !== 201) return void refusals.add(answer.body.code);
      acknowledged.push(answer.body.seq);
    }
  };
  const sending = [bySocket(), byRest(), byRest(), byRest()];
  await send(server, bob, chat.id, 'go on');
  await suspend(ada).expect(200);
  const lastSeq = async (): Promise<number> =>
    (await server.request.get(`/api/v1/chats/${chat.id}`).set(bob.authorization).expect(200)).body.lastSeq;
  const atOnce = await lastSeq();
  await Promise.all(sending);
  // Nothing came in behind the suspension's answer, and nothing is missing of what was acknowledged.
  expect(await lastSeq()).toBe(atOnce);
  expect(Math.max(0, ...acknowledged)).toBeLessThanOrEqual(atOnce);
  // What was let in by its session is refused by the writer, which knows that it has ended.
  expect(['account_suspended', 'unauthenticated']).toEqual(expect.arrayContaining([...refusals]));
  expect(refusals.size).toBeGreaterThan(0);
});

test('who signs in at the same moment is kept out, too', async () => {
  const ada = await makePerson(server);
  const [first, second, third] = await Promise.all([trySignIn(ada), suspend(ada), trySignIn(ada)]);
  expect(second.status).toBe(200);
  for (const answer of [first, third]) {
    if (answer.status !== 200) expect(answer.body.code).toBe('account_suspended');
    else
      await server.request
        .get('/api/v1/users/me')
        .set('Authorization', `Bearer ${answer.body.tokens.accessToken}`)
        .expect(403);
  }
});

test('nobody is suspended by equals, by themselves, or by whoever is no admin any more', async () => {
  const owner = await makeAdmin(server, 'owner');
  const other = await makeAdmin(server);
  const person = await makePerson(server);
  const refused: [Person, Person][] = [
    [admin, other],
    [admin, owner],
    [admin, admin],
    [owner, owner],
    [person, other],
    [person, admin],
  ];
  for (const [by, whom] of refused) {
    expect((await suspend(whom, undefined, by).expect(403)).body.code).toBe('forbidden');
    expect((await lift(whom, by).expect(403)).body.code).toBe('forbidden');
  }
  await suspend(other, undefined, owner).expect(200);
  expect((await suspend(person, undefined, other).expect(403)).body.code).toBe('account_suspended');
  await lift(other, owner).expect(204);
  await giveRole(server, owner, 'user');
});

test('bad reasons and times, and nobody, are refused', async () => {
  const ada = await makePerson(server);
  for (const body of [
    {},
    { reason: '' },
    { reason: '  \n' },
    { reason: 'x'.repeat(501) },
    { reason: REASON, until: 'tomorrow' },
    { reason: REASON, until: new Date(Date.now() - 1_000).toISOString() },
    { reason: REASON, more: 1 },
  ])
    expect((await suspend(ada, body).expect(400)).body.code).toBe('validation_failed');
  const nobody = { id: '0198c0de-0000-7000-8000-000000000001' };
  expect((await suspend(nobody).expect(404)).body.code).toBe('not_found');
  expect((await lift(nobody).expect(404)).body.code).toBe('not_found');
  await suspend({ id: 'x' }).expect(400);
  await me(ada).expect(200);
  expect(await suspensionOf(ada)).toBeNull();
  await uploaded(server, ada, tinyPng(2, 2));
});
