import type { Telegram } from '../../../src/services/telegram';
import { enqueue, enqueueAll } from '../../../src/services/notifications/outbox.queries';
import { until } from '../auth/answers';
import { makeAdmin } from '../../support/admins';
import { makePeople, makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { FakeTelegram, linkTelegram } from '../../support/telegram';

let telegram: FakeTelegram;
let server: TestServer;
let chats = 50_000;
const newChat = (): number => (chats += 1);

beforeAll(async () => {
  telegram = await FakeTelegram.start();
  server = await startTestServer({ RATE_LIMITS: 'off', ...telegram.settings });
});
afterEach(async () => {
  telegram.behave = () => undefined;
  await (await server.database()).writer.outboxJob.deleteMany();
});
afterAll(async () => {
  await server.stop();
  await telegram.stop();
});

async function write(chatId: number, text = 'hello'): Promise<void> {
  await enqueue(
    (await server.database()).writer,
    'telegram_message',
    { chatId: String(chatId), text },
    new Date(),
  );
  server.container.outbox.wake();
}
const jobs = async () => (await server.database()).reader.outboxJob.findMany();
const failing = (chatId: number, behaviour: ReturnType<FakeTelegram['behave']>, times = 1): void => {
  let left = times;
  telegram.behave = ({ method, params }) => {
    if (method !== 'sendMessage' || params.chat_id !== String(chatId) || left === 0) return undefined;
    left -= 1;
    return behaviour;
  };
};

test('thirty messages a second in all, and one a second to a chat', async () => {
  const crowd = Array.from({ length: 45 }, newChat);
  const one = newChat();
  const { outlet } = server.container.telegram as Telegram;
  const all = [...crowd, one, one, one];
  await Promise.all(all.map((chat) => outlet.send(String(chat), 'hello')));
  const timesOf = (chats: readonly number[]): number[] =>
    telegram.messages.flatMap(({ chatId, at }) => (chats.includes(Number(chatId)) ? at : []));
  const span = (times: readonly number[]): number => Math.max(...times) - Math.min(...times);
  expect([timesOf(crowd).length, timesOf([one]).length]).toEqual([45, 3]);
  // A busy machine may be late with the first, and then no later with the last.
  expect(span(timesOf(crowd))).toBeGreaterThan(1_000);
  expect(span(timesOf([one]))).toBeGreaterThan(1_500);
});

test('a chat that has to wait waits, without a try being counted, and holds up no other one', async () => {
  const [slow, other] = [newChat(), newChat()];
  failing(slow, { error: 429, description: 'Too Many Requests: retry after 2', retryAfter: 2 });
  await write(slow);
  const refused = await until('the refusal', () =>
    Promise.resolve(telegram.callsOf('sendMessage').find(({ params }) => params.chat_id === String(slow))),
  );
  const [job] = await until('the job to wait', async () => {
    const [found] = await jobs();
    return found?.leasedBy === null && found.lastError ? [found] : undefined;
  });
  expect(job?.attempts).toBe(0);
  await write(other);
  await telegram.waitForMessage(other);
  expect(telegram.messagesTo(slow)).toEqual([]);
  const sent = await telegram.waitForMessage(slow);
  expect(sent.at - refused.at).toBeGreaterThanOrEqual(1_950);
});

test('a second chat that has to wait holds up the bot, and nothing is asked of Telegram meanwhile', async () => {
  const [first, second, third] = [newChat(), newChat(), newChat()];
  telegram.behave = ({ method }) =>
    method === 'sendMessage' ? { error: 429, description: 'Too Many Requests', retryAfter: 2 } : undefined;
  await write(first);
  await write(second);
  await until('two refusals', () =>
    Promise.resolve(
      telegram
        .callsOf('sendMessage')
        .filter(({ params }) => [String(first), String(second)].includes(params.chat_id ?? '')).length === 2,
    ),
  );
  telegram.behave = () => undefined;
  await until('the jobs to wait', async () => (await jobs()).every(({ leasedBy }) => leasedBy === null));
  const asked = telegram.callsOf('sendMessage').length;
  await write(third);
  const message = await telegram.waitForMessage(third);
  const [after] = telegram.callsOf('sendMessage').slice(asked);
  const [refusal] = telegram.callsOf('sendMessage').slice(asked - 1);
  expect(message.at).toBeGreaterThanOrEqual(after?.at ?? Infinity);
  expect((after?.at ?? 0) - (refusal?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
});

test.each(['cut', 'cut when done', { error: 502 }] as const)(
  'what Telegram does not answer (%j) is sent again',
  async (behaviour) => {
    const chat = newChat();
    failing(chat, behaviour);
    await write(chat);
    const [job] = await until('the failed try', async () => {
      const [found] = await jobs();
      return found?.leasedBy === null && found.attempts === 1 ? [found] : undefined;
    });
    expect(job?.lastError).not.toContain(telegram.token);
    await (await server.database()).writer.outboxJob.updateMany({ data: { nextAt: new Date() } });
    server.container.outbox.wake();
    await until('the empty outbox', async () => (await jobs()).length === 0);
    // Whether it had arrived nobody can know.
    expect(telegram.messagesTo(chat)).toHaveLength(behaviour === 'cut when done' ? 2 : 1);
  },
);

test('what Telegram never takes is a dead letter at once', async () => {
  await write(newChat(), '');
  const [dead] = await until('the dead letter', async () => {
    const found = (await jobs()).filter(({ deadAt }) => deadAt);
    return found.length > 0 && found;
  });
  expect(dead).toMatchObject({ payload: '{}', lastError: expect.stringContaining('text is empty') });
});

test('a text is cut to what Telegram takes, between characters', async () => {
  const chat = newChat();
  await write(chat, `${'a'.repeat(4_094)}👍👍`);
  expect((await telegram.waitForMessage(chat)).text).toBe(`${'a'.repeat(4_094)}…`);
});

test('a group that has another number is written to there', async () => {
  const [before, after] = [newChat(), newChat()];
  failing(before, { error: 400, description: 'Bad Request: group chat was upgraded', movedTo: after });
  await write(before);
  expect((await telegram.waitForMessage(after)).text).toBe('hello');
});

test('ten thousand messages to Telegram keep no mail waiting', async () => {
  const { writer } = await server.database();
  const now = new Date(Date.now() - 60_000);
  const messages = Array.from({ length: 10_000 }, () => ({ chatId: String(newChat()), text: 'hello' }));
  for (let at = 0; at < messages.length; at += 500)
    await enqueueAll(writer, 'telegram_message', messages.slice(at, at + 500), now);
  const before = telegram.messages.length;
  server.container.outbox.wake();
  await until('the first ones', () => Promise.resolve(telegram.messages.length > before));
  const ada = await makePerson(server);
  const asked = Date.now();
  await server.request.post('/api/v1/auth/password/forgot').send({ email: ada.email }).expect(202);
  await server.mail.codeFor(ada.email);
  expect(Date.now() - asked).toBeLessThan(8_000);
  expect((await jobs()).length).toBeGreaterThan(9_000);
  await writer.outboxJob.deleteMany();
}, 60_000);

test('an announcement by Telegram goes once to everybody who has linked a chat and wants to hear', async () => {
  const admin = await makeAdmin(server);
  const people = (await makePeople(server, 4)) as [Person, Person, Person, Person];
  const [, muted, suspended, unlinked] = people;
  const places = people.map(newChat);
  for (const [index, person] of people.entries())
    await linkTelegram(server, telegram, person, places[index] ?? 0);
  const { writer } = await server.database();
  await writer.telegramLink.update({
    where: { userId: muted.id },
    data: { mutedUntil: new Date(Date.now() + 60_000) },
  });
  await server.request
    .put(`/api/v1/admin/users/${suspended.id}/suspension`)
    .set(admin.authorization)
    .send({ reason: 'spam' })
    .expect(200);
  await server.request.delete('/api/v1/users/me/telegram').set(unlinked.authorization).expect(204);
  const { body } = await server.request
    .post('/api/v1/admin/announcements')
    .set(admin.authorization)
    .send({ content: 'We move on Sunday', via: ['telegram'] })
    .expect(202);
  expect(body).toMatchObject({ via: ['telegram'], telegrams: 0, telegramsAt: null });
  await telegram.waitForMessage(places[0] ?? 0, /^We move/);
  await until('the empty outbox', async () => (await jobs()).length === 0);
  expect(telegram.messages.filter(({ text }) => text === 'We move on Sunday')).toHaveLength(1);
  const { body: made } = await server.request
    .get('/api/v1/admin/announcements')
    .set(admin.authorization)
    .expect(200);
  expect(made.items[0]).toMatchObject({ telegrams: expect.any(Number), telegramsAt: expect.any(String) });
});
