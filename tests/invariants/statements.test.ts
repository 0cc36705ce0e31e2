import type { Database } from '../../src/database/database';
import { openMysql } from '../../src/database/mysql';
import { newId } from '../../src/helpers/ids';
import { foldCase } from '../../src/helpers/text';
import type { Identity } from '../../src/services/accounts';
import { ConversationAccess } from '../../src/services/conversations/access';
import { ConversationsService } from '../../src/services/conversations/conversations.service';
import { DomainEventBus } from '../../src/services/domain-events';
import { Limits } from '../../src/services/limits/limits';
import type { SendCommand } from '../../src/services/messages/message';
import { MessageWriter } from '../../src/services/messages/message-writer';
import { MessagesService } from '../../src/services/messages/messages.service';
import { sendBatch } from '../../src/services/messages/send-batch';
import { openChat, send } from '../support/chats';
import { addFile } from '../support/files';
import { makePerson, type Person } from '../support/people';
import { describeWhen } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';

describeWhen('mysql')('the number of statements', () => {
  let server: TestServer;
  let database: Database;
  let ada: Person;
  let identity: Identity;
  let chatIds: string[];
  let peer: string;
  const sentIds: string[] = [];
  let statements: string[] = [];

  beforeAll(async () => {
    server = await startTestServer({ RATE_LIMITS: 'off' });
    database = openMysql(server.home.settings.DATABASE_URL ?? '', 2, (sql) => statements.push(sql));
    ada = await makePerson(server);
    identity = await server.container.accounts.sessions.authenticate(ada.tokens.accessToken);
    chatIds = [];
    for (let index = 0; index < 20; index += 1) {
      const chat = await openChat(server, ada, await makePerson(server));
      chatIds.push(chat.id);
      peer ??= chat.peer?.username ?? '';
      sentIds.push((await send(server, ada, chat.id, 'x')).id);
    }
    await database.ping(1_000);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  /** The statements that `work` sent, without those that open a connection or look whether an idle one is alive. */
  const countOf = async (work: () => Promise<unknown>): Promise<number> => {
    statements = [];
    await work();
    return statements.filter((sql) => !/SET SESSION|^PING/.test(sql)).length;
  };

  const commands = (count: number): SendCommand[] =>
    Array.from({ length: count }, (_, index) => {
      const id = newId();
      return {
        id,
        conversationId: chatIds[index % chatIds.length] ?? '',
        kind: 'chat',
        senderId: ada.id,
        sessionId: identity.sessionId,
        type: 'text',
        content: `${index}`,
        fileIds: [],
        clientMessageId: id,
        requestHash: '0'.repeat(64),
        names: { usernameKeys: [], everybody: false },
        replyTo: null,
        forwardedFrom: null,
        originSocketId: undefined,
      };
    });

  test('of a batch is the same for one message and for two hundred', async () => {
    await sendBatch(database, commands(1));
    const one = await countOf(() => sendBatch(database, commands(1)));
    const many = await countOf(() => sendBatch(database, commands(200)));
    expect([one, many]).toEqual([7, 7]);
    const naming = (count: number): SendCommand[] =>
      commands(count).map((command) => ({
        ...command,
        names: { usernameKeys: [foldCase(peer), foldCase(ada.username)], everybody: true },
      }));
    const named = [
      await countOf(() => sendBatch(database, naming(1))),
      await countOf(() => sendBatch(database, naming(200))),
    ];
    // Who is named is looked up, and written down.
    expect(named).toEqual([9, 9]);
    const fileIds = await Promise.all(Array.from({ length: 30 }, () => addFile(server, ada)));
    const attaching = (count: number): SendCommand[] =>
      commands(count).map((command, index) => ({
        ...command,
        type: null,
        fileIds: fileIds.slice(index % 20, (index % 20) + 10),
      }));
    // Files are read, attached, and, if no message had them before, kept.
    expect(await countOf(() => sendBatch(database, attaching(1)))).toBe(10);
    expect(await countOf(() => sendBatch(database, attaching(200)))).toBe(10);
    expect(await countOf(() => sendBatch(database, attaching(200)))).toBe(9);
    expect(await countOf(() => sendBatch(database, commands(200)))).toBe(7);
    const answering = (count: number): SendCommand[] =>
      commands(count).map((command, index) => ({
        ...command,
        replyTo: sentIds[index % sentIds.length] ?? '',
      }));
    const answered = [
      await countOf(() => sendBatch(database, answering(1))),
      await countOf(() => sendBatch(database, answering(200))),
    ];
    // What is answered is looked up, and its author mentioned where it is somebody else.
    expect(answered).toEqual([8, 8]);
  });

  test('of an inbox page is four, however many conversations, whatever stands at their last messages', async () => {
    const access = new ConversationAccess(database);
    const conversations = new ConversationsService(
      database,
      access,
      new DomainEventBus(() => undefined),
      new Limits(false),
    );
    const page = (limit: number) => () =>
      conversations.list(identity, { kind: undefined, archived: undefined }, { limit });
    // The first use opens connections, and asks them who they are.
    await page(20)();
    const counts = [await countOf(page(1)), await countOf(page(5)), await countOf(page(20))];
    expect(counts).toEqual([4, 4, 4]);
    // Where the last message is hidden, the one before it is looked for.
    for (const chatId of chatIds) {
      const { id } = await send(server, ada, chatId, 'x');
      const path = `/api/v1/chats/${chatId}/messages/${id}?for=me`;
      await server.request.delete(path).set(ada.authorization).expect(204);
    }
    expect([await countOf(page(1)), await countOf(page(20))]).toEqual([4, 4]);
  });

  test('of a page of history is two, however many messages, whatever stands at them and whatever they answer', async () => {
    const bus = new DomainEventBus(() => undefined);
    const messages = new MessagesService(
      database,
      new ConversationAccess(database),
      new MessageWriter(database, bus),
      100,
    );
    const page = (limit: number) => () => messages.history(identity, 'chat', chatIds[0] ?? '', { limit });
    expect([await countOf(page(1)), await countOf(page(10))]).toEqual([2, 2]);
    for (const emoji of ['👍', '😀', '🍵']) {
      const { items } = await page(10)();
      const path = `/api/v1/chats/${chatIds[0]}/messages/${items[0]?.id}/reactions/${encodeURIComponent(emoji)}`;
      await server.request.put(path).set(ada.authorization).expect(200);
      await send(server, ada, chatIds[0] ?? '', `@${peer}`);
    }
    await server.request
      .post(`/api/v1/chats/${chatIds[0]}/messages`)
      .set(ada.authorization)
      .send({ content: 'x', replyTo: sentIds[0] })
      .expect(201);
    expect([await countOf(page(1)), await countOf(page(10))]).toEqual([2, 2]);
    for (let sent = 0; sent < 3; sent += 1)
      await server.request
        .post(`/api/v1/chats/${chatIds[0]}/messages`)
        .set(ada.authorization)
        .send({
          replyTo: sentIds[0],
          attachmentIds: [await addFile(server, ada), await addFile(server, ada)],
        })
        .expect(201);
    expect([await countOf(page(1)), await countOf(page(10))]).toEqual([2, 2]);
  });
});
