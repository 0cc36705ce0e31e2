import type { Report } from '../../../src/contracts/reports';
import { makeAdmin } from '../../support/admins';
import { FakeClamd, VIRUS } from '../../support/clamd';
import { upload } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let clamd: FakeClamd;
let server: TestServer;
let admin: Person;
beforeAll(async () => {
  clamd = await FakeClamd.start();
  const { address } = clamd;
  if (!('host' in address)) throw new Error('not a port');
  server = await startTestServer({
    ...{ RATE_LIMITS: 'off', CLAMD_HOST: address.host, CLAMD_PORT: String(address.port) },
  });
  admin = await makeAdmin(server);
});
afterAll(async () => {
  await server.stop();
  await clamd.stop();
});

const reports = async (): Promise<Report[]> =>
  (await server.request.get('/api/v1/admin/reports').set(admin.authorization).expect(200)).body.items;

test('an infected file is refused, and the server reports who sent it, once until that is closed', async () => {
  const eve = await makePerson(server);
  for (let sent = 0; sent < 2; sent += 1)
    await upload(server, eve, Buffer.from(VIRUS), { filename: 'invoice.pdf' }).expect(415);
  let found = await reports();
  // It is written behind the refusal.
  while (found.length === 0) found = await reports();
  expect(found).toMatchObject([
    {
      ...{ reporter: null, subject: { id: eve.id }, targetType: 'user', targetId: eve.id },
      ...{ reason: 'infected_file', note: expect.stringContaining('"invoice.pdf"'), status: 'open' },
    },
  ]);
});
