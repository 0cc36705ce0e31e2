import type { Channel } from '../../../src/contracts/conversations';
import { newId } from '../../../src/helpers/ids';
import { channelOf, channelSeenBy, createChannel, makeChannel, post } from '../../support/channels';
import { accept } from '../../support/groups';
import { everyPage } from '../../support/paging';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const byHandle = (person: Person, handle: string) =>
  server.request.get(`/api/v1/channels/@${handle}`).set(person.authorization);
const find = (person: Person, query: string) =>
  server.request.get(`/api/v1/channels?${query}`).set(person.authorization);

describe('POST /channels', () => {
  test('makes a channel that its owner follows', async () => {
    const ada = await makePerson(server);
    const { body } = await createChannel(server, ada, {
      title: ' News ',
      handle: 'Daily_News',
      description: 'every day',
    }).expect(201);
    expect(body).toEqual({
      id: expect.any(String),
      kind: 'channel',
      title: 'News',
      description: 'every day',
      avatarUrl: null,
      ownerId: ada.id,
      handle: 'Daily_News',
      visibility: 'public',
      signed: false,
      slowModeSeconds: 0,
      retentionDays: null,
      prunedUptoSeq: 0,
      memberCount: 1,
      lastMessage: null,
      lastSeq: 0,
      version: 1,
      myVersion: 0,
      receipts: [],
      createdAt: expect.any(String),
      my: {
        role: 'owner',
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
        capabilities: expect.arrayContaining(['post', 'edit', 'transfer', 'delete', 'ban']),
      },
    });
    const { body: inbox } = await server.request
      .get('/api/v1/conversations?kind=channel')
      .set(ada.authorization);
    expect(inbox.items).toEqual([body]);
  });

  test('gives a handle to one of those who ask at once, however it is written', async () => {
    const people = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const answers = await Promise.all(
      people.map((person, index) =>
        createChannel(server, person, { handle: ['Racing', 'racing', 'RACING'][index] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(['handle_taken', 'handle_taken']);
  });

  test('is refused without a visibility, with a reserved or odd handle, an empty title, without signing in', async () => {
    const ada = await makePerson(server);
    for (const wrong of [{ visibility: undefined }, { handle: 'admin' }, { handle: 'a-b' }, { title: ' ' }])
      await createChannel(server, ada, wrong).expect(400);
    await server.request.post('/api/v1/channels').send({ title: 'x', visibility: 'public' }).expect(401);
  });
});

describe('GET /channels/{id} and /channels/@{handle}', () => {
  test('show a public channel to everybody, without its owner and without a view of their own', async () => {
    const { id, owner, follower, stranger } = await makeChannel(server, { handle: 'open_one' });
    const sent = await post(server, owner, id, 'hello');
    const followed = await channelSeenBy(server, follower, id);
    expect(followed).toMatchObject({ ownerId: null, memberCount: 3, lastMessage: sent });
    expect(followed.my).toMatchObject({ role: 'follower', unreadCount: 1, capabilities: ['react', 'leave'] });
    const seen = await channelSeenBy(server, stranger, id);
    expect(seen).toEqual({ ...followed, my: null, myVersion: 0 });
    expect((await byHandle(stranger, 'Open_One').expect(200)).body).toEqual(seen);
    expect((await byHandle(follower, 'open_one').expect(200)).body).toEqual(followed);
  });

  test('show a private channel to those only who came by an invite', async () => {
    const { id, channel, owner, follower, stranger } = await makeChannel(server, { handle: 'closed_one' });
    await channel.patch(owner, '', { visibility: 'private' }).expect(200);
    await channel.get(stranger).expect(404);
    await byHandle(stranger, 'closed_one').expect(404);
    await channel.get(stranger, '/messages').expect(404);
    await channel.put(stranger, '/follow').expect(404);
    await channel.delete(stranger, '/follow').expect(404);
    await byHandle(follower, 'closed_one').expect(200);
    const { body } = await channel.post(owner, '/invites').expect(201);
    expect((await accept(server, stranger, body.token).expect(200)).body).toMatchObject({
      id,
      memberCount: 4,
      my: { role: 'follower', unreadCount: 0 },
    });
    await channel.get(stranger, '/messages').expect(200);
  });

  test('know nothing of a channel that is no channel, deleted, or whose reader is banned', async () => {
    const { id, channel, owner, follower, stranger } = await makeChannel(server, { handle: 'doomed' });
    await channelOf(server, newId()).get(stranger).expect(404);
    await channelOf(server, 'x').get(stranger).expect(400);
    await byHandle(stranger, 'nobody_has_it').expect(404);
    await byHandle(stranger, '-').expect(400);
    await server.request.get(`/api/v1/channels/${id}`).expect(401);
    await server.request.get('/api/v1/channels/@doomed').expect(401);
    await server.request.get(`/api/v1/groups/${id}`).set(owner.authorization).expect(404);
    for (const person of [follower, stranger]) await channel.put(owner, `/bans/${person.id}`).expect(204);
    for (const person of [follower, stranger]) await channel.get(person).expect(404);
    await byHandle(stranger, 'doomed').expect(404);
    await channel.delete(owner).expect(204);
    await channel.get(owner).expect(404);
    await byHandle(await makePerson(server), 'doomed').expect(404);
    await createChannel(server, owner, { handle: 'doomed' }).expect(201);
  });
});

describe('GET /channels', () => {
  test('finds public ones and one’s own by the beginning of title or handle, in pages that meet', async () => {
    const [ada, bob, eve] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const make = async (title: string, body: object = {}): Promise<Channel> =>
      (await createChannel(server, ada, { title, ...body }).expect(201)).body as Channel;
    const [same, twin] = [await make('Zebra facts'), await make('zebra facts')];
    const long = await make(`zebra ${'\u{1F993}'.repeat(122)}`);
    const byItsHandle = await make('About stripes', { handle: 'ZebraNews' });
    const hidden = await make('Zebra secrets', { visibility: 'private' });
    const elsewhere = await make('Not a zebra');
    const banned = await make('Zebra bans');
    await channelOf(server, banned.id).put(ada, `/bans/${eve.id}`).expect(204);

    const all = async (person: Person, limit: number): Promise<string[]> =>
      (
        await everyPage<Channel>(
          async (query) => (await find(person, `search=ZEBRA&limit=${limit}${query}`).expect(200)).body,
        )
      ).map(({ id }) => id);
    const shown = [byItsHandle, banned, same, twin, long].map(({ id }) => id);
    expect(await all(bob, 50)).toEqual(shown);
    expect(await all(bob, 1)).toEqual(shown);
    expect(await all(bob, 2)).toEqual(shown);
    expect(await all(eve, 1)).toEqual(shown.filter((id) => id !== banned.id));
    expect((await all(ada, 1)).sort()).toEqual([...shown, hidden.id].sort());

    const { body } = await find(bob, 'search=@zebran').expect(200);
    expect(body).toEqual({ items: [await channelSeenBy(server, bob, byItsHandle.id)], nextCursor: null });
    await channelOf(server, elsewhere.id).put(bob, '/follow').expect(200);
    const { body: mine } = await find(bob, 'search=not a z').expect(200);
    expect(mine.items).toEqual([await channelSeenBy(server, bob, elsewhere.id)]);
    await channelOf(server, elsewhere.id).delete(ada).expect(204);
    expect((await find(bob, 'search=not a z').expect(200)).body.items).toEqual([]);
  });

  test('finds a title that is longer folded than its key is', async () => {
    const ada = await makePerson(server);
    const title = '\ufdfa'.repeat(20);
    const { body: made } = await createChannel(server, ada, { title }).expect(201);
    const { body } = await find(ada, `search=${encodeURIComponent(title)}`).expect(200);
    expect(body.items.map(({ id }: Channel) => id)).toEqual([made.id]);
  });

  test('lists all of them without a search; refuses cursors of other lists', async () => {
    const ada = await makePerson(server);
    const { body: made } = await createChannel(server, ada, { visibility: 'private' }).expect(201);
    const seen = await everyPage<Channel>(
      async (query) => (await find(ada, `limit=100${query}`).expect(200)).body,
    );
    expect(seen.filter(({ id }) => id === made.id)).toEqual([made]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    await find(ada, 'cursor=x').expect(400);
    await find(ada, 'limit=0').expect(400);
    await server.request.get('/api/v1/channels').expect(401);
  });
});

describe('PATCH /channels/{id}', () => {
  test('changes what is asked, once, and tells no handle to two', async () => {
    const { id, channel, owner, admin, follower, stranger } = await makeChannel(server, {
      handle: 'taken_1',
    });
    const other = await makeChannel(server, { handle: 'taken_2' });
    const before = await channelSeenBy(server, owner, id);
    const { body } = await channel
      .patch(admin, '', { title: 'Olds', signed: true, handle: 'TAKEN_1' })
      .expect(200);
    expect(body).toMatchObject({
      title: 'Olds',
      signed: true,
      handle: 'TAKEN_1',
      version: before.version + 1,
    });
    expect((await channel.patch(admin, '', { title: 'Olds' }).expect(200)).body.version).toBe(body.version);
    const refused = await channel.patch(owner, '', { handle: 'Taken_2', title: 'x' }).expect(409);
    expect(refused.body.code).toBe('handle_taken');
    expect(await channelSeenBy(server, owner, id)).toMatchObject({ title: 'Olds', version: body.version });
    await other.channel.patch(other.owner, '', { handle: null }).expect(200);
    await channel.patch(owner, '', { handle: 'Taken_2' }).expect(200);
    await channel.patch(owner, '', {}).expect(400);
    await channel.patch(follower, '', { title: 'x' }).expect(403);
    await channel.patch(stranger, '', { title: 'x' }).expect(404);
    await server.request.patch(`/api/v1/channels/${id}`).send({ title: 'x' }).expect(401);
  });
});
