import { giveRole, makeAdmin } from '../support/admins';
import { makePerson, PASSWORD, signIn, type Person } from '../support/people';
import { describeWhen } from '../support/run';
import { report } from '../support/reports';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';
import { withTwoFactor } from '../support/two-factor';

describeWhen('mysql')('administration by two servers on one database', () => {
  jest.setTimeout(120_000);

  const SETTINGS = { RATE_LIMITS: 'off', ROOM_CHECK_INTERVAL: '1s' };
  let servers: [TestServer, TestServer];
  let admin: Person;
  beforeAll(async () => {
    const first = await startTestServer(SETTINGS);
    servers = [first, await startTestServer(SETTINGS, { sharing: first })];
    admin = await makeAdmin(first);
  });
  afterAll(async () => {
    for (const server of [...servers].reverse()) await server.stop();
  });

  const ask = (
    server: TestServer,
    method: 'get' | 'post' | 'put' | 'patch',
    path: string,
    by: Person,
    body: object = {},
  ) => server.request[method](`/api/v1${path}`).set(by.authorization).send(body);
  const statusesOf = (answers: readonly { status: number }[]): number[] =>
    answers.map(({ status }) => status).sort();

  test('whoever is suspended at one is out at the other, and hears it there soon', async () => {
    const [here, there] = servers;
    const ada = await makePerson(here);
    const phone = await connect(there, ada.tokens);
    await ask(here, 'put', `/admin/users/${ada.id}/suspension`, admin, { reason: 'spam' }).expect(200);
    const refused = await there.request.get('/api/v1/users/me').set(ada.authorization).expect(403);
    expect(refused.body.code).toBe('account_suspended');
    expect((await phone.next('session_ended')).reason).toBe('revoked');
    await phone.ended();
  });

  test('whoever signs in there while they are suspended here has no session that lives', async () => {
    const [here, there] = servers;
    for (let round = 0; round < 10; round += 1) {
      const ada = await makePerson(here);
      const [, ...signIns] = await Promise.all([
        ask(here, 'put', `/admin/users/${ada.id}/suspension`, admin, { reason: 'spam' }).expect(200),
        ...[here, there, there].map((server) =>
          server.request.post('/api/v1/auth/sign-in').send({ login: ada.username, password: PASSWORD }),
        ),
        there.request.post('/api/v1/auth/refresh').send({ refreshToken: ada.tokens.refreshToken }),
      ]);
      for (const { status } of signIns) expect([200, 403]).toContain(status);
      const { reader } = here.container.database;
      expect(await reader.session.count({ where: { userId: ada.id, revokedAt: null } })).toBe(0);
    }
  });

  test('a code gets one in, wherever it is shown', async () => {
    const [here, there] = servers;
    const { person, factor, recoveryCodes } = await withTwoFactor(here);
    for (const code of [factor.code(), recoveryCodes[0]]) {
      const answers = await Promise.all(
        [here, there, here, there].map((server) =>
          server.request
            .post('/api/v1/auth/sign-in')
            .send({ login: person.username, password: PASSWORD, code }),
        ),
      );
      expect(statusesOf(answers)).toEqual([200, 422, 422, 422]);
    }
  });

  test('an owner who hands over at both hands over once, and acts no more', async () => {
    const owner = await makeAdmin(servers[0], 'owner');
    const heirs = [await makePerson(servers[0]), await makePerson(servers[0])];
    const answers = await Promise.all(
      servers.map((server, index) =>
        ask(server, 'put', `/admin/users/${heirs[index]?.id}/role`, owner, { role: 'owner' }),
      ),
    );
    expect(statusesOf(answers)).toEqual([200, 403]);
    const { reader } = servers[0].container.database;
    const owners = await reader.user.findMany({ where: { role: 'owner' }, select: { id: true } });
    expect(owners).toHaveLength(1);
    expect(await reader.auditEntry.count({ where: { actorId: owner.id } })).toBe(2);
    for (const { id } of owners) await giveRole(servers[0], { id }, 'user');
  });

  test('one report, one decision, one announcement, and an entry of each', async () => {
    const [here, there] = servers;
    const [ada, bob] = [await makePerson(here), await makePerson(here)];
    const reports = await Promise.all(
      [here, there, here, there].map((server) =>
        report(server, ada, { targetType: 'user', targetId: bob.id }),
      ),
    );
    expect(statusesOf(reports)).toEqual([200, 200, 200, 201]);
    const id = String(reports[0]?.body.id);
    const steps = await Promise.all([
      ask(here, 'patch', `/admin/reports/${id}`, admin, { status: 'resolved', resolution: 'yes' }),
      ask(there, 'patch', `/admin/reports/${id}`, admin, { status: 'dismissed', resolution: 'no' }),
    ]);
    expect(statusesOf(steps)).toEqual([200, 409]);
    const body = { content: 'We move', via: ['email'] };
    const told = await Promise.all(
      [here, there, here].map((server) => ask(server, 'post', '/admin/announcements', admin, body)),
    );
    expect(statusesOf(told)).toEqual([202, 202, 202]);
    expect(new Set(told.map((answer) => answer.body.id)).size).toBe(1);
    const { reader } = here.container.database;
    for (const targetId of [id, String(told[0]?.body.id)])
      expect(await reader.auditEntry.count({ where: { targetId } })).toBe(1);
    await ask(there, 'get', '/users/me', await signIn(there, ada)).expect(200);
  });
});
