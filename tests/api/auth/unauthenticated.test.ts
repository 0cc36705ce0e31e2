import { makePerson } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
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
