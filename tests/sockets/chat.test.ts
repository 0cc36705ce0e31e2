import type { Socket } from 'socket.io-client';
import type { Conversation } from '../../src/contracts/conversations';
import { newId } from '../../src/helpers/ids';
import { makeChat, openChat, send } from '../support/chats';
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

const joined = async (person: Person) => {
  const client = await connect(server, person.tokens);
  await client.must('join_chat', { chatId: chat.id });
  return client;
};

test('two people talk: the sender has the ack, the other device and the other person the event', async () => {
  const phone = await joined(ada);
  const laptop = await joined(await signIn(server, ada));
  const bobs = await joined(bob);
  const sent = await phone.must('chat_message', {
    chatId: chat.id,
    content: 'hello',
    type: 'text',
    clientMessageId: 'a',
  });
  expect(sent).toMatchObject({
    conversationId: chat.id,
    chatId: chat.id,
    seq: 1,
    senderId: ada.id,
    content: 'hello',
    clientMessageId: 'a',
  });
  expect(await bobs.next('chat_message')).toEqual(sent);
  expect(await laptop.next('chat_message')).toEqual(sent);
  const answer = await bobs.must('chat_message', { chatId: chat.id, content: 'hi', type: 'text' });
  expect(await phone.next('chat_message')).toEqual(answer);
  // Had the sender heard its own message, it would have come before the answer to it.
  expect(phone.payloads('chat_message').map((message) => message.content)).toEqual(['hi']);
});

test('what is sent by REST is heard by sockets, all devices of the sender too', async () => {
  const [adas, bobs] = [await joined(ada), await joined(bob)];
  const sent = await send(server, ada, chat.id, 'by REST');
  expect(await bobs.next('chat_message')).toEqual(sent);
  expect(await adas.next('chat_message')).toEqual(sent);
});

test('a join answers the conversation as it is, and after it nothing is missed', async () => {
  await send(server, ada, chat.id, 'before');
  const bobs = await connect(server, bob.tokens);
  const { conversation, version } = await bobs.must('join_chat', { chatId: chat.id });
  expect([conversation.lastSeq, version, conversation.peer?.id]).toEqual([1, 2, ada.id]);
  const sent = await send(server, ada, chat.id, 'after');
  expect(await bobs.next('chat_message')).toEqual(sent);
});

test('who left hears no more messages', async () => {
  const [adas, bobs] = [await joined(ada), await joined(bob)];
  await bobs.must('leave_chat', { chatId: chat.id });
  await adas.must('chat_message', { chatId: chat.id, content: 'unheard' });
  await bobs.must('join_chat', { chatId: chat.id });
  const heard = await adas.must('chat_message', { chatId: chat.id, content: 'heard' });
  expect(await bobs.next('chat_message')).toEqual(heard);
  expect(bobs.payloads('chat_message')).toHaveLength(1);
});

test('a retry through the other door finds the same message', async () => {
  const adas = await joined(ada);
  const first = await adas.must('chat_message', {
    chatId: chat.id,
    content: 'x',
    type: 'text',
    clientMessageId: 'k',
  });
  expect(await send(server, ada, chat.id, 'x', 'k')).toEqual({ ...first, duplicate: true });
  expect(
    await adas.ask('chat_message', { chatId: chat.id, content: 'y', clientMessageId: 'k' }),
  ).toMatchObject({
    ok: false,
    error: { code: 'idempotency_mismatch' },
  });
});

test('a new chat is announced to both, each with their own view', async () => {
  const carol = await makePerson(server);
  const [adas, carols] = [await connect(server, ada.tokens), await connect(server, carol.tokens)];
  const opened = await openChat(server, ada, carol);
  expect((await adas.next('conversation_added')).conversation).toEqual(opened);
  const event = await carols.next('conversation_added');
  expect(event).toMatchObject({
    conversationId: opened.id,
    chatId: opened.id,
    version: 1,
    conversation: { peer: { id: ada.id } },
  });
});

describe('a stranger', () => {
  test('can neither join nor post, and hears nothing', async () => {
    const eve = await connect(server, (await makePerson(server)).tokens);
    expect(await eve.ask('join_chat', { chatId: chat.id })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(await eve.ask('chat_message', { chatId: chat.id, content: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(await eve.ask('leave_chat', { chatId: chat.id })).toEqual({ ok: true, data: {} });
    const bobs = await joined(bob);
    await send(server, ada, chat.id, 'secret');
    await bobs.next('chat_message');
    await eve.ask('leave_chat', { chatId: chat.id });
    expect(eve.received.map((event) => event.name)).toEqual(['ready']);
  });
});

describe('bad events', () => {
  test.each<[string, unknown]>([
    ['no payload', undefined],
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['a number', 5],
    ['no content', { chatId: newId() }],
    ['a wrong id', { chatId: 'x', content: 'x' }],
    ['too much', { chatId: newId(), content: 'x'.repeat(200_000) }],
    ['more than is known', { chatId: newId(), content: 'x', admin: true }],
    ['a prototype', JSON.parse('{"__proto__":{"chatId":"x"},"content":"x"}')],
    ['bytes', Buffer.from('x')],
  ])('chat_message with %s gets an error ack', async (_, payload) => {
    const client = await connect(server, ada.tokens);
    expect(await client.ask('chat_message', payload)).toMatchObject({
      ok: false,
      error: { code: 'validation_failed' },
    });
    expect(await client.ask('join_chat', { chatId: chat.id })).toMatchObject({ ok: true });
  });

  test('an unknown event gets an error ack', async () => {
    const client = await connect(server, ada.tokens);
    for (const name of ['nonsense', 'constructor', '__proto__', 'ready', 'toString'])
      expect(await client.ask(name as 'join_chat', {})).toMatchObject({
        ok: false,
        error: { code: 'validation_failed' },
      });
  });

  test('events without an acknowledgement work, wrong ones are ignored', async () => {
    const [adas, bobs] = [await joined(ada), await joined(bob)];
    adas.socket.emit('chat_message', { chatId: chat.id });
    (adas.socket as Socket).emit('nonsense');
    adas.socket.emit('chat_message', { chatId: chat.id, content: 'no ack wanted', type: 'text' });
    expect(await bobs.next('chat_message')).toMatchObject({ content: 'no ack wanted' });
  });

  test('a packet over the limit ends only its own socket', async () => {
    const [adas, bobs] = [await joined(ada), await joined(bob)];
    adas.socket.emit('chat_message', { chatId: chat.id, content: 'x'.repeat(2_000_000), type: 'text' });
    await adas.ended();
    const sent = await send(server, ada, chat.id, 'still alive');
    expect(await bobs.next('chat_message')).toEqual(sent);
  });
});

test('a leave does not overtake the join before it', async () => {
  const bobs = await connect(server, bob.tokens);
  const [join, leave] = [
    bobs.ask('join_chat', { chatId: chat.id }),
    bobs.ask('leave_chat', { chatId: chat.id }),
  ];
  expect([(await join).ok, (await leave).ok]).toEqual([true, true]);
  await send(server, ada, chat.id, 'in short');
  expect(await bobs.next('inbox_update')).toMatchObject({ lastSeq: 1 });
  expect(bobs.payloads('chat_message')).toEqual([]);
});

test('a flood of events ends its own socket', async () => {
  const limited = await startTestServer();
  const eve = await makePerson(limited);
  const flooding = await connect(limited, eve.tokens);
  for (let index = 0; index < 3_100; index += 1) (flooding.socket as Socket).emit('nonsense');
  await flooding.ended();
  const answer = await limited.request.get('/health/live').expect(200);
  expect(answer.body).toEqual({ status: 'ok' });
  await limited.stop();
});
