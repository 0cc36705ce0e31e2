import type { Socket } from 'socket.io';
import { newId } from '../../src/helpers/ids';
import { RoomKeeper } from '../../src/sockets/room-keeper';
import { conversationOf, rooms } from '../../src/sockets/rooms';
import { channelSeenBy, makeChannel, post } from '../support/channels';
import { accept } from '../support/groups';
import type { Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const socketOf = (client: Client): Socket =>
  server.nodes
    .map(({ io }) => io.sockets.sockets.get(client.socket.id ?? ''))
    .find((socket) => socket !== undefined) as unknown as Socket;
const roomsOf = (client: Client): string[] =>
  [...socketOf(client).rooms].filter((room) => conversationOf(room)).sort();
/** Whatever the server sent before this is there after it. */
const settled = (client: Client): Promise<unknown> => client.ask('leave_channel', { channelId: newId() });
const join = (client: Client, channelId: string) => client.must('join_channel', { channelId });
const inFull = (id: string): string[] => [rooms.conversation(id)];
const asGuest = (id: string): string[] => [rooms.conversation(id), rooms.guests(id)];
const told = (client: Client): string =>
  JSON.stringify(client.received.filter(({ name }) => name !== 'ready'));

async function makeHeardChannel() {
  const made = await makeChannel(server);
  const [follows, visits, shortly] = [
    await connect(server, made.follower.tokens),
    await connect(server, made.stranger.tokens),
    await connect(server, made.follower.tokens),
  ];
  await join(follows, made.id);
  await join(visits, made.id);
  return { ...made, follows, visits, shortly };
}

describe('a post', () => {
  test('is heard by followers in full or in short and by guests in full, and nobody learns who wrote it', async () => {
    const { id, owner, admin, follows, visits, shortly } = await makeHeardChannel();
    const admins = await connect(server, admin.tokens);
    await join(admins, id);
    const sent = await post(server, admin, id, 'hello');
    for (const client of [follows, visits, admins])
      expect(await client.next('channel_broadcast')).toEqual(sent);
    expect(await shortly.next('inbox_update')).toEqual({
      conversationId: id,
      channelId: id,
      kind: 'channel',
      lastSeq: sent.seq,
      version: sent.version,
      preview: 'hello',
    });
    expect([follows.payloads('inbox_update'), shortly.payloads('channel_broadcast')]).toEqual([[], []]);
    for (const client of [follows, visits, shortly]) {
      expect(told(client)).not.toContain(admin.id);
      expect(told(client)).not.toContain(owner.id);
    }
  });

  test('is heard no more after leaving by a guest, and in short by a follower', async () => {
    const { id, owner, follows, visits } = await makeHeardChannel();
    for (const client of [follows, visits]) {
      await client.must('leave_channel', { channelId: id });
      await client.must('leave_channel', { channelId: id });
    }
    expect([roomsOf(follows), roomsOf(visits)]).toEqual([[rooms.inbox(id)], []]);
    await post(server, owner, id, 'hello');
    await follows.next('inbox_update');
    await settled(visits);
    expect([told(visits), follows.payloads('channel_broadcast')]).toEqual(['[]', []]);
  });
});

describe('join_channel', () => {
  test('answers the channel as the person sees it', async () => {
    const { id, follower, stranger, follows, visits } = await makeHeardChannel();
    for (const [client, person] of [
      [follows, follower],
      [visits, stranger],
    ] as const) {
      const conversation = await channelSeenBy(server, person, id);
      expect(await join(client, id)).toEqual({ conversation, version: conversation.version });
    }
    expect([roomsOf(follows), roomsOf(visits)]).toEqual([inFull(id), asGuest(id)]);
  });

  test('is refused for a private channel, to the banned, for nothing, and for what is no id', async () => {
    const { id, channel, owner, stranger } = await makeChannel(server);
    const client = await connect(server, stranger.tokens);
    const refused = async (channelId: string): Promise<string> => {
      const answer = await client.ask('join_channel', { channelId });
      return answer.ok ? 'joined' : answer.error.code;
    };
    expect([await refused('x'), await refused(newId())]).toEqual(['validation_failed', 'not_found']);
    await channel.put(owner, `/bans/${stranger.id}`).expect(204);
    expect(await refused(id)).toBe('not_found');
    await channel.delete(owner, `/bans/${stranger.id}`).expect(204);
    expect(await refused(id)).toBe('joined');
    await client.must('leave_channel', { channelId: id });
    await channel.patch(owner, '', { visibility: 'private' }).expect(200);
    expect(await refused(id)).toBe('not_found');
    expect(roomsOf(client)).toEqual([]);
  });

  test('is for fifty channels at most that the person does not follow', async () => {
    const { id, stranger } = await makeChannel(server);
    const client = await connect(server, stranger.tokens);
    await socketOf(client).join(Array.from({ length: 50 }, () => rooms.guests(newId())));
    expect(await client.ask('join_channel', { channelId: id })).toMatchObject({
      error: { code: 'limit_reached' },
    });
  });
});

describe('following', () => {
  test('makes a guest’s socket a follower’s, tells the person’s devices and nobody else', async () => {
    const { id, channel, owner, stranger, follows, visits } = await makeHeardChannel();
    const [owners, elsewhere] = [await connect(server, owner.tokens), await connect(server, stranger.tokens)];
    await join(owners, id);
    const { body } = await channel.put(stranger, '/follow').expect(200);
    for (const client of [visits, elsewhere])
      expect((await client.next('conversation_added')).conversation).toEqual(body);
    expect([roomsOf(visits), roomsOf(elsewhere)]).toEqual([inFull(id), [rooms.inbox(id)]]);
    await visits.must('leave_channel', { channelId: id });
    expect(roomsOf(visits)).toEqual([rooms.inbox(id)]);
    await Promise.all([settled(owners), settled(follows)]);
    expect([told(owners), told(follows)]).toEqual(['[]', '[]']);
  });

  test('no longer ends what all of the person’s sockets hear', async () => {
    const { id, channel, owner, follower, follows, shortly } = await makeHeardChannel();
    const owners = await connect(server, owner.tokens);
    await channel.delete(follower, '/follow').expect(204);
    for (const client of [follows, shortly])
      expect(await client.next('conversation_removed')).toMatchObject({ channelId: id, reason: 'left' });
    await post(server, owner, id, 'unheard');
    await Promise.all([settled(follows), settled(shortly), owners.next('inbox_update')]);
    for (const client of [follows, shortly]) {
      expect(roomsOf(client)).toEqual([]);
      expect(client.received.map(({ name }) => name)).toEqual(['ready', 'conversation_removed']);
    }
    expect(owners.payloads('member_changed')).toEqual([]);
  });
});

describe('a change of the admins', () => {
  test('is told to the owner and the admins only', async () => {
    const { id, channel, owner, admin, follower, stranger, follows, visits } = await makeHeardChannel();
    const [owners, admins] = [await connect(server, owner.tokens), await connect(server, admin.tokens)];
    await join(owners, id);
    const { body } = await channel.put(owner, `/admins/${follower.id}`).expect(200);
    for (const client of [owners, admins, follows])
      expect(await client.next('member_changed')).toEqual({
        conversationId: id,
        channelId: id,
        version: body.version,
        userId: follower.id,
        role: 'admin',
        change: 'role',
      });
    expect((await follows.next('my_updated')).my.role).toBe('admin');
    await channel.put(owner, `/admins/${stranger.id}`).expect(200);
    expect(await owners.next('member_changed')).toMatchObject({ userId: stranger.id, change: 'joined' });
    expect((await visits.next('conversation_added')).conversation.my.role).toBe('admin');
    await channel.delete(owner, `/admins/${stranger.id}`).expect(204);
    expect(await owners.next('member_changed')).toMatchObject({ role: 'follower', change: 'role' });
    expect((await visits.next('my_updated')).my.role).toBe('follower');
    await channel.delete(owner, `/admins/${admin.id}`).expect(204);
    await owners.next('member_changed', ({ userId }) => userId === admin.id);
    await settled(visits);
    expect(visits.payloads('member_changed').map(({ userId }) => userId)).toEqual([stranger.id]);
  });
});

describe('guests hear nothing more', () => {
  const unheardAfter = async (
    prepare: (made: Awaited<ReturnType<typeof makeHeardChannel>>) => Promise<unknown>,
  ): Promise<void> => {
    const made = await makeHeardChannel();
    await prepare(made);
    await post(server, made.owner, made.id, 'unheard');
    await made.follows.next('channel_broadcast');
    await settled(made.visits);
    expect([roomsOf(made.visits), made.visits.payloads('channel_broadcast')]).toEqual([[], []]);
  };

  test('once the channel is private, and are told so', async () => {
    await unheardAfter(async ({ id, channel, owner, visits, follows }) => {
      await channel.patch(owner, '', { visibility: 'private', title: 'Secret' }).expect(200);
      expect(await visits.next('conversation_removed')).toMatchObject({ channelId: id, reason: 'removed' });
      expect(await follows.next('conversation_updated')).toMatchObject({
        channelId: id,
        title: 'Secret',
        visibility: 'private',
      });
      await settled(visits);
      expect(told(visits)).not.toContain('Secret');
    });
  });

  test('once they are banned', () =>
    unheardAfter(({ channel, owner, stranger }) => channel.put(owner, `/bans/${stranger.id}`).expect(204)));

  test('once they, having been followers, are banned', () =>
    unheardAfter(async ({ id, channel, owner, stranger, visits }) => {
      await channel.put(stranger, '/follow').expect(200);
      await channel.delete(stranger, '/follow').expect(204);
      await join(visits, id);
      await channel.put(owner, `/bans/${stranger.id}`).expect(204);
    }));
});

test('a banned follower hears nothing more; of a deleted channel everybody hears that it is gone', async () => {
  const { id, channel, owner, follower, follows, visits, shortly } = await makeHeardChannel();
  await channel.put(owner, `/bans/${follower.id}`).expect(204);
  for (const client of [follows, shortly])
    expect(await client.next('conversation_removed')).toMatchObject({ reason: 'banned' });
  await post(server, owner, id, 'unheard');
  await visits.next('channel_broadcast');
  await channel.delete(owner).expect(204);
  expect(await visits.next('conversation_removed')).toMatchObject({ channelId: id, reason: 'deleted' });
  await Promise.all([settled(follows), settled(shortly)]);
  for (const client of [follows, shortly])
    expect(client.received.map(({ name }) => name)).toEqual(['ready', 'conversation_removed']);
  expect([roomsOf(follows), roomsOf(visits), roomsOf(shortly)]).toEqual([[], [], []]);
});

test('whoever came by an invite hears a private channel', async () => {
  const { id, channel, owner, stranger } = await makeChannel(server);
  await channel.patch(owner, '', { visibility: 'private' }).expect(200);
  const client = await connect(server, stranger.tokens);
  const { body } = await channel.post(owner, '/invites').expect(201);
  await accept(server, stranger, body.token).expect(200);
  expect((await client.next('conversation_added')).conversation.id).toBe(id);
  await join(client, id);
  const sent = await post(server, owner, id, 'hello');
  expect(await client.next('channel_broadcast')).toEqual(sent);
});

test('nobody is told who types in a channel', async () => {
  const { id, owner, follows, visits, stranger } = await makeHeardChannel();
  const owners = await connect(server, owner.tokens);
  await join(owners, id);
  await owners.must('typing', { roomId: id, isTyping: true });
  expect(await visits.ask('typing', { roomId: id, isTyping: true })).toMatchObject({
    error: { code: 'not_found' },
  });
  await Promise.all([settled(follows), settled(visits)]);
  expect(follows.payloads('typing')).toEqual([]);
  expect(told(visits)).not.toContain(stranger.id);
});

describe('what was lost between processes is mended', () => {
  const quiet = { warn: jest.fn(), info: jest.fn() } as never;
  const checked = async (client: Client): Promise<unknown> => {
    for (const { io, container } of server.nodes)
      await new RoomKeeper(io, container.standing, quiet, 1).check();
    await client.next('resync');
    return roomsOf(client);
  };
  const withDatabase = async (id: string, person: Person, change: 'private' | 'deleted' | 'banned') => {
    const { writer } = await server.database();
    const now = new Date();
    if (change === 'banned')
      await writer.membership.create({
        data: {
          conversationId: id,
          userId: person.id,
          role: 'follower',
          version: 0,
          joinedVersion: 0,
          myVersion: 0,
          createdAt: now,
          leftAt: now,
          bannedAt: now,
        },
      });
    else
      await writer.conversation.update({
        where: { id },
        data: change === 'private' ? { visibility: 'private' } : { deletedAt: now },
      });
  };

  test.each(['private', 'deleted', 'banned'] as const)(
    'a guest of a channel that is unheard of as %s goes',
    async (change) => {
      const { id, stranger, visits } = await makeHeardChannel();
      await withDatabase(id, stranger, change);
      expect(await checked(visits)).toEqual([]);
    },
  );

  test('a guest who follows unheard is a guest no more', async () => {
    const { id, stranger, visits } = await makeHeardChannel();
    const { writer } = await server.database();
    await writer.membership.create({
      data: {
        conversationId: id,
        userId: stranger.id,
        role: 'follower',
        version: 0,
        joinedVersion: 1,
        myVersion: 0,
        createdAt: new Date(),
      },
    });
    expect(await checked(visits)).toEqual(inFull(id));
  });

  test('and guests who may hear it stay, through every check', async () => {
    const { id, stranger, visits } = await makeHeardChannel();
    const lost = await makeHeardChannel();
    await withDatabase(lost.id, lost.stranger, 'banned');
    await checked(lost.visits);
    expect([roomsOf(visits), visits.payloads('resync')]).toEqual([asGuest(id), []]);
    expect((await channelSeenBy(server, stranger, id)).my).toBeNull();
  });
});
