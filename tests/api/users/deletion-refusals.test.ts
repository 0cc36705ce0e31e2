import { deletionsOn } from '../../support/deletion';
import { makePerson, PASSWORD, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newIp, newName, problem, wrongFields } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

const { remove, get } = deletionsOn(() => server);

test('is 401 for a wrong password, and nothing happens', async () => {
  const { body } = await remove(ada, { body: { password: 'wrong' } }).expect(401);
  expect(body).toEqual(problem('invalid_credentials'));
  await get(ada, '/users/me').expect(200);
});

test('is 400 without a password, or for anything else', async () => {
  expect(wrongFields(await remove(ada, { body: {} }).expect(400))).toEqual(['body.password']);
  expect(wrongFields(await remove(ada, { query: '?messages=burn' }).expect(400))).toEqual(['query.messages']);
  await get(ada, '/users/me').expect(200);
});

test('is 401 without a token', async () => {
  await server.request.delete('/api/v1/users/me').send({ password: PASSWORD }).expect(401);
});

test('ten wrong ones lock it, from wherever they come', async () => {
  const guarded = await startTestServer({ TRUST_PROXY: '1' });
  try {
    const carl = await makePerson(guarded);
    const guess = (password: string) =>
      guarded.request
        .delete('/api/v1/users/me')
        .set(carl.authorization)
        .set('X-Forwarded-For', newIp())
        .send({ password });
    for (let tries = 0; tries < 10; tries += 1) await guess('wrong').expect(401);
    expectTooMany(await guess(PASSWORD).expect(429), 'account_locked', 900);
  } finally {
    await guarded.stop();
  }
});
