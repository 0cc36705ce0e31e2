import { createGroup, invite } from '../support/groups';
import { download, uploaded } from '../support/files';
import { makePerson, PASSWORD, signIn, signUp, type Person } from '../support/people';
import { tinyPng } from '../support/pictures';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { connect } from '../support/sockets';
import { withTwoFactor } from '../support/two-factor';
import { connectWire } from '../support/wire';

const NEW_PASSWORD = 'another horse altogether';
const WRONG_PASSWORD = 'no horse at all, sorry';
const SAID = 'what nobody else may read';

let server: ProcessServer;
afterEach(() => server.stop());

const ask = (method: 'get' | 'post' | 'put' | 'patch', path: string, person?: Person) =>
  server.request[method](`/api/v1${path}`).set(person?.authorization ?? {});

/** Signs up, in, out; changes, forgets and resets passwords; fails at each of it. @returns every secret that came up */
async function account(): Promise<string[]> {
  const ada = await signUp(server);
  const { email, username, tokens } = ada;
  await ask('post', '/auth/sign-in').send({ login: username, password: WRONG_PASSWORD }).expect(401);
  await ask('post', '/auth/sign-in').send({ login: WRONG_PASSWORD, password: PASSWORD }).expect(401);
  const { body } = await ask('post', '/auth/refresh').send({ refreshToken: tokens.refreshToken }).expect(200);
  await ask('post', '/auth/refresh')
    .send({ refreshToken: `${tokens.refreshToken}x` })
    .expect(401);
  await ask('get', '/users/me').set('Authorization', `Bearer ${tokens.accessToken}x`).expect(401);
  await ask('put', '/users/me/password', ada)
    .send({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
    .expect(204);
  await ask('post', '/auth/password/forgot').send({ email }).expect(202);
  const code = await server.mail.codeFor(email);
  await ask('post', '/auth/password/reset').send({ email, code, newPassword: PASSWORD }).expect(204);
  const again = await signIn(server, ada);
  const { person, factor, recoveryCodes } = await withTwoFactor(server, again);
  const used = factor.code();
  await ask('post', '/auth/sign-in').send({ login: username, password: PASSWORD, code: used }).expect(200);
  const [recovery = ''] = recoveryCodes;
  await ask('post', '/auth/sign-in')
    .send({ login: username, password: PASSWORD, code: recovery })
    .expect(200);
  const mailed = server.mail.received.flatMap(({ text }) => /\b\d{6}\b/.exec(text) ?? []);
  const all = [tokens, body.tokens, again.tokens, person.tokens];
  return [
    ...all.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]),
    ...[PASSWORD, NEW_PASSWORD, WRONG_PASSWORD, code, used, factor.secret, ...recoveryCodes, ...mailed],
  ];
}

/** Says something, at both doors; invites; shows files. */
async function conversations(): Promise<string[]> {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const { id } = await createGroup(server, ada, [bob]);
  const { token } = await invite(server, ada, id);
  await ask('get', `/invites/${token}`, bob).expect(200);
  await ask('post', `/invites/${token}/accept`, await makePerson(server)).expect(200);
  await ask('get', `/search/messages?q=${encodeURIComponent(SAID)}`, ada).expect(200);
  const phone = await connect(server, ada.tokens);
  await phone.must('group_message', { groupId: id, content: SAID });
  await phone.ask('group_message', { groupId: 'none', content: SAID });
  await connect(server, { accessToken: `${ada.tokens.accessToken}x` }).catch(() => undefined);
  const wire = await connectWire(server, bob);
  wire.send(`42["group_message",{"content":"${SAID}"`);
  await wire.next('close');
  const file = await uploaded(server, ada, tinyPng(30, 30));
  await download(server, file.url).expect(200);
  await download(server, `${file.url}x`).expect(404);
  const signatures = [file.url, file.thumbnailUrl ?? ''].map((url) => url.split('signature=')[1] ?? '');
  return [ada, bob]
    .flatMap(({ tokens }) => [tokens.accessToken, tokens.refreshToken])
    .concat(token, SAID, signatures);
}

/** What is no JSON, or none that is asked for. */
async function nonsense(): Promise<string[]> {
  const broken = `{"login":"ada","password":"${PASSWORD}"`;
  await ask('post', '/auth/sign-in').set('Content-Type', 'application/json').send(broken).expect(400);
  await ask('post', '/auth/sign-in').set('Content-Type', 'text/plain').send(broken).expect(415);
  await ask('post', `/auth/sign-in?password=${encodeURIComponent(PASSWORD)}`)
    .send({})
    .expect(400);
  await ask('get', `/nowhere?token=${WRONG_PASSWORD}`).expect(404);
  return [];
}

test.each([
  ['in production', { NODE_ENV: 'test', LOG_LEVEL: 'trace' }],
  ['on a developer’s screen', { NODE_ENV: 'development', LOG_LEVEL: 'trace' }],
])('no password, token, code, signature or message gets into the log, %s', async (_, settings) => {
  server = await startProcessServer({ RATE_LIMITS: 'off', ...settings });
  const secrets = [...(await account()), ...(await conversations()), ...(await nonsense())];
  // A database that is gone makes errors of everything.
  const { writer } = await server.database();
  await writer.$executeRawUnsafe('DROP TABLE one_time_code');
  const ada = await makePerson(server);
  await ask('put', '/users/me/email', ada).send({ email: 'ada.new@example.com', password: PASSWORD });
  await server.kill('SIGTERM');
  expect(server.output).toContain('/api/v1/auth/sign-in');
  const found = [...new Set(secrets)].filter((secret) => {
    const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(server.output);
  });
  expect(secrets.length).toBeGreaterThan(30);
  expect(found).toEqual([]);
});
