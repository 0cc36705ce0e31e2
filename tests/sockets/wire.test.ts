import { once } from 'node:events';
import type { Socket as NetSocket } from 'node:net';
import { makeChat, send } from '../support/chats';
import { makePerson } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';
import { connectWire, type WireClient } from '../support/wire';

const ONE_NODE = 'speaks to one process, whose other end it holds';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' }, { oneNode: ONE_NODE });
});
afterAll(() => server.stop());

/** Somebody's only socket, on the server's side. */
function socketOf(userId: string, of: TestServer = server) {
  const socket = [...of.io.sockets.sockets.values()].find(({ data }) => data.identity?.userId === userId);
  if (!socket) throw new Error('is not connected');
  return socket;
}

const gather = (of: TestServer = server): void =>
  of.container.bus.publish('batch.settling', { count: 2, commitSeconds: 0 });
const answerTo = async (client: WireClient, id: string | number): Promise<unknown> =>
  (JSON.parse((await client.next(`43${id}[`)).slice(`43${id}`.length)) as unknown[])[0];
const INVALID = { ok: false, error: { code: 'validation_failed' } };

test.each(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'])(
  'an event called %s, as only Socket.io itself may call one, ends its connection and no other',
  async (name) => {
    const ada = await makePerson(server);
    const [client, other] = [await connectWire(server, ada), await connect(server, ada.tokens)];
    client.send(`421${JSON.stringify([name, {}])}`);
    await client.next('close');
    expect(client.heard.filter((packet) => packet.startsWith('43'))).toEqual([]);
    expect(await other.ask('chat_message', {})).toMatchObject(INVALID);
  },
);

test.each(['error', '__proto__', 'constructor', 'toString', 'ready', '', 0, 17])(
  'an event called %j is none of this server',
  async (name) => {
    const client = await connectWire(server, await makePerson(server));
    client.send(
      `421${JSON.stringify([name, {}])}`,
      `42${JSON.stringify([name])}`,
      `422${JSON.stringify([name])}`,
    );
    expect(await answerTo(client, 1)).toMatchObject(INVALID);
    expect(await answerTo(client, 2)).toMatchObject(INVALID);
  },
);

test('binary attachments are read as Socket.io reads them, and refused as any payload that is none', async () => {
  const { ada, chat } = await makeChat(server);
  const client = await connectWire(server, ada);
  const bytes = '{"_placeholder":true,"num":0}';
  client.send(`451-1["chat_message",${bytes}]`, Buffer.from('x'));
  expect(await answerTo(client, 1)).toMatchObject(INVALID);
  client.send(`451-2["chat_message",{"chatId":"${chat.id}","content":${bytes}}]`, Buffer.from('x'));
  expect(await answerTo(client, 2)).toMatchObject(INVALID);
  client.send(`423["chat_message",{"chatId":"${chat.id}","content":"a text"}]`);
  expect(await answerTo(client, 3)).toMatchObject({ ok: true, data: { seq: 1 } });
  // One that is not there.
  client.send('451-4["chat_message",{"_placeholder":true,"num":9}]', Buffer.from('x'));
  await client.next('close');
});

test('acknowledgements go by the number that was asked for, however often and however large', async () => {
  const { ada, chat } = await makeChat(server);
  const client = await connectWire(server, ada);
  const say = (id: string, content: string) =>
    `42${id}["chat_message",${JSON.stringify({ chatId: chat.id, content })}]`;
  client.send(say('7', 'a'), say('7', 'b'), say('7', 'c'), say('9007199254740991', 'd'));
  for (const content of ['a', 'b', 'c'])
    expect(await answerTo(client, 7)).toMatchObject({ data: { content } });
  expect(await answerTo(client, '9007199254740991')).toMatchObject({ data: { content: 'd' } });
  // No number of Socket.io's: whoever asks so cannot read the answer, and has done so to nobody else.
  client.send(say('9'.repeat(400), 'e'), say('8', 'f'));
  expect(await answerTo(client, 8)).toMatchObject({ data: { seq: 6, content: 'f' } });
  // Answers to what was never asked.
  client.send('431[{"ok":true}]', `43${'9'.repeat(400)}[]`, '430["x"]', say('10', 'g'));
  expect(await answerTo(client, 10)).toMatchObject({ data: { seq: 7 } });
});

test('ten thousand questions at once have ten thousand answers', async () => {
  const client = await connectWire(server, await makePerson(server));
  client.send(...Array.from({ length: 10_000 }, (_, id) => `42${id}["nothing",{}]`));
  await client.next('439999[');
  const answers = client.heard.filter((packet) => packet.startsWith('43'));
  expect(new Set(answers.map((packet) => /^43(\d+)/.exec(packet)?.[1])).size).toBe(10_000);
  expect(answers).toHaveLength(10_000);
});

test('who leaves and comes back on the same connection, again and again, is told all once', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const client = await connectWire(server, bob);
  const { client: engineClient } = socketOf(bob.id) as unknown as { client: { writeToEngine: unknown } };
  const { writeToEngine } = engineClient;
  for (let round = 0; round < 30; round += 1) {
    client.send('41');
    client.websocket.ping();
    await once(client.websocket, 'pong');
    client.send(`40${JSON.stringify({ token: bob.tokens.accessToken })}`);
    await client.next('42["ready"');
  }
  expect(engineClient.writeToEngine).toBe(writeToEngine);
  client.send(`421["join_chat",{"chatId":"${chat.id}"}]`);
  await client.next('431[');
  await send(server, ada, chat.id, 'once');
  await client.next('42["chat_message"');
  client.send('422["nothing"]');
  await client.next('432[');
  expect(client.heard.filter((packet) => packet.startsWith('42["chat_message"'))).toHaveLength(1);
});

test('whatever a tick gathers comes in the order it was said: to one, to many, by the engine, and the end of it', async () => {
  const ada = await makePerson(server);
  const client = await connectWire(server, ada);
  const socket = socketOf(ada.id);
  const raw = socket as unknown as { emit(name: string, payload: unknown): void };
  const many = server.io.to(`user:${ada.id}`) as unknown as typeof raw;
  const engine = socket.conn as unknown as {
    sendPacket(type: string): void;
    transport: { socket: { ping(): void } };
  };
  const told: string[] = [];
  const tell = (by: typeof raw, what: string): void => {
    told.push(`42["${what}",{}]`);
    by.emit(what, {});
  };
  const from = client.heard.length;
  tell(raw, 'before');
  gather();
  for (let round = 0; round < 3; round += 1) {
    tell(raw, `one ${round}`);
    tell(many, `many ${round}`);
    engine.sendPacket('ping');
    told.push('2');
    tell(many, `many more ${round}`);
    engine.transport.socket.ping();
    told.push('ping');
    tell(socket.volatile, `perhaps ${round}`);
  }
  socket.disconnect(true);
  tell(many, 'to nobody');
  tell(raw, 'to nobody any more');
  told.splice(-2);
  await client.next('close');
  expect(client.heard.slice(from)).toEqual([...told, '41', 'close']);
});

test('a connection that breaks in the tick that gathers for it takes nothing from the others', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, () => makePerson(server)));
  const clients = await Promise.all(people.map((person) => connectWire(server, person)));
  const sockets = people.map(({ id }) => socketOf(id));
  const rooms = people.map(({ id }) => `user:${id}`);
  const tcpOf = (index: number): NetSocket =>
    (sockets[index]?.conn as unknown as { transport: { socket: { _socket: NetSocket } } }).transport.socket
      ._socket;
  const many = server.io.to(rooms) as unknown as { emit(name: string): void };
  gather();
  many.emit('one');
  tcpOf(0).destroy();
  many.emit('two');
  tcpOf(1).end();
  many.emit('three');
  server.io.to(rooms[2] ?? '').disconnectSockets(true);
  many.emit('four');
  const said = (client: WireClient) =>
    client.heard.filter((packet) => /^42\["(one|two|three|four)"/.test(packet)).length;
  await clients[3]?.next('42["four"');
  for (const client of clients.slice(0, 3)) await client.next('close');
  expect(clients.map(said)).toEqual([0, 2, 3, 4]);
});

test('a server that stops while it gathers has said everything', async () => {
  const stopping = await startTestServer({ RATE_LIMITS: 'off' }, { oneNode: ONE_NODE });
  const ada = await makePerson(stopping);
  const client = await connectWire(stopping, ada);
  const from = client.heard.length;
  stopping.onStop(() => {
    gather(stopping);
    for (let index = 0; index < 50; index += 1)
      (stopping.io.to(`user:${ada.id}`) as unknown as { emit(name: string, index: number): void }).emit(
        'said',
        index,
      );
  });
  // Without the clients' own end: it is the server that closes them.
  client.websocket.terminate = () => undefined;
  const stopped = stopping.stop();
  await client.next('close');
  await stopped;
  expect(client.heard.slice(from)).toEqual([
    ...Array.from({ length: 50 }, (_, index) => `42["said",${index}]`),
    '42["session_ended",{"reason":"shutdown"}]',
    'close',
  ]);
});
