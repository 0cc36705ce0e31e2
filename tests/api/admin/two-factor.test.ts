import { makeAdmin } from '../../support/admins';
import { makeChat, send } from '../../support/chats';
import { attach, download, uploaded } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { report } from '../../support/reports';
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

test('nor do they read the files of reported messages without one', async () => {
  await server.restart();
  const admin = await makeAdmin(server);
  const { ada, bob, chat } = await makeChat(server);
  const message = await send(server, ada, chat.id, 'look');
  const file = await uploaded(server, ada);
  await attach(server, message, file.id);
  await report(server, bob, { targetType: 'message', targetId: message.id }).expect(201);
  const statusFor = async (person: Person) =>
    (await download(server, `/api/v1/files/${file.id}`, person)).status;
  expect(await statusFor(admin)).toBe(200);
  await server.restart({ ADMIN_TWO_FACTOR: 'required' });
  expect([await statusFor(admin), await statusFor(bob)]).toEqual([404, 200]);
  await withTwoFactor(server, admin);
  expect(await statusFor(admin)).toBe(200);
});
