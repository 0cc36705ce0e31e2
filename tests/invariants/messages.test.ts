import type { Conversation } from '../../src/contracts/conversations';
import type { Message } from '../../src/contracts/messages';
import { makeChat, send } from '../support/chats';
import { makePerson, type Person } from '../support/people';
import { startProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';
import { startTestServer, type TestedServer } from '../support/server';
import { connect } from '../support/sockets';

async function wholeHistory(server: TestedServer, reader: Person, chatId: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after: string | null = '0'; after !== null;) {
    const { body }: { body: { items: Message[]; prevCursor: string | null } } = await server.request
      .get(`/api/v1/chats/${chatId}/messages?limit=100&after=${after}`)
      .set(reader.authorization)
      .expect(200);
    messages.push(...body.items);
    after = body.prevCursor;
  }
  return messages;
}

function expectGapFree(messages: readonly Message[]): void {
  expect(messages.map((message) => message.seq)).toEqual(messages.map((_, index) => index + 1));
  expect(messages.map((message) => message.version)).toEqual(messages.map((_, index) => index + 2));
}

test('twelve racing POST /chats make one', async () => {
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => {
      const [caller, other] = index % 2 ? [ada, bob] : [bob, ada];
      return server.request.post('/api/v1/chats').set(caller.authorization).send({ userId: other.id });
    }),
  );
  expect(new Set(answers.map((answer) => (answer.body as Conversation).id)).size).toBe(1);
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(11);
  await server.stop();
});

test('500 concurrent sends at both doors are gap-free, in the order of their acks and events', async () => {
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  const { ada, bob, chat } = await makeChat(server);
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  await adas.must('join_chat', { chatId: chat.id });
  await bobs.must('join_chat', { chatId: chat.id });
  const acks = await Promise.all(
    Array.from({ length: 500 }, async (_, index) =>
      index % 10 === 0
        ? send(server, ada, chat.id, `${index}`, `k${index}`)
        : adas.must(
            'chat_message',
            { chatId: chat.id, content: `${index}`, clientMessageId: `k${index}` },
            20_000,
          ),
    ),
  );
  const history = await wholeHistory(server, bob, chat.id);
  expectGapFree(history);
  expect([...acks].sort((left, right) => left.seq - right.seq)).toEqual(history);
  await bobs.next('chat_message', (message) => message.seq === 500);
  expect(bobs.payloads('chat_message')).toEqual(history);
  await server.stop();
});

test('the same key from ten places at once is stored once', async () => {
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  const { ada, bob, chat } = await makeChat(server);
  const adas = await connect(server, ada.tokens);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      index % 2
        ? send(server, ada, chat.id, 'one', 'same')
        : adas.must('chat_message', { chatId: chat.id, content: 'one', clientMessageId: 'same' }),
    ),
  );
  expect(new Set(answers.map((message) => message.id)).size).toBe(1);
  expect(answers.filter((message) => !message.duplicate)).toHaveLength(1);
  expect(await wholeHistory(server, bob, chat.id)).toHaveLength(1);
  await server.stop();
});

describeWhen('mysql')('two servers on one database', () => {
  test('sending into the same chats is gap-free, and no deadlock reaches anybody', async () => {
    const first = await startProcessServer({ RATE_LIMITS: 'off' });
    const second = await startProcessServer({ RATE_LIMITS: 'off' }, { sharing: first });
    const chats: Awaited<ReturnType<typeof makeChat>>[] = [];
    for (let index = 0; index < 4; index += 1) chats.push(await makeChat(first));
    const clients = await Promise.all(
      chats.map(
        async ({ ada, bob }) =>
          [await connect(first, ada.tokens), await connect(second, bob.tokens)] as const,
      ),
    );
    const acks = await Promise.all(
      Array.from({ length: 800 }, (_, index) => {
        const chosen = index % chats.length;
        const client = clients[chosen]?.[Math.floor(index / chats.length) % 2];
        if (!client) throw new Error('no client');
        return client.must('chat_message', { chatId: chats[chosen]?.chat.id, content: `${index}` }, 25_000);
      }),
    );
    expect(acks).toHaveLength(800);
    for (const { ada, chat } of chats) {
      const history = await wholeHistory(second, ada, chat.id);
      expect(history).toHaveLength(200);
      expectGapFree(history);
    }
    expect(first.output + second.output).not.toMatch(/deadlock|failed/i);
    await second.stop();
    await first.stop();
  });
});

describe('kill -9 in the middle of sends', () => {
  test('nothing acknowledged is lost, nothing is doubled after retries', async () => {
    const server = await startProcessServer({ RATE_LIMITS: 'off' });
    const { ada, bob, chat } = await makeChat(server);
    const acknowledged = new Map<string, string>();
    const attempted = new Map<string, string>();
    for (let round = 0; round < 5; round += 1) {
      const client = await connect(server, ada.tokens);
      let killed: Promise<unknown> | undefined;
      const sends = Array.from({ length: 200 }, async (_, index) => {
        const key = `r${round}-${index}`;
        attempted.set(key, `message ${key}`);
        const answer = await client
          .ask('chat_message', { chatId: chat.id, content: `message ${key}`, clientMessageId: key }, 3_000)
          .catch(() => undefined);
        if (answer?.ok) acknowledged.set(key, answer.data.id);
        // The first answers are there: now, while others are on their way.
        if (index >= round * 20) killed ??= server.kill('SIGKILL');
      });
      await Promise.all(sends);
      await killed;
      client.close();
      await server.start();
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(acknowledged.size).toBeLessThan(attempted.size);
    const client = await connect(server, ada.tokens);
    const retried = await Promise.all(
      [...attempted].map(async ([key, content]) => ({
        key,
        message: await client.must(
          'chat_message',
          { chatId: chat.id, content, clientMessageId: key },
          20_000,
        ),
      })),
    );
    for (const { key, message } of retried)
      if (acknowledged.has(key))
        expect(message).toMatchObject({ id: acknowledged.get(key), duplicate: true });
    const history = await wholeHistory(server, bob, chat.id);
    expectGapFree(history);
    expect(history.map((message) => message.clientMessageId).sort()).toEqual([...attempted.keys()].sort());
    await server.stop();
  }, 120_000);
});
