import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { channelOf, createChannel } from '../support/channels';
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
  // Somebody else at the same address is not held up by that.
  await openChat(bob, dan).expect(201);
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

test('a client that leaves and keeps its line open loses it; nobody else does', async () => {
  await start();
  const ada = await makePerson(server);
  const other = await connect(server, ada.tokens);
  const wire = await connectWire(server, ada);
  wire.send('41');
  await wire.next('close');
  expect((await other.ask('typing', {})).ok).toBe(false);
});
