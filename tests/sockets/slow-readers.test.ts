import type { Socket as NetSocket } from 'node:net';
import type { Message } from '../../src/contracts/messages';
import { makeChat } from '../support/chats';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(
    { RATE_LIMITS: 'off', MESSAGE_MAX_LENGTH: '100000' },
    { oneNode: "fills one process's buffers" },
  );
});
afterAll(() => server.stop());

/** The TCP connection under a client: what is not read there fills the server's buffers. */
function tcpOf({ socket }: Client): NetSocket {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: NetSocket } } };
  return transport.ws._socket;
}

const LARGE = 'x'.repeat(100_000);

test.each([
  ['many bytes', LARGE],
  ['many packets', 'x'],
])(
  'a client that leaves %s unread is closed, nobody else is disturbed, and `changes` has all of it',
  async (_, content) => {
    const { ada, bob, chat } = await makeChat(server);
    const [adas, bobs, slow] = [
      await connect(server, ada.tokens),
      await connect(server, bob.tokens),
      await connect(server, bob.tokens),
    ];
    for (const client of [adas, bobs, slow]) await client.must('join_chat', { chatId: chat.id });
    const { version } = await slow.must('join_chat', { chatId: chat.id });
    const ours = server.io.sockets.sockets.get(slow.socket.id ?? '');
    const queue = ours?.conn as unknown as { readonly writeBuffer: readonly unknown[] };
    let closed: string | undefined;
    ours?.on('disconnect', (reason) => (closed = reason));

    tcpOf(slow).pause();
    let sent = 0;
    const post = async (text: string, count: number): Promise<void> => {
      const messages = Array.from({ length: count }, () =>
        adas.must('chat_message', { chatId: chat.id, content: text }),
      );
      await Promise.all(messages);
      sent += count;
    };
    // The kernel takes some megabytes before anything queues here.
    while (queue.writeBuffer.length === 0 && sent < 1_000) await post(LARGE, 1);
    while (closed === undefined && sent < 9_000) await post(content, 50);
    expect(closed).toBe('forced close');
    tcpOf(slow).resume();
    await slow.ended();

    await bobs.next('chat_message', ({ seq }) => seq === sent, 10_000);
    expect(bobs.payloads('chat_message').map(({ seq }) => seq)).toEqual(
      Array.from({ length: sent }, (_unused, index) => index + 1),
    );

    const again = await connect(server, bob.tokens);
    await again.must('join_chat', { chatId: chat.id });
    const seqs: number[] = [];
    for (let since = version, hasMore = true; hasMore;) {
      const { body } = await server.request
        .get(`/api/v1/chats/${chat.id}/changes?since=${since}&limit=200`)
        .set(bob.authorization)
        .expect(200);
      seqs.push(...(body.messages as Message[]).map(({ seq }) => seq));
      ({ version: since, hasMore } = body);
    }
    expect(seqs).toEqual(Array.from({ length: sent }, (_unused, index) => index + 1));
  },
  60_000,
);

test('clients that read are left alone, however much it is', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  for (const client of [adas, bobs]) await client.must('join_chat', { chatId: chat.id });
  for (let round = 0; round < 30; round += 1)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        adas.must('chat_message', { chatId: chat.id, content: 'x'.repeat(50_000) }),
      ),
    );
  await bobs.next('chat_message', ({ seq }) => seq === 600, 10_000);
  expect([adas.socket.connected, bobs.socket.connected]).toEqual([true, true]);
});
