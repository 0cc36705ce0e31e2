import { newId } from '../../src/helpers/ids';
import { rooms } from '../../src/sockets/rooms';
import { makeChat, openChat, send } from '../support/chats';
import { makePeople, makePerson, signIn, type Person } from '../support/people';
import { setPrivacy, storeBlock, storeConversation } from '../support/presence';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
let ada: Person;
let bob: Person;
let chatId: string;
let bobs: Client;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', PRESENCE_GRACE: '1s' });
});
afterAll(() => server.stop());

/** Ada has written to Bob, who listens. */
beforeEach(async () => {
  const made = await makeChat(server);
  ({ ada, bob } = made);
  chatId = made.chat.id;
  await send(server, ada, chatId, 'hello');
  bobs = await connect(server, bob.tokens);
});

const changesOf = (client: Client, person: Person) =>
  client.payloads('presence_change').filter(({ userId }) => userId === person.id);
const next = (client: Client, person: Person, online: boolean) =>
  client.next('presence_change', (change) => change.userId === person.id && change.online === online, 10_000);
const storedLastSeen = async ({ id }: Person) =>
  (await (await server.database()).reader.userActivity.findUnique({ where: { userId: id } }))?.lastSeenAt;

test('the first device brings a person online, the last one takes them offline after the grace', async () => {
  const phone = await connect(server, ada.tokens);
  expect(await next(bobs, ada, true)).toEqual({ userId: ada.id, online: true });
  const laptop = await connect(server, (await signIn(server, ada)).tokens);
  phone.close();
  const before = Date.now();
  laptop.close();
  const offline = await next(bobs, ada, false);
  const lastSeenAt = Date.parse(offline.lastSeenAt ?? '');
  expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
  expect(lastSeenAt).toBeGreaterThanOrEqual(before);
  // The moment of the last device's going, not of the grace's end.
  expect(lastSeenAt).toBeLessThan(before + 900);
  expect((await storedLastSeen(ada))?.getTime()).toBe(lastSeenAt);
  expect(changesOf(bobs, ada)).toHaveLength(2);
});

test('a reconnect within the grace is silent', async () => {
  const first = await connect(server, ada.tokens);
  await next(bobs, ada, true);
  first.close();
  const second = await connect(server, ada.tokens);
  second.close();
  await next(bobs, ada, false);
  // Had the reconnect been told, it would have come before.
  expect(changesOf(bobs, ada).map(({ online }) => online)).toEqual([true, false]);
});

test('only those hear it whom the person has written to', async () => {
  const carol = await makePerson(server);
  await send(server, carol, (await openChat(server, carol, ada)).id, 'to ada, who never answers');
  const carols = await connect(server, carol.tokens);
  const adas = await connect(server, ada.tokens);
  await next(bobs, ada, true);
  await openChat(server, ada, carol);
  adas.close();
  await next(bobs, ada, false);
  expect(changesOf(carols, ada)).toEqual([]);
});

test.each(['blocks', 'is blocked by'])('a contact who %s the person hears nothing', async (how) => {
  const carol = await makePerson(server);
  await send(server, ada, (await openChat(server, ada, carol)).id, 'hello carol');
  await (how === 'blocks' ? storeBlock(server, bob, ada) : storeBlock(server, ada, bob));
  const carols = await connect(server, carol.tokens);
  await connect(server, ada.tokens);
  await next(carols, ada, true);
  expect(changesOf(bobs, ada)).toEqual([]);
});

test('contacts hear it with `contacts`, nobody with `nobody`', async () => {
  await setPrivacy(server, ada, { lastSeen: 'contacts' });
  const first = await connect(server, ada.tokens);
  await next(bobs, ada, true);
  first.close();
  await next(bobs, ada, false);
  await setPrivacy(server, ada, { lastSeen: 'nobody' });
  const told = server.nodes.map(
    ({ container: { bus } }) =>
      new Promise<void>((resolve) =>
        bus.everywhere.on('presence.changed', ({ userId }) => userId === ada.id && resolve()),
      ),
  );
  await connect(server, ada.tokens);
  await Promise.all(told);
  await bobs.must('leave_chat', { chatId });
  expect(changesOf(bobs, ada)).toHaveLength(2);
});

test('who has joined a group of the person hears it once, unless somebody blocks or it is for contacts only', async () => {
  const [carol, dave, eve] = [await makePerson(server), await makePerson(server), await makePerson(server)];
  const groupId = newId();
  await storeConversation(server, groupId, 'group', [ada, bob, carol, dave, eve]);
  await storeBlock(server, dave, ada);
  const clients = new Map<Person, Client>([[bob, bobs]]);
  for (const person of [carol, dave, eve]) clients.set(person, await connect(server, person.tokens));
  // Eve hears the group in short only.
  const inFull = [bob, carol, dave].map(({ id }) => rooms.user(id));
  for (const { io } of server.nodes) io.in(inFull).socketsJoin(rooms.conversation(groupId));
  const heard = () => [...clients].map(([, client]) => changesOf(client, ada).length);

  const first = await connect(server, ada.tokens);
  await next(clients.get(carol) as Client, ada, true);
  await next(bobs, ada, true);
  expect(heard()).toEqual([1, 1, 0, 0]);
  await setPrivacy(server, ada, { lastSeen: 'contacts' });
  first.close();
  await next(bobs, ada, false);
  expect(heard()).toEqual([2, 1, 0, 0]);
});

test('of many who come at the same moment nobody is missed', async () => {
  const people = await makePeople(server, 20);
  for (const person of people)
    await send(server, person, (await openChat(server, person, bob)).id, 'hello bob');
  // In one tick, as the sockets of a restarted server's clients do.
  const { presence } = server.container;
  await Promise.all(people.map((person) => presence.connected({ userId: person.id }, 'a device')));
  for (const person of people) await next(bobs, person, true);
  await Promise.all(people.map((person) => presence.disconnected({ userId: person.id }, 'a device')));
  for (const person of people) await next(bobs, person, false);
});

test('a server that stops stores when everybody was last there', async () => {
  const stopping = await startTestServer({ RATE_LIMITS: 'off', PRESENCE_GRACE: '60s' });
  const [here, gone] = [await makePerson(stopping), await makePerson(stopping)];
  const client = await connect(stopping, gone.tokens);
  await connect(stopping, here.tokens);
  client.close();
  const before = new Date();
  await stopping.restart();
  const rows = await (await stopping.database()).reader.userActivity.findMany();
  expect(rows.map(({ userId }) => userId).sort()).toEqual([here.id, gone.id].sort());
  for (const { lastSeenAt } of rows)
    expect(Math.abs(lastSeenAt.getTime() - before.getTime())).toBeLessThan(5_000);
  await stopping.stop();
});
