import type { Conversation } from '../../src/contracts/conversations';
import { newId } from '../../src/helpers/ids';
import { makeChat, openChat, send } from '../support/chats';
import { makePerson, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';

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

const inboxOf = async (person: Person, query = '') =>
  (await server.request.get(`/api/v1/conversations${query}`).set(person.authorization).expect(200)).body as {
    items: Conversation[];
    nextCursor: string | null;
  };
const chatOf = async (person: Person, id = chat.id) =>
  (await server.request.get(`/api/v1/chats/${id}`).set(person.authorization).expect(200))
    .body as Conversation;
const changeMy = (person: Person, body: object, id = chat.id) =>
  server.request.patch(`/api/v1/conversations/${id}/my`).set(person.authorization).send(body);
const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);

describe('GET /conversations', () => {
  test('pinned ones on top, then latest first, in pages that meet', async () => {
    const chats = [chat];
    for (let index = 0; index < 4; index += 1)
      chats.push(await openChat(server, ada, await makePerson(server)));
    for (const { id } of [...chats].reverse()) await send(server, ada, id, 'x');
    await changeMy(ada, { pinned: true }, chats[3]?.id).expect(200);
    await changeMy(ada, { pinned: true }, chats[4]?.id).expect(200);
    const whole = ids(await inboxOf(ada));
    expect(whole).toEqual([3, 4, 0, 1, 2].map((index) => chats[index]?.id));
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await inboxOf(ada, `?limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...ids(page));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  test('filters by kind and archive', async () => {
    await changeMy(ada, { archived: true }).expect(200);
    expect(ids(await inboxOf(ada, '?archived=true'))).toEqual([chat.id]);
    expect(ids(await inboxOf(ada, '?archived=false'))).toEqual([]);
    expect(ids(await inboxOf(ada, '?kind=chat'))).toEqual([chat.id]);
    expect(ids(await inboxOf(ada, '?kind=group'))).toEqual([]);
  });

  test('is 400 for what is no filter, 401 without a token', async () => {
    for (const query of ['kind=x', 'archived=yes', 'limit=0', 'cursor=x'])
      await server.request.get(`/api/v1/conversations?${query}`).set(ada.authorization).expect(400);
    await server.request.get('/api/v1/conversations').expect(401);
  });
});

describe('unread', () => {
  test("counts what others wrote since the read position, not one's own", async () => {
    for (const [sender, content] of [
      [bob, '1'],
      [ada, '2'],
      [bob, '3'],
      [bob, '4'],
    ] as const)
      await send(server, sender, chat.id, content);
    expect((await chatOf(ada)).my.unreadCount).toBe(3);
    expect((await chatOf(bob)).my.unreadCount).toBe(1);
    await server.request
      .put(`/api/v1/chats/${chat.id}/read`)
      .set(ada.authorization)
      .send({ seq: 3 })
      .expect(200);
    expect((await chatOf(ada)).my).toMatchObject({ unreadCount: 1, lastReadSeq: 3, lastDeliveredSeq: 3 });
  });

  test('stops at a thousand', async () => {
    const { messages } = server.container;
    const { body } = await server.request.get('/api/v1/auth/sessions').set(bob.authorization).expect(200);
    const identity = {
      userId: bob.id,
      sessionId: body.items[0].id,
      role: 'user',
      isBot: false,
      expiresAt: new Date(),
    } as const;
    await Promise.all(
      Array.from({ length: 1_050 }, (_, index) =>
        messages.send(identity, 'chat', chat.id, { content: `${index}`, type: 'text' }),
      ),
    );
    expect((await chatOf(ada)).my.unreadCount).toBe(1000);
  });
});

describe.each(['read', 'delivered'])('PUT …/%s', (mark) => {
  const put = (person: Person, seq: unknown, id = chat.id) =>
    server.request.put(`/api/v1/chats/${id}/${mark}`).set(person.authorization).send({ seq });

  test('only moves forward, and each move counts once', async () => {
    for (const content of ['1', '2', '3']) await send(server, bob, chat.id, content);
    const first = await put(ada, 2).expect(200);
    expect(first.body).toMatchObject({ conversationId: chat.id, myVersion: 1 });
    for (const seq of [2, 1, 0]) expect((await put(ada, seq).expect(200)).body).toEqual(first.body);
    expect((await put(ada, 3).expect(200)).body.myVersion).toBe(2);
  });

  test('is 400 for what is not there yet or no seq, 401 without a token, 404 for strangers', async () => {
    for (const seq of [1, -1, 'x', 1.5, null]) await put(ada, seq).expect(400);
    await server.request.put(`/api/v1/chats/${chat.id}/${mark}`).send({ seq: 0 }).expect(401);
    await put(await makePerson(server), 0).expect(404);
    await put(ada, 0, newId()).expect(404);
  });
});

describe('GET …/receipts', () => {
  const receiptsOf = (person: Person, messageId: string) =>
    server.request.get(`/api/v1/chats/${chat.id}/messages/${messageId}/receipts`).set(person.authorization);

  test('tells how far the other has come; read implies delivered', async () => {
    const [first, second] = [await send(server, ada, chat.id, '1'), await send(server, ada, chat.id, '2')];
    await server.request
      .put(`/api/v1/chats/${chat.id}/delivered`)
      .set(bob.authorization)
      .send({ seq: 2 })
      .expect(200);
    await server.request
      .put(`/api/v1/chats/${chat.id}/read`)
      .set(bob.authorization)
      .send({ seq: 1 })
      .expect(200);
    expect((await receiptsOf(ada, first.id).expect(200)).body).toEqual({
      items: [{ userId: bob.id, delivered: true, read: true }],
    });
    expect((await receiptsOf(ada, second.id).expect(200)).body).toEqual({
      items: [{ userId: bob.id, delivered: true, read: false }],
    });
    expect((await chatOf(ada)).receipts).toEqual([{ userId: bob.id, deliveredSeq: 2, readSeq: 1 }]);
  });

  test('is 400, 401, 404', async () => {
    const message = await send(server, ada, chat.id, '1');
    await receiptsOf(ada, 'x').expect(400);
    await server.request.get(`/api/v1/chats/${chat.id}/messages/${message.id}/receipts`).expect(401);
    await receiptsOf(await makePerson(server), message.id).expect(404);
    await receiptsOf(ada, newId()).expect(404);
  });
});

describe('PATCH …/my', () => {
  test('changes the own view and nothing of anybody else', async () => {
    const mutedUntil = '2030-01-01T00:00:00.000Z';
    const { body } = await changeMy(ada, { notify: 'none', mutedUntil, pinned: true, archived: true }).expect(
      200,
    );
    expect(body).toMatchObject({
      conversationId: chat.id,
      myVersion: 1,
      my: { notify: 'none', mutedUntil, pinned: true, archived: true },
    });
    expect((await changeMy(ada, { mutedUntil: null }).expect(200)).body.my).toMatchObject({
      mutedUntil: null,
      pinned: true,
    });
    expect(await chatOf(bob)).toMatchObject({
      version: 1,
      myVersion: 0,
      my: { notify: 'all', pinned: false },
    });
  });

  test('is 400, 401, 404', async () => {
    for (const body of [{}, { notify: 'x' }, { pinned: 1 }, { mutedUntil: 'soon' }, { role: 'owner' }])
      await changeMy(ada, body).expect(400);
    await server.request.patch(`/api/v1/conversations/${chat.id}/my`).send({ pinned: true }).expect(401);
    await changeMy(await makePerson(server), { pinned: true }).expect(404);
  });
});

describe('clearing', () => {
  const clear = (person: Person, uptoSeq: unknown) =>
    server.request
      .delete(`/api/v1/conversations/${chat.id}/history`)
      .set(person.authorization)
      .send({ uptoSeq });

  test('hides messages from the own view everywhere, and from nobody else', async () => {
    const first = await send(server, bob, chat.id, '1');
    for (const content of ['2', '3']) await send(server, bob, chat.id, content);
    expect((await clear(ada, 2).expect(200)).body.my).toMatchObject({ clearedUptoSeq: 2, unreadCount: 1 });
    const at = `/api/v1/chats/${chat.id}`;
    const history = await server.request.get(`${at}/messages`).set(ada.authorization).expect(200);
    expect([history.body.items.map(({ seq }: { seq: number }) => seq), history.body.nextCursor]).toEqual([
      [3],
      null,
    ]);
    await server.request.get(`${at}/messages/${first.id}`).set(ada.authorization).expect(404);
    const changes = await server.request.get(`${at}/changes?since=0`).set(ada.authorization).expect(200);
    expect(changes.body.messages.map(({ seq }: { seq: number }) => seq)).toEqual([3]);
    await clear(ada, 3).expect(200);
    expect(await chatOf(ada)).toMatchObject({ lastMessage: null, lastSeq: 3 });
    expect((await clear(ada, 1).expect(200)).body.my.clearedUptoSeq).toBe(3);
    expect(
      (await server.request.get(`${at}/messages`).set(bob.authorization).expect(200)).body.items,
    ).toHaveLength(3);
  });

  test('is 400, 401, 404', async () => {
    for (const uptoSeq of [1, -1, 'x', undefined]) await clear(ada, uptoSeq).expect(400);
    await server.request.delete(`/api/v1/conversations/${chat.id}/history`).send({ uptoSeq: 0 }).expect(401);
    await clear(await makePerson(server), 0).expect(404);
  });
});

describe('DELETE /chats/{id}', () => {
  const remove = (person: Person, id = chat.id) =>
    server.request.delete(`/api/v1/chats/${id}`).set(person.authorization);

  test('takes it out of the own inbox, cleared; it returns with the next message', async () => {
    await send(server, bob, chat.id, 'old');
    await remove(ada).expect(204);
    expect(ids(await inboxOf(ada))).toEqual([]);
    expect(ids(await inboxOf(bob))).toEqual([chat.id]);
    const next = await send(server, bob, chat.id, 'new');
    expect((await inboxOf(ada)).items).toMatchObject([
      { id: chat.id, lastMessage: { id: next.id }, my: { unreadCount: 1 } },
    ]);
    const { body } = await server.request
      .get(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .expect(200);
    expect(body.items).toEqual([next]);
  });

  test('is 400, 401, 404', async () => {
    await remove(ada, 'x').expect(400);
    await server.request.delete(`/api/v1/chats/${chat.id}`).expect(401);
    await remove(await makePerson(server)).expect(404);
  });
});

describe('GET /sync', () => {
  const sync = async (person: Person, since?: string) =>
    (
      await server.request
        .get(`/api/v1/sync${since ? `?since=${since}` : ''}`)
        .set(person.authorization)
        .expect(200)
    ).body;

  test('names every conversation without a cursor, and only what may have changed with one', async () => {
    const other = await openChat(server, ada, await makePerson(server));
    const all = await sync(ada);
    expect(all.items).toHaveLength(2);
    expect(all.items).toContainEqual({ conversationId: chat.id, kind: 'chat', version: 1, myVersion: 0 });
    expect((await sync(ada, all.nextCursor)).items).toEqual([]);
    await send(server, bob, chat.id, 'x');
    const later = await sync(ada, all.nextCursor);
    expect(later.items).toContainEqual({ conversationId: chat.id, kind: 'chat', version: 2, myVersion: 0 });
    await changeMy(ada, { pinned: true }, other.id).expect(200);
    expect((await sync(ada, later.nextCursor)).items).toContainEqual(
      expect.objectContaining({ conversationId: other.id, myVersion: 1 }),
    );
    expect(await sync(bob)).toMatchObject({ userVersion: expect.any(Number) });
  });

  test('a deleted chat is told as removed, until it returns', async () => {
    await server.request.delete(`/api/v1/chats/${chat.id}`).set(ada.authorization).expect(204);
    const removed = await sync(ada);
    expect(removed.items).toEqual([
      { conversationId: chat.id, kind: 'chat', version: 1, myVersion: 1, removed: true },
    ]);
    await send(server, bob, chat.id, 'x');
    expect((await sync(ada, removed.nextCursor)).items).toEqual([
      { conversationId: chat.id, kind: 'chat', version: 2, myVersion: 1 },
    ]);
  });

  test('is 400 for a cursor that is none, 401 without a token', async () => {
    await server.request.get('/api/v1/sync?since=abc').set(ada.authorization).expect(400);
    await server.request.get('/api/v1/sync').expect(401);
  });
});

test.each([
  '0000-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  '0000-01-01T00:00:00Z',
  '2030-13-01T00:00:00Z',
])('muting until %s is refused', async (mutedUntil) => {
  await changeMy(ada, { mutedUntil }).expect(400);
});

test.each([
  [1, 1e300, 'x'],
  [0, -1e16, 'x'],
  [0, 1_700_000_000_000, 'é'],
  [2, 1, newId()],
])('a cursor of %j is refused', async (...parts) => {
  const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
  for (const path of ['conversations', 'chats'])
    await server.request.get(`/api/v1/${path}?cursor=${cursor}`).set(ada.authorization).expect(400);
});

test('the unread count goes with the version that is told beside it', async () => {
  const sending = Promise.all(
    Array.from({ length: 60 }, (_, index) => send(server, bob, chat.id, `${index}`)),
  );
  for (let look = 0; look < 60; look += 1) {
    const { lastSeq, my } = await chatOf(ada);
    expect(my.unreadCount).toBe(lastSeq);
  }
  await sending;
});
