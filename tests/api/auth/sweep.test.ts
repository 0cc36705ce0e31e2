import { newId } from '../../../src/helpers/ids';
import { makePerson } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { newName } from './answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

test('the sweep takes what has expired, more than a batch of it, and leaves the rest', async () => {
  const ada = await makePerson(server, newName());
  const { writer } = await server.database();
  const [past, future] = [new Date(Date.now() - 1_000), new Date(Date.now() + 60_000)];
  const hash = 'f'.repeat(64);
  const expiries = [...Array.from({ length: 501 }, () => past), future];
  const pending = {
    email: 'a@b.cd',
    emailKey: 'a@b.cd',
    username: 'abc',
    displayName: 'abc',
    passwordHash: 'x',
  };
  await writer.pendingSignUp.createMany({
    data: expiries.map((expiresAt) => ({
      ...pending,
      id: newId(),
      codeHash: hash,
      codeAttempts: 0,
      codeExpiresAt: past,
      codeSentAt: past,
      expiresAt,
      createdAt: past,
    })),
  });
  await writer.oneTimeCode.createMany({
    data: expiries.map((expiresAt) => ({
      id: newId(),
      userId: ada.id,
      purpose: 'password_reset',
      codeHash: hash,
      attempts: 0,
      sentAt: past,
      expiresAt,
    })),
  });
  await writer.session.createMany({
    data: expiries.map((expiresAt) => ({
      id: newId(),
      userId: ada.id,
      generation: 1,
      refreshHash: hash,
      createdAt: past,
      lastUsedAt: past,
      expiresAt,
    })),
  });
  await server.container.accounts.sweep();
  expect(await writer.pendingSignUp.count()).toBe(1);
  expect(await writer.oneTimeCode.count()).toBe(1);
  // The one that was left, and the one she is signed in with.
  expect(await writer.session.count()).toBe(2);
  await server.request.get('/api/v1/users/me').set(ada.authorization).expect(200);
});
