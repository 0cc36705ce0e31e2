import type { Socket as NetSocket } from 'node:net';
import { io as connectTo } from 'socket.io-client';
import { makeChat } from '../support/chats';
import { until } from '../support/faults';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' }, { oneNode: 'counts what one process writes' });
});
afterAll(() => server.stop());

/** Counts the writes to the kernel on the server's side of a client's connection. */
function countWrites({ socket }: Client): () => number {
  const { conn } = server.io.sockets.sockets.get(socket.id ?? '') as unknown as {
    conn: { transport: { socket: { _socket: NetSocket } } };
  };
  const connection = conn.transport.socket._socket;
  let writes = 0;
  for (const name of ['_write', '_writev'] as const) {
    const original = connection[name]?.bind(connection) as (...of: unknown[]) => void;
    Object.assign(connection, {
      [name]: (...of: unknown[]) => {
        writes += 1;
        original(...of);
      },
    });
  }
  return () => writes;
}

test('what a tick broadcasts to one socket goes out in one write', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const bobs = await connect(server, bob.tokens);
  await bobs.must('join_chat', { chatId: chat.id });
  const identity = await server.container.accounts.sessions.authenticate(ada.tokens.accessToken);
  const send = (content: string) =>
    server.container.messages.send(identity, 'chat', chat.id, { content, type: 'text' });
  await send('one that opens what is opened once');
  await bobs.next('chat_message');

  // So few of one conversation are one batch.
  const writes = countWrites(bobs);
  await Promise.all(Array.from({ length: 15 }, (_, index) => send(`message ${index}`)));
  await bobs.next('chat_message', ({ content }) => content === 'message 14');
  expect(bobs.payloads('chat_message').map(({ seq }) => seq)).toEqual(
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  expect(writes()).toBe(1);
});

test('a lone message is written at once, in a write of its own', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const bobs = await connect(server, bob.tokens);
  await bobs.must('join_chat', { chatId: chat.id });
  const identity = await server.container.accounts.sessions.authenticate(ada.tokens.accessToken);
  const writes = countWrites(bobs);
  for (let index = 0; index < 3; index += 1) {
    await server.container.messages.send(identity, 'chat', chat.id, { content: 'alone', type: 'text' });
    await bobs.next('chat_message');
  }
  expect(writes()).toBe(3);
});

test('a batch that ends connections ends them after what they were told', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const bobs = await connect(server, bob.tokens);
  await bobs.must('join_chat', { chatId: chat.id });
  const identity = await server.container.accounts.sessions.authenticate(ada.tokens.accessToken);
  const sends = Array.from({ length: 5 }, () =>
    server.container.messages.send(identity, 'chat', chat.id, { content: 'the last of it', type: 'text' }),
  );
  await sends[4];
  server.container.bus.publish('session.ended', {
    sessionIds: [bobs.ready.sessionId],
    reason: 'revoked',
  });
  await bobs.ended();
  expect(bobs.payloads('chat_message')).toHaveLength(5);
  expect(bobs.payloads('session_ended')).toEqual([{ reason: 'revoked' }]);
});

test.each([[['polling']], [['polling', 'websocket']], [['websocket']]])(
  'by %p: who comes while batches go out hears each message once, in order',
  async (transports) => {
    const { ada, bob, chat } = await makeChat(server);
    const identity = await server.container.accounts.sessions.authenticate(ada.tokens.accessToken);
    let sending = true;
    const sends = (async () => {
      while (sending) {
        const one = () =>
          server.container.messages.send(identity, 'chat', chat.id, { content: 'x', type: 'text' });
        await Promise.all(Array.from({ length: 20 }, one));
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
    })();
    const auth = { token: bob.tokens.accessToken };
    const socket = connectTo(server.url, { transports, forceNew: true, auth, reconnection: false });
    server.onStop(() => void socket.close());
    const heard: number[] = [];
    socket.on('chat_message', ({ seq }: { seq: number }) => heard.push(seq));
    await new Promise<void>((resolve) => void socket.once('ready', () => resolve()));
    const joined = (await socket.emitWithAck('join_chat', { chatId: chat.id })) as {
      data: { conversation: { lastSeq: number } };
    };
    const { lastSeq } = joined.data.conversation;
    await until(() => heard.length > 200, 4_000);
    sending = false;
    await sends;
    expect(socket.io.engine.transport.name).toBe(transports.at(-1));
    const later = heard.filter((seq) => seq > lastSeq);
    expect(later).toEqual(later.map((_, index) => lastSeq + 1 + index));
    socket.close();
  },
);
