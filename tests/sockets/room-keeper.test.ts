import type { Socket } from 'socket.io';
import { newId } from '../../src/helpers/ids';
import { RoomKeeper } from '../../src/sockets/room-keeper';
import { conversationOf, rooms } from '../../src/sockets/rooms';
import type { ChatSocket } from '../../src/sockets/types';
import { until } from '../api/auth/answers';
import { makeChat, openChat, send } from '../support/chats';
import { makePerson, signIn, type Person } from '../support/people';
import { storeConversation } from '../support/presence';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(
    { RATE_LIMITS: 'off', ROOM_CHECK_INTERVAL: '1s' },
    { oneNode: 'looks over one process, as each node does over itself' },
  );
});
afterAll(() => server.stop());

const socketOf = (client: Client): Socket =>
  server.io.sockets.sockets.get(client.socket.id ?? '') as unknown as Socket;
const roomsOf = (client: Client): string[] =>
  [...socketOf(client).rooms].filter((room) => conversationOf(room)).sort();
const quiet = { warn: jest.fn(), info: jest.fn() };
const makeKeeper = (standing: ConstructorParameters<typeof RoomKeeper>[1], everyMs = 1): RoomKeeper =>
  new RoomKeeper(server.io, standing, quiet as never, everyMs);
const leaveInDatabase = async (conversationId: string, { id }: Person): Promise<void> => {
  await (
    await server.database()
  ).writer.membership.update({
    where: { conversationId_userId: { conversationId, userId: id } },
    data: { leftAt: new Date() },
  });
};

describe('a socket is in exactly one room of each of its conversations', () => {
  test('from connect, through joins and leaves in any order at once, to a new chat joined at once', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const other = await openChat(server, ada, await makePerson(server));
    const adas = await connect(server, ada.tokens);
    expect(roomsOf(adas)).toEqual([rooms.inbox(chat.id), rooms.inbox(other.id)].sort());

    const seen = new Set<string>();
    const look = (): void => {
      for (const { id } of [chat, other])
        seen.add(
          roomsOf(adas)
            .filter((room) => conversationOf(room) === id && room !== rooms.receipts(id))
            .join(),
        );
    };
    const { adapter } = server.io.of('/');
    const lookAfterTheTick = (): void => queueMicrotask(look);
    for (const change of ['join-room', 'leave-room']) adapter.on(change, lookAfterTheTick);
    const moves = Array.from({ length: 40 }, (_, index) =>
      adas.must(index % 3 === 0 ? 'leave_chat' : 'join_chat', { chatId: index % 2 ? chat.id : other.id }),
    );
    await Promise.all(moves);
    for (const change of ['join-room', 'leave-room']) adapter.off(change, lookAfterTheTick);
    const each = [chat, other].flatMap(({ id }) => [rooms.conversation(id), rooms.inbox(id)]);
    // Which of them it was seen in depends on the moment; never in both, never in neither.
    expect(each).toEqual(expect.arrayContaining([...seen]));
    expect(seen.size).toBeGreaterThan(0);

    const bobs = await connect(server, bob.tokens);
    const carol = await makePerson(server);
    const opened = openChat(server, carol, bob);
    const { conversation } = await bobs.next('conversation_added');
    await bobs.must('join_chat', { chatId: conversation.id });
    await opened;
    expect(roomsOf(bobs).filter((room) => conversationOf(room) === conversation.id)).toEqual([
      rooms.conversation(conversation.id),
      rooms.receipts(conversation.id),
    ]);
  });

  test('so that a message is heard either in full or in short', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const [inFull, inShort] = [await connect(server, bob.tokens), await connect(server, bob.tokens)];
    await inFull.must('join_chat', { chatId: chat.id });
    const sent = await send(server, ada, chat.id, 'hello');
    expect(await inFull.next('chat_message')).toEqual(sent);
    expect(await inShort.next('inbox_update')).toMatchObject({
      conversationId: chat.id,
      version: sent.version,
    });
    await inFull.must('leave_chat', { chatId: chat.id });
    expect([inFull.payloads('inbox_update'), inShort.payloads('chat_message')]).toEqual([[], []]);
  });
});

describe('what was lost between processes is mended', () => {
  test('a session that ended unheard ends its sockets, and no others', async () => {
    const ada = await makePerson(server);
    const [phone, laptop] = [
      await connect(server, ada.tokens),
      await connect(server, (await signIn(server, ada)).tokens),
    ];
    await (
      await server.database()
    ).writer.session.update({ where: { id: phone.ready.sessionId }, data: { revokedAt: new Date() } });
    expect(await phone.next('session_ended')).toEqual({ reason: 'revoked' });
    await phone.ended();
    expect([laptop.socket.connected, laptop.payloads('resync')]).toEqual([true, []]);
  });

  test('who was put out unheard hears nothing more, and is told to resync', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const [adas, bobs, shortly] = [
      await connect(server, ada.tokens),
      await connect(server, bob.tokens),
      await connect(server, bob.tokens),
    ];
    await adas.must('join_chat', { chatId: chat.id });
    await bobs.must('join_chat', { chatId: chat.id });
    await leaveInDatabase(chat.id, bob);
    expect([await bobs.next('resync'), await shortly.next('resync')]).toEqual([{}, {}]);
    expect([roomsOf(bobs), roomsOf(shortly)]).toEqual([[], []]);
    await send(server, ada, chat.id, 'unheard');
    await bobs.ask('join_chat', { chatId: chat.id });
    expect([bobs.payloads('chat_message'), shortly.payloads('inbox_update')]).toEqual([[], []]);
    expect(adas.payloads('resync')).toEqual([]);
  });

  test('who was taken in unheard hears it in short', async () => {
    const ada = await makePerson(server);
    const adas = await connect(server, ada.tokens);
    const groupId = newId();
    await storeConversation(server, groupId, 'group', [ada]);
    await adas.next('resync');
    expect(roomsOf(adas)).toEqual([rooms.inbox(groupId)]);
  });

  test('who is in both rooms of a conversation stays where it is heard in full', async () => {
    const { ada, chat } = await makeChat(server);
    const adas = await connect(server, ada.tokens);
    await adas.must('join_chat', { chatId: chat.id });
    await socketOf(adas).join(rooms.inbox(chat.id));
    await adas.next('resync');
    expect(roomsOf(adas)).toEqual([rooms.conversation(chat.id), rooms.receipts(chat.id)]);
  });

  test('sockets whose rooms are right are left alone', async () => {
    const { ada, chat } = await makeChat(server);
    const adas = await connect(server, ada.tokens);
    await adas.must('join_chat', { chatId: chat.id });
    const before = roomsOf(adas);
    await makeKeeper(server.container.standing).check();
    await adas.must('join_chat', { chatId: chat.id });
    expect([roomsOf(adas), adas.payloads('resync')]).toEqual([before, []]);
  });
});

describe('people in doubt', () => {
  /** @param held whether a read waits until it is let go */
  function counting(held = false) {
    const reads: string[][] = [];
    let letGo: () => void = () => undefined;
    const keeper = makeKeeper({
      of: async (connected) => {
        reads.push(connected.map(({ userId }) => userId));
        if (held) await new Promise<void>((resolve) => (letGo = resolve));
        return server.container.standing.of(connected);
      },
    });
    return { keeper, reads, letGo: () => letGo() };
  }

  test('are one more look, however often they are named while the last one is under way', async () => {
    const people = [await makePerson(server), await makePerson(server)] as const;
    for (const { tokens } of people) await connect(server, tokens);
    const [ada, bob] = people.map(({ id }) => id) as [string, string];
    const { keeper, reads, letGo } = counting(true);
    const looked = keeper.lookUp([ada]);
    for (let times = 0; times < 10; times += 1) void keeper.lookUp([ada, bob]);
    letGo();
    await until('the second look', () => Promise.resolve(reads.length === 2));
    letGo();
    await looked;
    expect(reads).toEqual([[ada], [ada, bob]]);
  });

  test('are looked at when they have joined their rooms, if they are just joining them', async () => {
    const { ada, chat } = await makeChat(server);
    const socket = socketOf(await connect(server, ada.tokens)) as unknown as ChatSocket;
    const { keeper, reads } = counting();
    socket.data.isReady = false;
    await keeper.lookUp([ada.id]);
    expect(reads).toEqual([]);
    await socket.leave(rooms.inbox(chat.id));
    keeper.ready(socket);
    await keeper.lookUp([]);
    expect([...socket.rooms]).toContain(rooms.inbox(chat.id));
    const looks = reads.length;
    keeper.ready(socket);
    await keeper.lookUp([]);
    expect(reads).toHaveLength(looks);
  });
});

describe('a check', () => {
  test('brings nobody back who was put out while it read', async () => {
    const { ada, chat } = await makeChat(server);
    const adas = await connect(server, ada.tokens);
    const loseInbox = () => socketOf(adas).leave(rooms.inbox(chat.id));
    await loseInbox();
    // The server's own check has just been: the next one is a second away.
    await adas.next('resync');
    await loseInbox();
    let reads = 0;
    const keeper = makeKeeper({
      of: async (connected) => {
        const standing = await server.container.standing.of(connected);
        reads += 1;
        if (reads === 2) server.io.in(rooms.user(ada.id)).socketsLeave(rooms.inbox(chat.id));
        return standing;
      },
    });
    await keeper.check();
    expect([reads, roomsOf(adas)]).toEqual([2, []]);
    await socketOf(adas).join(rooms.inbox(chat.id));
  });

  test('asks once for all its sockets, and never runs twice at the same moment', async () => {
    const { ada, bob } = await makeChat(server);
    await Promise.all([
      connect(server, ada.tokens),
      connect(server, ada.tokens),
      connect(server, bob.tokens),
    ]);
    let asked = 0;
    const keeper = makeKeeper({
      of: (connected) => {
        asked += 1;
        return server.container.standing.of(connected);
      },
    });
    await Promise.all([keeper.check(), keeper.check(), keeper.check()]);
    expect(asked).toBe(1);
    await keeper.check();
    expect(asked).toBe(2);
  });

  test('takes two statements for all its sockets', async () => {
    const { ada, bob } = await makeChat(server);
    const reader = (await server.database()).reader;
    const statements = [jest.spyOn(reader, '$queryRawUnsafe'), jest.spyOn(reader.session, 'findMany')];
    const sockets = [ada, bob, ada].map(({ id }) => ({ userId: id, sessionId: newId(), visited: [] }));
    for (const statement of statements) statement.mockClear();
    await server.container.standing.of(sockets);
    expect(statements.map((statement) => statement.mock.calls.length)).toEqual([1, 1]);
    for (const statement of statements) statement.mockRestore();
  });

  test('that fails is logged, ends nobody, and is followed by the next', async () => {
    const ada = await makePerson(server);
    const adas = await connect(server, ada.tokens);
    let failures = 0;
    const worked = new Promise<void>((resolve) => {
      const keeper = makeKeeper({
        of: (connected) => {
          failures += 1;
          if (failures < 3) return Promise.reject(new Error('the database is away'));
          resolve(keeper.stop());
          return server.container.standing.of(connected);
        },
      });
      keeper.start();
    });
    await worked;
    expect(quiet.warn).toHaveBeenCalledTimes(2);
    expect([adas.socket.connected, adas.payloads('resync')]).toEqual([true, []]);
  });

  test('under way is waited for by stop, and none comes after it', async () => {
    await connect(server, (await makePerson(server)).tokens);
    let finish: () => void = () => undefined;
    let asked = 0;
    const keeper = makeKeeper({
      of: async (connected) => {
        asked += 1;
        await new Promise<void>((resolve) => (finish = resolve));
        return server.container.standing.of(connected);
      },
    });
    const checking = keeper.check();
    const order: string[] = [];
    const stopped = keeper.stop().then(() => order.push('stopped'));
    order.push('finishing');
    finish();
    await Promise.all([checking, stopped]);
    keeper.start();
    expect([order, asked]).toEqual([['finishing', 'stopped'], 1]);
  });
});
