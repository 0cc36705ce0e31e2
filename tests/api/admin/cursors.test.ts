import { encodeCursor } from '../../../src/helpers/cursor';
import { newId } from '../../../src/helpers/ids';
import { makeAdmin } from '../../support/admins';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const LISTS = [
  ...['users?', 'users?status=suspended&', 'users?status=deleted&', 'users?role=admin&', 'users?search=p&'],
  ...['conversations?', 'reports?', 'reports?status=open&', 'announcements?', 'audit-log?'],
];
const STRANGE = [
  ...[encodeCursor('\u2603\u{10FFFF}'), encodeCursor('\0'), encodeCursor('\ud800'), encodeCursor('%')],
  ...[encodeCursor(newId()), encodeCursor('\u2603', newId()), encodeCursor('a', 'b'), encodeCursor(1)],
  ...['%00', 'W10', 'bnVsbA', 'x'.repeat(200)],
];

test.each(LISTS)('a cursor of another list is refused by %s, or leads somewhere', async (list) => {
  const { id } = await makePerson(server);
  await server.request
    .put(`/api/v1/admin/users/${id}/suspension`)
    .set(admin.authorization)
    .send({ reason: 'spam' })
    .expect(200);
  for (const cursor of STRANGE) {
    const { status } = await server.request
      .get(`/api/v1/admin/${list}limit=1&cursor=${cursor}`)
      .set(admin.authorization);
    expect([200, 400]).toContain(status);
  }
});
