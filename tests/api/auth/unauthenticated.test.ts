import { makeAdmin } from '../../support/admins';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect, type Refusal } from '../../support/sockets';
import { expectTooMany, newIp, newName } from './answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ TRUST_PROXY: '1' });
});
afterAll(() => server.stop());

test('an address that is answered 401 six hundred times a minute is refused; others are not', async () => {
  const ended = await makePerson(server, newName());
  await server.request.post('/api/v1/auth/sign-out').set(ended.authorization).expect(204);
  const live = await makePerson(server, newName());
  const ip = newIp();
  const me = (person: typeof ended, from = ip) =>
    server.request.get('/api/v1/users/me').set(person.authorization).set('X-Forwarded-For', from);
  const statuses: number[] = [];
  for (let batch = 0; batch < 30; batch += 1) {
    // What is let pass does not count.
    await me(live).expect(200);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`${server.url}/api/v1/users/me`, {
          headers: { ...ended.authorization, 'X-Forwarded-For': ip },
        }),
      ),
    );
    statuses.push(...answers.map(({ status }) => status));
  }
  expect(new Set(statuses)).toEqual(new Set([401]));
  expectTooMany(await me(ended).expect(429), 'rate_limited', 60);
  await me(live, newIp()).expect(200);
});

describe('with a limit of five', () => {
  beforeAll(() => server.restart({ LIMITS: 'unauthenticated=5/60' }));

  test('whoever is suspended and asks on and on is refused before anything is looked up', async () => {
    const [admin, ada] = [await makeAdmin(server), await makePerson(server, newName())];
    await server.request
      .put(`/api/v1/admin/users/${ada.id}/suspension`)
      .set(admin.authorization)
      .send({ reason: 'spam' })
      .expect(200);
    const ip = newIp();
    const me = (from = ip) =>
      server.request.get('/api/v1/users/me').set(ada.authorization).set('X-Forwarded-For', from);
    for (let count = 0; count < 5; count += 1)
      expect((await me().expect(403)).body.code).toBe('account_suspended');
    expectTooMany(await me().expect(429), 'rate_limited', 60);
    await me(newIp()).expect(403);
  });

  test('other refusals do not count', async () => {
    const ada = await makePerson(server, newName());
    const ip = newIp();
    const ask = (path: string) =>
      server.request.get(`/api/v1${path}`).set(ada.authorization).set('X-Forwarded-For', ip);
    for (let count = 0; count < 7; count += 1) await ask('/admin/users').expect(403);
    await ask('/users/me').expect(200);
  });

  test('so are the sockets of an address, which count with its requests', async () => {
    const ended = await makePerson(server, newName());
    await server.request.post('/api/v1/auth/sign-out').set(ended.authorization).expect(204);
    const live = await makePerson(server, newName());
    const tryFor = ({ tokens }: Person): Promise<string> =>
      connect(server, tokens).then(
        () => 'connected',
        (error: unknown) => (error as Refusal).message,
      );
    expect(await tryFor(live)).toBe('connected');
    const outcomes: string[] = [];
    for (let count = 0; count < 6; count += 1) outcomes.push(await tryFor(ended));
    expect(outcomes).toEqual([...Array<string>(5).fill('unauthenticated'), 'rate_limited']);
    expect(await tryFor(live)).toBe('rate_limited');
    await server.request.get('/api/v1/users/me').set(live.authorization).expect(429);
  });

  test('a handshake by polling has its address, also when its first line is closed', async () => {
    await server.restart();
    const url = `${server.url}/socket.io/?EIO=4&transport=polling`;
    const once = { headers: { Connection: 'close' } };
    const { sid } = JSON.parse((await (await fetch(url, once)).text()).slice(1)) as { sid: string };
    const post = { ...once, method: 'POST', body: '40{"token":"x"}' };
    expect(await (await fetch(`${url}&sid=${sid}`, post)).text()).toBe('ok');
    expect(await (await fetch(`${url}&sid=${sid}`, once)).text()).toContain('unauthenticated');
  });
});
