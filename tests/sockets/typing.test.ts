import type { Conversation } from '../../src/contracts/conversations';
import { newId } from '../../src/helpers/ids';
import { rooms } from '../../src/sockets/rooms';
import { makeChat, send } from '../support/chats';
import { makePeople, makePerson, signIn, type Person } from '../support/people';
import { setPrivacy, storeBlock, storeConversation } from '../support/presence';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
let ada: Person;
let bob: Person;
let chat: Conversation;
let adas: Client;
let bobs: Client;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  ({ ada, bob, chat } = await makeChat(server));
  adas = await joined(ada);
  bobs = await joined(bob);
});

const joined = async (person: Person) => {
  const client = await connect(server, person.tokens);
  await client.must('join_chat', { chatId: chat.id });
  return client;
};
const type = (client: Client, isTyping = true, roomId = chat.id) =>
  client.must('typing', { roomId, isTyping });
const event = (isTyping: boolean, person = ada) => ({
  roomId: chat.id,
  conversationId: chat.id,
  chatId: chat.id,
  userId: person.id,
  isTyping,
});
/** What was heard of typing once something that came after it has been heard. */
const heardBy = async (client: Client, sender: Client) => {
  const { id } = await sender.must('chat_message', { chatId: chat.id, content: 'after that' });
  await client.next('chat_message', (message) => message.id === id);
  return client.payloads('typing').map(({ userId, isTyping }) => [userId, isTyping]);
};

test('the others who have joined hear it, the person’s other devices too, not the device itself', async () => {
  const laptop = await joined(await signIn(server, ada));
  expect(await type(adas)).toEqual({});
  expect(await bobs.next('typing')).toEqual(event(true));
  expect(await laptop.next('typing')).toEqual(event(true));
  await type(adas, false);
  expect(await bobs.next('typing')).toEqual(event(false));
  expect(await heardBy(adas, bobs)).toEqual([]);
});

test('who has not joined hears nothing, and is ignored', async () => {
  await bobs.must('leave_chat', { chatId: chat.id });
  await type(adas);
  expect(await type(bobs)).toEqual({});
  await bobs.must('join_chat', { chatId: chat.id });
  expect(await heardBy(adas, bobs)).toEqual([]);
  expect(bobs.payloads('typing')).toEqual([]);
});

test('is told once however often it is said, and is over by itself eight seconds later', async () => {
  const began = Date.now();
  for (let count = 0; count < 10; count += 1) await type(adas);
  expect(await bobs.next('typing')).toEqual(event(true));
  expect(await bobs.next('typing', undefined, 12_000)).toEqual(event(false));
  expect(Date.now() - began).toBeGreaterThanOrEqual(7_900);
  expect(bobs.payloads('typing')).toHaveLength(2);
});

describe('is over', () => {
  beforeEach(async () => {
    await type(adas);
    expect(await bobs.next('typing')).toEqual(event(true));
  });

  test('with a message of that person, at either door', async () => {
    await send(server, ada, chat.id, 'by REST');
    expect(await bobs.next('typing')).toEqual(event(false));
    await type(adas);
    expect(await bobs.next('typing')).toEqual(event(true));
    await adas.must('chat_message', { chatId: chat.id, content: 'by socket' });
    expect(await bobs.next('typing')).toEqual(event(false));
  });

  test('with the leave', async () => {
    await adas.must('leave_chat', { chatId: chat.id });
    expect(await bobs.next('typing')).toEqual(event(false));
  });

  test('with the disconnect', async () => {
    adas.close();
    expect(await bobs.next('typing')).toEqual(event(false));
  });

  test('not with somebody else’s message', async () => {
    const carols = await joined(bob);
    expect(await heardBy(bobs, carols)).toEqual([[ada.id, true]]);
  });
});

describe('is not told', () => {
  test('when the person has turned it off', async () => {
    await setPrivacy(server, ada, { typing: false });
    await type(adas);
    expect(await heardBy(bobs, await joined(await signIn(server, bob)))).toEqual([]);
  });

  test.each(['by', 'of'])('after a block %s the other person', async (direction) => {
    await (direction === 'of' ? storeBlock(server, ada, bob) : storeBlock(server, bob, ada));
    await type(adas);
    await adas.must('leave_chat', { chatId: chat.id });
    await bobs.must('leave_chat', { chatId: chat.id });
    expect(bobs.payloads('typing')).toEqual([]);
  });

  test('in a conversation of more than a hundred', async () => {
    const people = await makePeople(server, 100);
    const [small, large] = [newId(), newId()];
    await storeConversation(server, small, 'group', [ada, ...people.slice(1)]);
    await storeConversation(server, large, 'group', [ada, ...people]);
    for (const { io } of server.nodes) io.socketsJoin([small, large].map(rooms.conversation));
    await type(adas, true, large);
    await type(adas, true, small);
    expect(await bobs.next('typing')).toEqual({
      roomId: small,
      conversationId: small,
      groupId: small,
      userId: ada.id,
      isTyping: true,
    });
  });
});

test('a stranger is told that there is no such conversation, and nobody hears it', async () => {
  const eve = await connect(server, (await makePerson(server)).tokens);
  for (const isTyping of [true, false])
    expect(await eve.ask('typing', { roomId: chat.id, isTyping })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  expect(await heardBy(bobs, adas)).toEqual([]);
});

test.each<[unknown, string]>([
  [{ isTyping: true }, 'payload.roomId'],
  [{ roomId: 'x', isTyping: true }, 'payload.roomId'],
  [{ roomId: newId(), isTyping: 'yes' }, 'payload.isTyping'],
  [undefined, 'payload'],
])('%j is refused for %s', async (payload, path) => {
  expect(await adas.ask('typing', payload)).toMatchObject({
    ok: false,
    error: { code: 'validation_failed', errors: [{ path }] },
  });
});
