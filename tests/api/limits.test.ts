import { createConnection } from 'node:net';
import { io } from 'socket.io-client';
import type { Response } from 'supertest';
import { WebSocket } from 'ws';
import { channelOf, createChannel } from '../support/channels';
import { send } from '../support/chats';
import { createGroup, groupOf } from '../support/groups';
import { makePeople, makePerson, PASSWORD, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';
import { connectWire } from '../support/wire';
import { expectTooMany } from './auth/answers';

const LIMITS = 'openChat=2/3600,addedToGroup=2/3600';
const SIGN_INS = { LIMITS: 'signIn=2/60' };

let server: TestServer;
afterEach(() => server.stop());
const start = async (settings: Record<string, string> = {}): Promise<void> => {
  server = await startTestServer({ LIMITS, ...settings });
};

const openChat = (from: Person, to: Person) =>
  server.request.post('/api/v1/chats').set(from.authorization).send({ userId: to.id });
const signInFrom = (forwardedFor: string) =>
  server.request
    .post('/api/v1/auth/sign-in')
    .set('X-Forwarded-For', forwardedFor)
    .send({ login: 'nobody', password: PASSWORD });

test('answers tell what is left of each limit, and a refusal when to come back', async () => {
  await start();
  const [ada, bob, eve, dan] = (await makePeople(server, 4)) as [Person, Person, Person, Person];
  const first = await openChat(ada, bob).expect(201);
  expect(first.get('RateLimit-Policy')).toContain('"openChat";q=2;w=3600');
  expect(first.get('RateLimit')).toMatch(/"openChat";r=1;t=3600/);
  await openChat(ada, eve).expect(201);
  const refused = await openChat(ada, dan).expect(429);
  expectTooMany(refused, 'rate_limited', 3_600);
  expect(refused.get('RateLimit')).toContain(`"openChat";r=0;t=${refused.get('Retry-After')}`);
  // One that there is costs nothing, and so tells nothing.
  const again = await openChat(ada, bob).expect(200);
  expect(again.get('RateLimit')).not.toContain('openChat');
  // Somebody else at the same address is not held up by that.
  await openChat(bob, dan).expect(201);
});

/** What an answer says is left, by limit. */
const leftIn = (answer: Response): Record<string, number> =>
  Object.fromEntries(
    [...(answer.get('RateLimit') ?? '').matchAll(/"(\w+)";r=(\d+);t=\d+/g)].map(([, name = '', left]) => [
      name,
      Number(left),
    ]),
  );

test('what is counted behind the doors is told, too', async () => {
  await start({ LIMITS: `message=5/60,codeRequest=1/60,unauthenticated=2/60` });
  const [ada, bob, eve] = (await makePeople(server, 3)) as [Person, Person, Person];
  const { body: chat } = await openChat(ada, bob).expect(201);
  const { body: other } = await openChat(ada, eve).expect(201);
  const at = `/api/v1/chats/${chat.id}/messages`;
  const post = (url: string, body: object) => server.request.post(url).set(ada.authorization).send(body);
  const said = await post(at, { content: 'hello' }).expect(201);
  expect(leftIn(said)).toMatchObject({ message: 4 });
  const to = [{ conversationId: chat.id }, { conversationId: other.id }];
  expect(leftIn(await post(`${at}/${said.body.id}/forward`, { to }).expect(200))).toMatchObject({
    message: 2,
  });

  const forgot = () =>
    server.request.post('/api/v1/auth/password/forgot').send({ email: 'nobody@example.com' });
  expect(leftIn(await forgot().expect(202))).toMatchObject({ codeRequest: 0 });
  const refused = await forgot().expect(429);
  expect(refused.get('RateLimit')).toContain(`"codeRequest";r=0;t=${refused.get('Retry-After')}`);

  // Wrong passwords are told where they are one's own; right ones count for nothing.
  const signIn = (password: string) =>
    server.request.post('/api/v1/auth/sign-in').send({ login: ada.username, password });
  expect(leftIn(await signIn('wrong').expect(401))).toMatchObject({ wrongPassword: 9 });
  expect(leftIn(await signIn(PASSWORD).expect(200))).not.toHaveProperty('wrongPassword');

  await server.request.get('/api/v1/users/me').expect(401);
  const shut = await server.request.get('/api/v1/users/me').expect(429);
  expect(shut.get('RateLimit')).toBe(`"unauthenticated";r=0;t=${shut.get('Retry-After')}`);
  expect(shut.get('RateLimit-Policy')).toBe('"unauthenticated";q=2;w=60');
});

test('how often others have used an address is told to nobody', async () => {
  await start({ LIMITS: 'signUpByEmail=2/3600' });
  const signUp = (username: string) =>
    server.request
      .post('/api/v1/auth/sign-up')
      .send({ email: 'somebody@example.com', username, password: PASSWORD });
  for (const username of ['first_name', 'second_name'])
    expect(leftIn(await signUp(username).expect(202))).not.toHaveProperty('signUpByEmail');
  expect(leftIn(await signUp('third_name').expect(429))).toMatchObject({ signUpByEmail: 0 });
});

test('a wrong password, and asking for what is being made, use up no export', async () => {
  await start({ LIMITS: 'dataExport=1/86400' });
  const ada = await makePerson(server);
  const ask = (password: string) =>
    server.request.post('/api/v1/users/me/export').set(ada.authorization).send({ password });
  await ask('wrong').expect(401);
  expect(leftIn(await ask(PASSWORD).expect(202))).toMatchObject({ dataExport: 0 });
});

test('without a proxy in front, nobody chooses their address', async () => {
  await start(SIGN_INS);
  for (const address of ['1.1.1.1', '2.2.2.2']) await signInFrom(address).expect(401);
  await signInFrom('3.3.3.3').expect(429);
});

test('behind one proxy the address is what that proxy saw, whatever was claimed before it', async () => {
  await start({ TRUST_PROXY: '1', ...SIGN_INS });
  for (const claimed of ['9.9.9.9', '8.8.8.8']) await signInFrom(`${claimed}, 1.1.1.1`).expect(401);
  await signInFrom('7.7.7.7, 1.1.1.1').expect(429);
  await signInFrom('1.1.1.1, 2.2.2.2').expect(401);
});

test('whoever was added to groups too often is left in peace for a while', async () => {
  await start();
  const [victim, ...others] = (await makePeople(server, 4)) as [Person, Person, Person, Person];
  await createGroup(server, others[0], [victim]);
  const { id } = await createGroup(server, others[1]);
  const group = groupOf(server, id);
  // Nobody is shielded by those who only tried.
  await group.post(others[2], '/members', { userIds: [victim.id] }).expect(404);
  const { body: added } = await group.post(others[1], '/members', { userIds: [victim.id] }).expect(200);
  expect(added.refused).toEqual([]);
  const again = groupOf(server, (await createGroup(server, others[2])).id);
  const { body } = await again.post(others[2], '/members', { userIds: [victim.id] }).expect(200);
  expect(body).toEqual({ items: [], refused: [{ userId: victim.id, code: 'rate_limited' }] });
  const { authorization } = others[2];
  const founding = { title: 'Tea', memberIds: [victim.id] };
  expectTooMany(
    await server.request.post('/api/v1/groups').set(authorization).send(founding).expect(429),
    'rate_limited',
    3_600,
  );
  // Nor is anybody kept from following.
  const { body: channel } = await createChannel(server, others[0], { visibility: 'public' }).expect(201);
  await channelOf(server, channel.id).put(victim, '/follow').expect(200);
});

test('whoever somebody has written to in private may add them as often as they like', async () => {
  await start();
  const [victim, friend, stranger] = (await makePeople(server, 3)) as [Person, Person, Person];
  const { body: chat } = await openChat(stranger, victim).expect(201);
  // That they were written to makes nobody a friend.
  await send(server, stranger, chat.id, 'hello?');
  const { body: friendly } = await openChat(victim, friend).expect(201);
  await send(server, victim, friendly.id, 'hello');
  for (let count = 0; count < 3; count += 1) await createGroup(server, friend, [victim]);
  for (let count = 0; count < 2; count += 1) await createGroup(server, stranger, [victim]);
  const create = ({ authorization }: Person) =>
    server.request
      .post('/api/v1/groups')
      .set(authorization)
      .send({ title: 'Tea', memberIds: [victim.id] });
  const refused = await create(stranger).expect(429);
  expect(refused.get('RateLimit')).toContain(`"addedToGroup";r=0;t=${refused.get('Retry-After')}`);
  await create(friend).expect(201);
});

test('many who add somebody at the same moment do not pass the limit together', async () => {
  await start();
  const [victim, ...others] = (await makePeople(server, 6)) as [Person, ...Person[]];
  const created = await Promise.all(
    others.map(({ authorization }) =>
      server.request
        .post('/api/v1/groups')
        .set(authorization)
        .send({ title: 'Tea', memberIds: [victim.id] }),
    ),
  );
  expect(created.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429]);
});

/** Whether a handshake from an address is let in. */
function connectsFrom(forwardedFor: string, { tokens }: Person): Promise<boolean> {
  const socket = io(server.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: tokens.accessToken },
    extraHeaders: { 'X-Forwarded-For': forwardedFor },
  });
  server.onStop(() => void socket.close());
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true));
    socket.on('connect_error', () => resolve(false));
  });
}

test('an address has so many connections and no more, however many people it is; one that closes makes room', async () => {
  await start({ TRUST_PROXY: '1', SOCKETS_PER_ADDRESS: '2' });
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  expect(await connectsFrom('2001:db8::1', ada)).toBe(true);
  expect(await connectsFrom('9.9.9.9, 2001:db8::2', bob)).toBe(true);
  expect(await connectsFrom('2001:db8::3', ada)).toBe(false);
  expect(await connectsFrom('2001:db8:0:1::1', ada)).toBe(true);
  server.io.sockets.sockets.values().next().value?.disconnect(true);
  for (let isIn = false; !isIn;) isIn = await connectsFrom('2001:db8::4', bob);
});

test.each(['', '&sid=', '&x=?sid=1'])('a handshake counts that ends with %j', async (ending) => {
  await start({ SOCKETS_PER_ADDRESS: '2' });
  const url = `${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${ending}`;
  const isOpened = (): Promise<boolean> => {
    const websocket = new WebSocket(url);
    server.onStop(() => websocket.terminate());
    return new Promise((resolve) => {
      // Engine.IO's first packet: the connection is one.
      websocket.once('message', () => resolve(true));
      websocket.once('error', () => resolve(false));
    });
  };
  const opened = [await isOpened(), await isOpened(), await isOpened()];
  expect(opened).toEqual([true, true, false]);
});

test('handshakes that come in one packet do not pass the limit together', async () => {
  await start({ SOCKETS_PER_ADDRESS: '2' });
  const { hostname, port } = new URL(server.url);
  const line = createConnection(Number(port), hostname);
  server.onStop(() => void line.destroy());
  const handshake = `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
  line.write(handshake.repeat(5));
  let answers = '';
  for await (const bytes of line) {
    answers += String(bytes);
    if (answers.split('HTTP/1.1 ').length > 5) break;
  }
  const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses.slice(0, 5)).toEqual(['200', '200', '403', '403', '403']);
});

test('a client that leaves and keeps its line open loses it; nobody else does', async () => {
  await start();
  const ada = await makePerson(server);
  const other = await connect(server, ada.tokens);
  const wire = await connectWire(server, ada);
  wire.send('41');
  await wire.next('close');
  expect((await other.ask('typing', {})).ok).toBe(false);
});
