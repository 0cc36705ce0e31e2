import type { Conversation } from '../../../src/contracts/conversations';
import { makeChat, openChat, send } from '../../support/chats';
import { createGroup, groupOf } from '../../support/groups';
import { everyPage } from '../../support/paging';
import { makePerson, type Person } from '../../support/people';
import { page, search, texts, untilFound, type SearchQuery } from '../../support/search';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
let ada: Person;
let bob: Person;
let chat: Conversation;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ({ ada, bob, chat } = await makeChat(server));
});
afterAll(() => server.stop());

/** Says things one after the other, the last of which says that all were said. */
async function said(person: Person, chatId: string, ...contents: readonly string[]): Promise<void> {
  for (const content of contents) await send(server, person, chatId, content);
  const mark = `mark${Math.random().toString(36).slice(2)}`;
  await send(server, person, chatId, mark);
  await untilFound(server, person, { q: mark });
}

const everyItem = (person: Person, query: SearchQuery) =>
  everyPage((cursor) =>
    page(server, person, { ...query, ...Object.fromEntries(new URLSearchParams(cursor)) }),
  );

describe('GET /search/messages', () => {
  test('finds a message in two seconds, with where the words stand in it', async () => {
    const sent = await send(server, ada, chat.id, 'The Lighthouse, a lighthouse!');
    const { items, nextCursor } = await untilFound(server, bob, { q: 'LIGHTHOUSE' });
    const { clientMessageId: _own, ...message } = sent;
    expect(items).toEqual([
      {
        conversationId: chat.id,
        message,
        highlights: [
          [4, 14],
          [18, 28],
        ],
      },
    ]);
    expect(nextCursor).toBeNull();
  });

  test('finds short words, stop words and other scripts', async () => {
    const other = await openChat(server, ada, await makePerson(server));
    await said(
      ada,
      other.id,
      'to be or not to be',
      '我住在東京都内',
      'من می‌روم مدرسة',
      'Un été à Paris',
      'ok 👍🏽',
    );
    const found = (q: string) => texts(server, ada, { q, conversationId: other.id });
    expect(await found('or')).toEqual(['to be or not to be']);
    expect(await found('the')).toEqual([]);
    expect(await found('東京')).toEqual(['我住在東京都内']);
    expect(await found('東')).toEqual(['我住在東京都内']);
    expect(await found('京東')).toEqual([]);
    expect(await found('ميروم مدرسه')).toEqual(['من می‌روم مدرسة']);
    expect(await found('ETE a')).toEqual(['Un été à Paris']);
    expect(await found('👍')).toEqual(['ok 👍🏽']);
  });

  test('finds phrases as they stand, and all of several words in any order', async () => {
    const other = await openChat(server, ada, await makePerson(server));
    await said(ada, other.id, 'red green blue', 'blue, green; red', 'green');
    const found = (q: string) => texts(server, ada, { q, conversationId: other.id });
    expect(await found('green red')).toEqual(['blue, green; red', 'red green blue']);
    expect(await found('"green red"')).toEqual(['blue, green; red']);
    expect(await found('"red green" blue')).toEqual(['red green blue']);
    expect(await found('red yellow')).toEqual([]);
  });

  test('narrows by author, conversation and time', async () => {
    const group = await createGroup(server, ada, [bob], 'Walks');
    await send(server, ada, chat.id, 'a walk with me');
    const { createdAt } = (await groupOf(server, group.id).post(bob, '/messages', { content: 'walk on' }))
      .body;
    await untilFound(server, ada, { q: 'walk' }, 2);
    expect(await texts(server, ada, { q: 'walk', conversationId: group.id })).toEqual(['walk on']);
    expect(await texts(server, ada, { q: 'walk', from: ada.id })).toEqual(['a walk with me']);
    expect(await texts(server, ada, { q: `walk from:@${bob.username.toUpperCase()}` })).toEqual(['walk on']);
    expect(await texts(server, ada, { q: `from:@${bob.username}`, conversationId: group.id })).toEqual([
      'walk on',
    ]);
    expect(await texts(server, ada, { q: `walk from:@${bob.username}`, from: ada.id })).toEqual([]);
    expect(await texts(server, ada, { q: 'walk from:@nobody' })).toEqual([]);
    expect(await texts(server, ada, { q: 'walk in:@nowhere' })).toEqual([]);
    expect(await texts(server, ada, { q: 'walk', type: 'text' })).toHaveLength(2);
    expect(await texts(server, ada, { q: 'walk', type: 'image' })).toEqual([]);
    expect(await texts(server, ada, { q: 'walk has:file' })).toEqual([]);
    expect(await texts(server, ada, { q: 'walk', before: createdAt })).toEqual(['a walk with me']);
    expect(await texts(server, ada, { q: 'walk', after: createdAt })).toEqual([]);
  });

  test('pages through everything once, newest first, over all conversations', async () => {
    const person = await makePerson(server);
    const chats = [await openChat(server, ada, person), await openChat(server, bob, person)];
    const sent: string[] = [];
    for (let index = 0; index < 14; index += 1) {
      const content = `counted ${index}`;
      await send(server, person, chats[index % 2]?.id ?? '', content);
      sent.unshift(content);
    }
    await untilFound(server, person, { q: 'counted' }, 14);
    const items = await everyItem(person, { q: 'counted', limit: 3 });
    expect(items.map(({ message }) => message.content)).toEqual(sent);
  });

  test('ranks by how much of a message it is, when asked, page by page', async () => {
    const other = await openChat(server, ada, await makePerson(server));
    await said(
      ada,
      other.id,
      'apple apple',
      'apple',
      'an apple among many other words of a long text',
      'pear',
    );
    const items = await everyItem(ada, { q: 'apple', sort: 'best', limit: 1, conversationId: other.id });
    expect(items.map(({ message }) => message.content)).toEqual([
      'apple apple',
      'apple',
      'an apple among many other words of a long text',
    ]);
  });

  test('finds nothing for what holds no words', async () => {
    expect(await page(server, ada, { q: '…?!' })).toEqual({ items: [], nextCursor: null });
    expect(await page(server, ada, { q: '"" in:@nowhere' })).toEqual({ items: [], nextCursor: null });
  });

  test.each([
    [{}, 'query.q'],
    [{ q: ' ' }, 'query.q'],
    [{ q: 'a'.repeat(201) }, 'query.q'],
    [{ q: 'a', conversationId: 'x' }, 'query.conversationId'],
    [{ q: 'a', type: 'system' }, 'query.type'],
    [{ q: 'a', before: 'yesterday' }, 'query.before'],
    [{ q: 'a', sort: 'oldest' }, 'query.sort'],
    [{ q: 'a', limit: 51 }, 'query.limit'],
    [{ q: 'a', cursor: 'nonsense' }, 'query.cursor'],
    [{ q: 'a', sort: 'best', cursor: 'nonsense' }, 'query.cursor'],
  ])('refuses %j', async (query, path) => {
    const { body } = await search(server, ada, query as Record<string, string>).expect(400);
    expect(body.code).toBe('validation_failed');
    expect(body.errors[0].path).toBe(path);
  });

  test('wants somebody signed in', async () => {
    await server.request.get('/api/v1/search/messages').query({ q: 'a' }).expect(401);
  });

  test('does not know a conversation that the caller is not in, or that is not there', async () => {
    const stranger = await makePerson(server);
    for (const conversationId of [chat.id, '0198c0de-0000-7000-8000-000000000001']) {
      const { body } = await search(server, stranger, { q: 'lighthouse', conversationId }).expect(404);
      expect(body).toMatchObject({ code: 'not_found' });
    }
  });
});
