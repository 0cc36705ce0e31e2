import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { makePerson } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

const ROOT = path.join(__dirname, '../../..');

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterEach(() => server.stop());

/** `npm run seed`. @returns what it prints */
async function seed(email: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-r', path.join(ROOT, 'tests/support/swc-register.cjs'), path.join(ROOT, 'prisma/seed.ts')],
    {
      cwd: server.home.dataDir,
      env: { PATH: process.env.PATH, ...server.home.settings, SEED_OWNER_EMAIL: email },
    },
  );
  return stdout;
}

const privileged = async () =>
  (await server.database()).reader.user.findMany({
    where: { role: { not: 'user' } },
    select: { email: true, role: true },
  });

test('the seed makes an owner once, whoever is named later, and it is written down', async () => {
  const { email } = await makePerson(server);
  expect(await seed('boss@example.com')).toMatch(/^owner: boss@example\.com or owner, password: \S{20} /);
  const owner = { email: 'boss@example.com', role: 'owner' };
  expect(await privileged()).toEqual([owner]);
  for (const named of [email, 'boss@example.com', 'other@example.com'])
    expect(await seed(named)).toMatch(/^owner: boss@example\.com or owner, as before/);
  expect(await privileged()).toEqual([owner]);
  const { reader } = await server.database();
  expect(await reader.user.count()).toBe(2);
  expect(await reader.auditEntry.findMany()).toMatchObject([
    { actorId: null, action: 'user.role_changed', before: '{"role":"user"}', after: '{"role":"owner"}' },
  ]);
});

test('the seed makes an account that is there the owner, with the password it has', async () => {
  const { email, username } = await makePerson(server);
  expect(await seed(email.toUpperCase())).toContain(
    `owner: ${email} or ${username}, with the password it has`,
  );
  expect(await privileged()).toEqual([{ email, role: 'owner' }]);
  expect(await (await server.database()).reader.auditEntry.count()).toBe(1);
});
