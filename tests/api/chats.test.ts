import { newId } from '../../src/helpers/ids';
import { makeChat, openChat, send } from '../support/chats';
import { makePerson } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

describe('POST /chats', () => {
  test('opens a chat; both people see it, each with the other as peer', async () => {
    const [ada, bob] = [await makePerson(server), await makePerson(server)];
    const { body } = await server.request
      .post('/api/v1/chats')
      .set(ada.authorization)
      .send({ userId: bob.id })
      .expect(201);
    expect(body).toEqual({
      id: expect.any(String),
      kind: 'chat',
      title: null,
      description: null,
      avatarUrl: null,
      ownerId: null,
      memberCount: 2,
      prunedUptoSeq: 0,
      lastMessage: null,
      lastSeq: 0,
      version: 1,
      myVersion: 0,
      peer: {
        id: bob.id,
        username: bob.username,
        displayName: bob.user.displayName,
        avatarUrl: null,
        bio: '',
      },
      createdAt: expect.any(String),
      receipts: [{ userId: bob.id, deliveredSeq: 0, readSeq: 0 }],
      my: {
        role: 'member',
        lastReadSeq: 0,
        lastDeliveredSeq: 0,
        clearedUptoSeq: 0,
        removedUptoSeq: null,
        unreadCount: 0,
        mentionCount: 0,
        notify: 'all',
        mutedUntil: null,
        pinned: false,
        archived: false,
        capabilities: ['post', 'react', 'pin'],
      },
    });
    const bobs = await server.request.get(`/api/v1/chats/${body.id}`).set(bob.authorization).expect(200);
    expect(bobs.body).toEqual({
      ...body,
      peer: expect.objectContaining({ id: ada.id }),
      receipts: [{ userId: ada.id, deliveredSeq: 0, readSeq: 0 }],
    });
  });

  test('answers the one that exists, from either side', async () => {
    const { ada, bob, chat } = await makeChat(server);
    for (const [person, other] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      const { body } = await server.request
        .post('/api/v1/chats')
        .set(person.authorization)
        .send({ userId: other.id })
        .expect(200);
      expect(body.id).toBe(chat.id);
    }
  });

  test('is 400 for oneself, for no id, for a wrong id and for unknown fields', async () => {
    const ada = await makePerson(server);
    for (const body of [{ userId: ada.id }, {}, { userId: 'x' }, { userId: newId(), more: 1 }, [], 'text']) {
      const answer = await server.request
        .post('/api/v1/chats')
        .set(ada.authorization)
        .send(body as object);
      expect([answer.status, answer.body.code]).toEqual([
        typeof body === 'string' ? 415 : 400,
        typeof body === 'string' ? 'unsupported_media_type' : 'validation_failed',
      ]);
    }
  });

  test('is 401 without a token and 404 for nobody', async () => {
    const ada = await makePerson(server);
    await server.request.post('/api/v1/chats').send({ userId: newId() }).expect(401);
    const { body } = await server.request
      .post('/api/v1/chats')
      .set(ada.authorization)
      .send({ userId: newId() })
      .expect(404);
    expect(body).toMatchObject({ code: 'not_found', status: 404, requestId: expect.any(String) });
  });
});

describe('GET /chats', () => {
  test("lists one's own, latest activity first, in pages", async () => {
    const ada = await makePerson(server);
    const chats = [];
    for (let index = 0; index < 3; index += 1)
      chats.push(await openChat(server, ada, await makePerson(server)));
    await send(server, ada, chats[0]?.id ?? '', 'now the latest');
    const first = await server.request.get('/api/v1/chats?limit=2').set(ada.authorization).expect(200);
    expect(first.body.items.map((chat: { id: string }) => chat.id)).toEqual([chats[0]?.id, chats[2]?.id]);
    expect(first.body.items[0].lastMessage).toMatchObject({ content: 'now the latest', seq: 1 });
    const rest = await server.request
      .get(`/api/v1/chats?limit=2&cursor=${first.body.nextCursor}`)
      .set(ada.authorization)
      .expect(200);
    expect(rest.body).toMatchObject({ items: [{ id: chats[1]?.id }], nextCursor: null });
  });

  test('is 400 for a cursor or limit that is none, 401 without a token', async () => {
    const ada = await makePerson(server);
    await server.request.get('/api/v1/chats?cursor=abc').set(ada.authorization).expect(400);
    await server.request.get('/api/v1/chats?limit=101').set(ada.authorization).expect(400);
    await server.request.get('/api/v1/chats').expect(401);
  });
});

describe('a stranger', () => {
  test('is told that there is no such chat, at every route of it', async () => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'private');
    const eve = await makePerson(server);
    for (const path of ['', '/messages', `/messages/${message.id}`, '/changes?since=0']) {
      const { body } = await server.request
        .get(`/api/v1/chats/${chat.id}${path}`)
        .set(eve.authorization)
        .expect(404);
      expect(body).toMatchObject({ code: 'not_found' });
    }
    const refused = await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(eve.authorization)
      .send({ content: 'let me in' })
      .expect(404);
    expect(refused.body).toMatchObject({ code: 'not_found' });
  });
});
