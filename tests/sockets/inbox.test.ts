import type { Conversation } from '../../src/contracts/conversations';
import { makeChat, send } from '../support/chats';
import { makePerson, signIn, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

let server: TestServer;
let ada: Person;
let bob: Person;
let chat: Conversation;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ({ ada, bob, chat } = await makeChat(server));
});
afterAll(() => server.stop());

test('who has not joined hears in short, who has joined in full, nobody both', async () => {
  const [short, full] = [
    await connect(server, bob.tokens),
    await connect(server, (await signIn(server, bob)).tokens),
  ];
  await full.must('join_chat', { chatId: chat.id });
  const sent = await send(server, ada, chat.id, '👩‍👩‍👧'.repeat(150));
  expect(await full.next('chat_message')).toEqual(sent);
  expect(await short.next('inbox_update')).toEqual({
    conversationId: chat.id,
    chatId: chat.id,
    kind: 'chat',
    lastSeq: 1,
    version: 2,
    senderId: ada.id,
    preview: '👩‍👩‍👧'.repeat(100),
  });
  expect([short.payloads('chat_message'), full.payloads('inbox_update')]).toEqual([[], []]);
});

test('many messages of one moment are one update, with the last of them', async () => {
  const bobs = await connect(server, bob.tokens);
  const adas = await connect(server, ada.tokens);
  await adas.must('join_chat', { chatId: chat.id });
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      adas.must('chat_message', { chatId: chat.id, content: `${index}` }),
    ),
  );
  const last = await bobs.next('inbox_update', (update) => update.lastSeq === 50);
  expect(last.version).toBe(51);
  expect(bobs.payloads('inbox_update').length).toBeLessThan(50);
});

test('leaving a chat brings the short news back', async () => {
  const bobs = await connect(server, bob.tokens);
  await bobs.must('join_chat', { chatId: chat.id });
  await bobs.must('leave_chat', { chatId: chat.id });
  await send(server, ada, chat.id, 'x');
  expect(await bobs.next('inbox_update')).toMatchObject({ lastSeq: 1 });
  expect(bobs.payloads('chat_message')).toEqual([]);
});

test("changes of one's own view reach one's own devices only", async () => {
  const [phone, laptop] = [
    await connect(server, ada.tokens),
    await connect(server, (await signIn(server, ada)).tokens),
  ];
  const bobs = await connect(server, bob.tokens);
  await send(server, bob, chat.id, 'x');
  expect(await phone.must('message_read', { roomId: chat.id, seq: 1 })).toEqual({ seq: 1 });
  for (const client of [phone, laptop])
    expect(await client.next('my_updated')).toMatchObject({
      conversationId: chat.id,
      myVersion: 1,
      my: { lastReadSeq: 1, unreadCount: 0 },
    });
  await server.request.delete(`/api/v1/chats/${chat.id}`).set(ada.authorization).expect(204);
  expect(await laptop.next('conversation_removed')).toEqual({
    conversationId: chat.id,
    chatId: chat.id,
    version: 2,
    reason: 'deleted',
  });
  await bobs.must('message_delivered', { roomId: chat.id, seq: 1 });
  expect(bobs.payloads('conversation_removed')).toEqual([]);
});

describe('receipts', () => {
  test('the other person hears how far one has come, coalesced, forward only', async () => {
    const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
    await adas.must('join_chat', { chatId: chat.id });
    for (let seq = 1; seq <= 20; seq += 1) await send(server, ada, chat.id, `${seq}`);
    for (let seq = 1; seq <= 20; seq += 1) await bobs.must('message_read', { roomId: chat.id, seq });
    const room = { roomId: chat.id, conversationId: chat.id, chatId: chat.id, userId: bob.id };
    expect(await adas.next('message_read', ({ seq }) => seq === 20)).toEqual({ ...room, seq: 20 });
    expect(await adas.next('message_delivered', ({ seq }) => seq === 20)).toEqual({ ...room, seq: 20 });
    expect(adas.payloads('message_read').length).toBeLessThan(5);
    expect(await bobs.must('message_read', { roomId: chat.id, seq: 3 })).toEqual({ seq: 20 });
  });

  test.each(['reader', 'listener'])('nothing is told when the %s has read receipts off', async (who) => {
    const database = await server.database();
    await database.writer.user.update({
      where: { id: who === 'reader' ? bob.id : ada.id },
      data: { readReceipts: false },
    });
    const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
    await adas.must('join_chat', { chatId: chat.id });
    const sent = await send(server, ada, chat.id, 'x');
    await bobs.must('message_read', { roomId: chat.id, seq: 1 });
    const { body } = await server.request
      .get(`/api/v1/chats/${chat.id}/messages/${sent.id}/receipts`)
      .set(ada.authorization)
      .expect(200);
    expect(body).toEqual({ items: [] });
    // Longer than watermarks are coalesced.
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(adas.payloads('message_read')).toEqual([]);
  });

  test('turning read receipts on or off takes effect at once, in chats that are joined already', async () => {
    const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
    await adas.must('join_chat', { chatId: chat.id });
    const show = (readReceipts: boolean) =>
      server.request
        .patch('/api/v1/users/me/settings')
        .set(ada.authorization)
        .send({ readReceipts })
        .expect(200);
    for (const content of ['1', '2']) await send(server, ada, chat.id, content);
    await show(false);
    await bobs.must('message_read', { roomId: chat.id, seq: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    await show(true);
    await bobs.must('message_read', { roomId: chat.id, seq: 2 });
    expect(await adas.next('message_read')).toMatchObject({ userId: bob.id, seq: 2 });
    expect(adas.payloads('message_read')).toHaveLength(1);
  });

  test('wrong marks and strangers are refused', async () => {
    const adas = await connect(server, ada.tokens);
    const eve = await connect(server, (await makePerson(server)).tokens);
    for (const event of ['message_read', 'message_delivered'] as const) {
      expect(await adas.ask(event, { roomId: chat.id, seq: 1 })).toMatchObject({
        error: { code: 'validation_failed' },
      });
      expect(await adas.ask(event, { roomId: 'x', seq: 0 })).toMatchObject({
        error: { code: 'validation_failed' },
      });
      expect(await eve.ask(event, { roomId: chat.id, seq: 0 })).toMatchObject({
        error: { code: 'not_found' },
      });
    }
  });
});
