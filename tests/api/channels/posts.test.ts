import type { HistoryPage, Message } from '../../../src/contracts/messages';
import { channelSeenBy, makeChannel, post } from '../../support/channels';
import type { Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

type Channel = Awaited<ReturnType<typeof makeChannel>>['channel'];

/** A channel's posts as somebody sees them when `matches` holds. */
async function historyWhen(
  channel: Channel,
  person: Person,
  matches: (counts: readonly (number | undefined)[]) => boolean,
): Promise<Message[]> {
  for (;;) {
    const { body } = await channel.get(person, '/messages').expect(200);
    const items = body.items as Message[];
    if (matches(items.map(({ viewCount }) => viewCount))) return items;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const same = (wanted: readonly number[]) => (counts: readonly (number | undefined)[]) =>
  JSON.stringify(counts) === JSON.stringify(wanted);

describe('posts', () => {
  test('are written by the owner and the admins, and read by everybody of a public channel', async () => {
    const { id, channel, owner, admin, follower, stranger } = await makeChannel(server);
    const first = await post(server, owner, id, 'one');
    const second = await post(server, admin, id, 'two');
    const items = [first, second].map((message) => ({ ...message, viewCount: 0 }));
    for (const person of [follower, stranger, admin]) {
      const { body } = await channel.get(person, '/messages').expect(200);
      expect(body).toEqual({ items, nextCursor: null, prevCursor: null });
      expect((await channel.get(person, `/messages/${first.id}`).expect(200)).body).toEqual(items[0]);
    }
    await channel.post(follower, '/messages', { content: 'x' }).expect(403);
    await channel.post(stranger, '/messages', { content: 'x' }).expect(404);
    await channel.post(owner, '/messages', { content: ' ' }).expect(400);
    await server.request.post(`/api/v1/channels/${id}/messages`).send({ content: 'x' }).expect(401);
  });

  test('are the same one under the same clientMessageId', async () => {
    const { channel, owner } = await makeChannel(server);
    const body = { content: 'once', clientMessageId: 'k' };
    const { body: sent } = await channel.post(owner, '/messages', body).expect(201);
    const { body: again } = await channel.post(owner, '/messages', body).expect(200);
    expect(again).toEqual({ ...sent, duplicate: true });
  });

  test('have positions, changes and receipts for followers only; nobody is told who has read', async () => {
    const { id, channel, owner, follower, stranger } = await makeChannel(server);
    const sent = await post(server, owner, id, 'one');
    const { body } = await channel.put(follower, '/read', { seq: 1 }).expect(200);
    expect(body.my).toMatchObject({ lastReadSeq: 1, lastDeliveredSeq: 1, unreadCount: 0 });
    expect((await channel.get(owner, `/messages/${sent.id}/receipts`).expect(200)).body).toEqual({
      items: [],
    });
    expect((await channelSeenBy(server, owner, id)).receipts).toEqual([]);
    const { body: changes } = await channel.get(follower, '/changes?since=1').expect(200);
    expect(changes).toMatchObject({ resetRequired: true });
    await channel.get(stranger, '/changes?since=0').expect(404);
    await channel.get(stranger, `/messages/${sent.id}/receipts`).expect(404);
    await channel.put(stranger, '/read', { seq: 1 }).expect(404);
    await channel.put(stranger, '/delivered', { seq: 1 }).expect(404);
    const my = server.request.patch(`/api/v1/conversations/${id}/my`).set(stranger.authorization);
    await my.send({ pinned: true }).expect(404);
  });
});

describe('who writes is known to nobody', () => {
  test('in no answer that anybody gets, unless the channel is signed', async () => {
    const { id, channel, owner, admin, follower, stranger } = await makeChannel(server, {
      handle: 'unsigned',
    });
    const sent = await post(server, admin, id, 'by whom?');
    const { version } = await channelSeenBy(server, owner, id);
    const answers = async (person: Person): Promise<string> => {
      const paths = ['', '/messages', `/messages/${sent.id}`, `/changes?since=${version - 1}`];
      const about = await Promise.all(paths.map((path) => channel.get(person, path)));
      const others = await Promise.all(
        ['/channels/@unsigned', '/channels?limit=100', '/conversations', '/sync'].map((path) =>
          server.request.get(`/api/v1${path}`).set(person.authorization),
        ),
      );
      return JSON.stringify([...about, ...others].map(({ body }) => body as unknown));
    };
    expect(sent.senderId).toBeNull();
    for (const person of [follower, stranger]) {
      const told = await answers(person);
      expect(told).toContain('by whom?');
      expect(told).not.toContain(admin.id);
      expect(told).not.toContain(owner.id);
    }
    await channel.patch(owner, '', { signed: true }).expect(200);
    expect((await post(server, admin, id, 'by me')).senderId).toBe(admin.id);
    expect(await answers(follower)).toContain(admin.id);
    // What was posted without a name stays so.
    const { body } = await channel.get(follower, '/messages').expect(200);
    expect((body as HistoryPage).items.map(({ senderId }) => senderId)).toEqual([null, admin.id]);
  });
});

describe('a post’s views', () => {
  test('count each follower once whose read position has passed it, and never its author', async () => {
    const { id, channel, owner, admin, follower, stranger } = await makeChannel(server);
    await post(server, owner, id, 'one');
    await post(server, admin, id, 'two');
    await post(server, owner, id, 'three');
    await channel.put(follower, '/read', { seq: 1 }).expect(200);
    await channel.put(follower, '/read', { seq: 1 }).expect(200);
    await channel.put(admin, '/read', { seq: 2 }).expect(200);
    await channel.put(follower, '/delivered', { seq: 3 }).expect(200);
    await historyWhen(channel, stranger, same([2, 0, 0]));
    await Promise.all([2, 3, 2, 3].map((seq) => channel.put(follower, '/read', { seq }).expect(200)));
    await channel.put(follower, '/read', { seq: 1 }).expect(200);
    const items = await historyWhen(channel, owner, same([2, 1, 1]));
    expect((await channel.get(follower, `/messages/${items[0]?.id}`).expect(200)).body).toEqual(items[0]);
    const { body } = await channel.get(owner, '/messages?limit=1').expect(200);
    expect(body.items).toEqual([items[2]]);
  });

  test('do not count twice for whoever comes back, and outlive the server', async () => {
    const { id, channel, owner, follower } = await makeChannel(server);
    await post(server, owner, id, 'one');
    await channel.put(follower, '/read', { seq: 1 }).expect(200);
    await channel.delete(follower, '/follow').expect(204);
    await channel.put(follower, '/follow').expect(200);
    await post(server, owner, id, 'two');
    await channel.put(follower, '/read', { seq: 2 }).expect(200);
    await server.restart();
    const { body } = await channel.get(owner, '/messages').expect(200);
    expect((body.items as Message[]).map(({ viewCount }) => viewCount)).toEqual([1, 1]);
  });

  test('count of one move the two hundred newest', async () => {
    const { id, channel, owner, follower } = await makeChannel(server);
    await Promise.all(Array.from({ length: 203 }, (_, index) => post(server, owner, id, `${index}`)));
    await channel.put(follower, '/read', { seq: 203 }).expect(200);
    await historyWhen(channel, owner, (counts) => counts.every((count) => count === 1));
    const { body } = await channel.get(owner, '/messages?before=5').expect(200);
    expect((body.items as Message[]).map(({ viewCount }) => viewCount)).toEqual([0, 0, 0, 1]);
  });

  test('are of no concern in chats', async () => {
    const { admin, follower } = await makeChannel(server);
    const { body: chat } = await server.request
      .post('/api/v1/chats')
      .set(admin.authorization)
      .send({ userId: follower.id });
    await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(admin.authorization)
      .send({ content: 'x' });
    const mine = await server.request.get(`/api/v1/chats/${chat.id}/messages`).set(admin.authorization);
    expect(mine.body.items[0]).not.toHaveProperty('viewCount');
  });
});
