import { makeAdmin } from '../../support/admins';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { withTwoFactor } from '../../support/two-factor';
import { problem } from '../auth/answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const ask = ({ authorization }: Person) => server.request.get('/api/v1/admin/audit-log').set(authorization);

test('admins need a second factor only where the server is set to ask for it', async () => {
  const [admin, owner] = [await makeAdmin(server), await makeAdmin(server, 'owner')];
  await ask(admin).expect(200);
  await server.restart({ ADMIN_TWO_FACTOR: 'required' });
  for (const person of [admin, owner])
    expect((await ask(person).expect(403)).body).toEqual(problem('two_factor_not_set_up'));
  expect((await ask(await makePerson(server)).expect(403)).body.code).toBe('forbidden');
  await server.request.get('/api/v1/users/me').set(admin.authorization).expect(200);
  await withTwoFactor(server, admin);
  await ask(admin).expect(200);
  await ask(owner).expect(403);
});
