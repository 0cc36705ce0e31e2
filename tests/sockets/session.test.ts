import { makeChat, send } from '../support/chats';
import { makePerson, signIn } from '../support/people';
import { startProcessServer } from '../support/process-server';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Refusal } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const refusalOf = (promise: Promise<unknown>): Promise<Refusal> =>
  promise.then(
    () => {
      throw new Error('was let in');
    },
    (error: unknown) => error as Refusal,
  );

test('ready tells who is connected', async () => {
  const ada = await makePerson(server);
  const { ready } = await connect(server, ada.tokens);
  expect(ready).toEqual({ userId: ada.id, sessionId: expect.any(String), serverTime: expect.any(String) });
});

test.each<[string, Record<string, unknown>]>([
  ['no token', {}],
  ['an empty token', { token: '' }],
  ['nonsense', { token: 'x.y.z' }],
  ['an object', { token: {} }],
])('a connection with %s is refused with the code', async (_, auth) => {
  const refusal = await refusalOf(connect(server, { accessToken: '' }, { auth }));
  expect([refusal.message, refusal.data]).toEqual([
    'unauthenticated',
    { code: 'unauthenticated', message: expect.any(String) },
  ]);
});

test('a refresh token opens no socket', async () => {
  const ada = await makePerson(server);
  const refusal = await refusalOf(connect(server, { accessToken: ada.tokens.refreshToken }));
  expect(refusal.message).toBe('unauthenticated');
});

test('signing out ends the sockets of that session at once, and no others', async () => {
  const ada = await makePerson(server);
  const other = await signIn(server, ada);
  const [phone, laptop] = [await connect(server, ada.tokens), await connect(server, other.tokens)];
  await server.request.post('/api/v1/auth/sign-out').set(ada.authorization).expect(204);
  expect(await phone.next('session_ended')).toEqual({ reason: 'revoked' });
  await phone.ended();
  expect((await refusalOf(connect(server, ada.tokens))).message).toBe('unauthenticated');
  expect(laptop.socket.connected).toBe(true);
});

describe('an access token that runs out', () => {
  let shortLived: TestServer;
  beforeAll(async () => {
    shortLived = await startTestServer({ RATE_LIMITS: 'off', ACCESS_TOKEN_LIFETIME: '5s' });
  });
  afterAll(() => shortLived.stop());

  test('ends the socket, unless it was renewed before', async () => {
    const ada = await makePerson(shortLived);
    const [kept, lost] = [await connect(shortLived, ada.tokens), await connect(shortLived, ada.tokens)];
    // The next token expires in a later second than the first.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { body } = await shortLived.request
      .post('/api/v1/auth/refresh')
      .send({ refreshToken: ada.tokens.refreshToken })
      .expect(200);
    const renewed = await kept.must('auth_refresh', { token: body.tokens.accessToken });
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThan(Date.now());
    expect(await lost.next('session_ended', undefined, 10_000)).toEqual({ reason: 'expired' });
    await lost.ended();
    expect(kept.socket.connected).toBe(true);
    expect(await kept.next('session_ended', undefined, 10_000)).toEqual({ reason: 'expired' });
    await kept.ended();
    expect((await refusalOf(connect(shortLived, ada.tokens))).message).toBe('token_expired');
  });

  test("is not renewed by nonsense or by somebody else's token", async () => {
    const [ada, bob] = [await makePerson(shortLived), await makePerson(shortLived)];
    const client = await connect(shortLived, ada.tokens);
    for (const token of ['x', bob.tokens.accessToken, (await signIn(shortLived, ada)).tokens.accessToken])
      expect(await client.ask('auth_refresh', { token })).toMatchObject({
        ok: false,
        error: { code: 'unauthenticated' },
      });
  });
});

test('a server told to stop tells its sockets, answers what it has taken, and exits 0', async () => {
  const stopping = await startProcessServer({ RATE_LIMITS: 'off' });
  const { ada, bob, chat } = await makeChat(stopping);
  const client = await connect(stopping, ada.tokens);
  const told = client.next('session_ended');
  const sent = Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      send(stopping, ada, chat.id, `message ${index}`, `key-${index}`),
    ),
  );
  await client.must('chat_message', { chatId: chat.id, content: 'one for sure', type: 'text' });
  expect(await Promise.all([stopping.kill('SIGTERM'), sent.catch(() => 'some were refused')])).toContain(0);
  expect(await told).toEqual({ reason: 'shutdown' });
  await stopping.start();
  const { body } = await stopping.request.get(`/api/v1/chats/${chat.id}`).set(bob.authorization).expect(200);
  expect(body.lastSeq).toBeGreaterThanOrEqual(1);
  await stopping.stop();
});
