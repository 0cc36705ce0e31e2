import type { Conversation } from '../../src/contracts/conversations';
import { newId } from '../../src/helpers/ids';
import { makeChat, send } from '../support/chats';
import type { Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';

let server: TestServer;
let ada: Person;
let bob: Person;
let chat: Conversation;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', MESSAGE_MAX_LENGTH: '100' });
});
beforeEach(async () => {
  ({ ada, bob, chat } = await makeChat(server));
});
afterAll(() => server.stop());

const post = (sender: Person, body: object) =>
  server.request.post(`/api/v1/chats/${chat.id}/messages`).set(sender.authorization).send(body);
const history = async (query = '') =>
  (await server.request.get(`/api/v1/chats/${chat.id}/messages${query}`).set(ada.authorization).expect(200))
    .body;
const changes = async (query: string) =>
  (await server.request.get(`/api/v1/chats/${chat.id}/changes?${query}`).set(ada.authorization).expect(200))
    .body;
const seqs = (page: { items: { seq: number }[] }) => page.items.map((message) => message.seq);

describe('POST …/messages', () => {
  test('stores a message and numbers it', async () => {
    const { body } = await post(ada, {
      content: 'Grüße, 世界 👩‍👩‍👧',
      type: 'text',
      clientMessageId: 'first',
    }).expect(201);
    expect(body).toEqual({
      id: expect.any(String),
      conversationId: chat.id,
      kind: 'chat',
      chatId: chat.id,
      seq: 1,
      version: 2,
      senderId: ada.id,
      type: 'text',
      content: 'Grüße, 世界 👩‍👩‍👧',
      attachments: [],
      mentions: [],
      reactions: [],
      clientMessageId: 'first',
      createdAt: expect.any(String),
    });
    const stored = await server.request
      .get(`/api/v1/chats/${chat.id}/messages/${body.id}`)
      .set(bob.authorization)
      .expect(200);
    expect(stored.body).toEqual(body);
  });

  test('content is stored exactly as sent: spaces, line ends, decomposed accents', async () => {
    const content = '  e\u0301\n\tx ';
    expect((await post(ada, { content }).expect(201)).body.content).toBe(content);
    expect((await history()).items[0].content).toBe(content);
  });

  test('the same request again answers the same message, marked as a duplicate', async () => {
    const first = await post(ada, { content: 'once', clientMessageId: 'k' }).expect(201);
    const again = await post(ada, { content: 'once', clientMessageId: 'k' }).expect(200);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
    expect((await history()).items).toHaveLength(1);
  });

  test('another request under the same key is refused; keys are per sender and exact', async () => {
    await post(ada, { content: 'once', clientMessageId: 'k' }).expect(201);
    const refused = await post(ada, { content: 'twice', clientMessageId: 'k' }).expect(409);
    expect(refused.body).toMatchObject({ code: 'idempotency_mismatch' });
    await post(bob, { content: 'twice', clientMessageId: 'k' }).expect(201);
    await post(ada, { content: 'twice', clientMessageId: 'K' }).expect(201);
  });

  test.each([
    ['no content', {}],
    ['empty content', { content: '' }],
    ['blank content', { content: ' \n ' }],
    ['content that is no text', { content: 5 }],
    ['too long, in code points', { content: '👍'.repeat(101) }],
    ['a control character', { content: 'a\u0000b' }],
    ['half a surrogate pair', { content: 'a\ud800' }],
    ['a type that has no text', { content: 'a', type: 'image' }],
    ['a system message', { content: 'a', type: 'system' }],
    ['a key that is too long', { content: 'a', clientMessageId: 'x'.repeat(65) }],
    ['a key with a space', { content: 'a', clientMessageId: 'x y' }],
    ['a field that is not known', { content: 'a', senderId: newId() }],
  ])('is 400 for %s, and nothing is stored', async (_, body) => {
    const answer = await post(ada, body).expect(400);
    expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [expect.any(Object)] });
    expect((await history()).items).toEqual([]);
  });

  test('as long as allowed, in code points, goes through', async () => {
    await post(ada, { content: '👍'.repeat(100) }).expect(201);
  });

  test('is 400 for broken JSON, 413 for a huge body, 415 for another kind, 401 without a token', async () => {
    const at = `/api/v1/chats/${chat.id}/messages`;
    const json = { ...ada.authorization, 'Content-Type': 'application/json' };
    expect((await server.request.post(at).set(json).send('{"content":').expect(400)).body.code).toBe(
      'validation_failed',
    );
    expect((await post(ada, { content: 'x'.repeat(600_000) }).expect(413)).body.code).toBe(
      'payload_too_large',
    );
    const xml = await server.request
      .post(at)
      .set(ada.authorization)
      .set('Content-Type', 'text/xml')
      .send('<a/>')
      .expect(415);
    expect(xml.body.code).toBe('unsupported_media_type');
    expect((await server.request.post(at).send({ content: 'x' }).expect(401)).body.code).toBe(
      'unauthenticated',
    );
  });

  test('a signed-out session posts nothing', async () => {
    await server.request.post('/api/v1/auth/sign-out').set(ada.authorization).expect(204);
    expect((await post(ada, { content: 'ghost' }).expect(401)).body.code).toBe('unauthenticated');
  });
});

describe('GET …/messages', () => {
  beforeEach(async () => {
    for (let index = 1; index <= 7; index += 1) await send(server, ada, chat.id, `message ${index}`);
  });

  test('the latest page, oldest first, with a cursor to older ones', async () => {
    const page = await history('?limit=3');
    expect(seqs(page)).toEqual([5, 6, 7]);
    expect([page.nextCursor, page.prevCursor]).toEqual(['5', null]);
    const older = await history(`?limit=3&before=${page.nextCursor}`);
    expect([seqs(older), older.nextCursor, older.prevCursor]).toEqual([[2, 3, 4], '2', '4']);
    const oldest = await history(`?limit=3&before=${older.nextCursor}`);
    expect([seqs(oldest), oldest.nextCursor]).toEqual([[1], null]);
  });

  test('after and around', async () => {
    const after = await history('?limit=3&after=2');
    expect([seqs(after), after.nextCursor, after.prevCursor]).toEqual([[3, 4, 5], '3', '5']);
    const end = await history('?limit=3&after=5');
    expect([seqs(end), end.prevCursor]).toEqual([[6, 7], null]);
    const around = await history('?limit=4&around=4');
    expect([seqs(around), around.nextCursor, around.prevCursor]).toEqual([[3, 4, 5, 6], '3', '6']);
    expect(seqs(await history('?limit=1&around=4'))).toEqual([4]);
    expect(seqs(await history('?after=7'))).toEqual([]);
  });

  test.each([
    'before=x',
    'before=-1',
    'limit=0',
    'limit=1.5',
    'before=5&after=2',
    'before=99999999999',
    'page=2',
  ])('is 400 for %s', async (query) => {
    await server.request.get(`/api/v1/chats/${chat.id}/messages?${query}`).set(ada.authorization).expect(400);
  });
});

describe('GET …/messages/{messageId}', () => {
  test('is 400 for a wrong id, 401 without a token, 404 for no message and for one of another chat', async () => {
    const other = await makeChat(server);
    const elsewhere = await send(server, other.ada, other.chat.id, 'elsewhere');
    const at = `/api/v1/chats/${chat.id}/messages`;
    await server.request.get(`${at}/x`).set(ada.authorization).expect(400);
    await server.request.get(`${at}/${elsewhere.id}`).expect(401);
    await server.request.get(`${at}/${elsewhere.id}`).set(ada.authorization).expect(404);
    await server.request.get(`${at}/${newId()}`).set(ada.authorization).expect(404);
  });
});

describe('GET …/changes', () => {
  test('tells members and messages after a version, in order, and where the client stands then', async () => {
    await send(server, ada, chat.id, 'one');
    await send(server, bob, chat.id, 'two');
    const all = await changes('since=0');
    expect(all).toMatchObject({ version: 3, myVersion: 0, hasMore: false, resetRequired: false, hidden: [] });
    expect(all.members.map((member: { userId: string }) => member.userId).sort()).toEqual(
      [ada.id, bob.id].sort(),
    );
    expect(all.messages.map((message: { content: string }) => message.content)).toEqual(['one', 'two']);
    expect(all.conversation).toMatchObject({ id: chat.id, lastSeq: 2, version: 3 });
    const rest = await changes('since=2');
    expect([seqs({ items: rest.messages }), rest.members]).toEqual([[2], []]);
    expect((await changes('since=3')).messages).toEqual([]);
  });

  test('pages lose nothing and double nothing', async () => {
    for (let index = 1; index <= 5; index += 1) await send(server, ada, chat.id, `message ${index}`);
    const seen: number[] = [];
    let members = 0;
    let since = 0;
    for (let page = await changes(`since=0&limit=2`); ; page = await changes(`since=${since}&limit=2`)) {
      seen.push(...page.messages.map((message: { seq: number }) => message.seq));
      members += page.members.length;
      since = page.version;
      if (!page.hasMore) break;
    }
    expect([seen, members, since]).toEqual([[1, 2, 3, 4, 5], 2, 6]);
  });

  test('a version from the future asks for a reset', async () => {
    expect(await changes('since=99')).toMatchObject({ resetRequired: true, messages: [], version: 1 });
  });

  test('is 400 without since, 401 without a token', async () => {
    await server.request.get(`/api/v1/chats/${chat.id}/changes`).set(ada.authorization).expect(400);
    await server.request.get(`/api/v1/chats/${chat.id}/changes?since=0`).expect(401);
  });
});
