import type { Database } from '../../src/database/database';
import { makeChat } from '../support/chats';
import { codesOf, expectExact, expectNoStrayErrors, openChatOn, sendMany } from '../support/faults';
import { startProcessServer, type ProcessServer } from '../support/process-server';

/** Passes every contract; only the database refuses it. */
const POISON = 'poison';

const trigger = {
  mysql: `CREATE TRIGGER poison BEFORE INSERT ON message FOR EACH ROW
    IF NEW.content = '${POISON}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'bad data'; END IF`,
  sqlite: `CREATE TRIGGER poison BEFORE INSERT ON message WHEN NEW.content = '${POISON}'
    BEGIN SELECT RAISE(ABORT, 'bad data'); END`,
};

/** Refuses what is written behind the messages. */
const laterTrigger = {
  mysql: `CREATE TRIGGER poison_mention BEFORE INSERT ON mention FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'bad data'`,
  sqlite: `CREATE TRIGGER poison_mention BEFORE INSERT ON mention BEGIN SELECT RAISE(ABORT, 'bad data'); END`,
};

describe('a message that the database refuses', () => {
  let server: ProcessServer;
  beforeAll(async () => {
    server = await startProcessServer({ RATE_LIMITS: 'off' });
    const database: Database = await server.database();
    await database.writer.$executeRawUnsafe(trigger[database.kind]);
    await database.writer.$executeRawUnsafe(laterTrigger[database.kind]);
  });
  afterAll(() => server.stop());

  test('fails alone among a hundred; the others are stored in their order', async () => {
    const chat = await openChatOn(server);
    const contents = Array.from({ length: 100 }, (_, index) => (index === 37 ? POISON : `good ${index}`));
    const attempts = await sendMany(chat, 'batch', contents);
    const [poisoned, ...none] = attempts.filter(({ ack }) => !ack.ok);
    expect(none).toEqual([]);
    expect(poisoned).toMatchObject({ content: POISON, ack: { ok: false, error: { code: 'internal' } } });
    const good = contents.filter((content) => content !== POISON);
    const history = await expectExact(server, chat, attempts);
    expect(history.map(({ content }) => content)).toEqual(good);
    expect(chat.bobs.payloads('chat_message')).toEqual(history);
    expect(server.output).not.toContain(POISON + '"');
    expectNoStrayErrors(server);
  });

  test('several in one batch fail alone, too, and again when they are sent again', async () => {
    const chat = await openChatOn(server);
    const contents = Array.from({ length: 60 }, (_, index) => (index % 20 === 5 ? POISON : `good ${index}`));
    const attempts = await sendMany(chat, 'batch', contents);
    expect(attempts.filter(({ ack }) => !ack.ok).map(({ content }) => content)).toEqual(
      Array(3).fill(POISON),
    );
    expect(await expectExact(server, chat, attempts)).toHaveLength(57);
    const again = await sendMany(chat, 'again', [POISON]);
    expect(codesOf(again)).toEqual(['internal']);
    expect(await expectExact(server, chat, attempts)).toHaveLength(57);
  });

  test('by a statement behind its own is not stored either: nothing of a batch is without all of it', async () => {
    const chat = await openChatOn(server);
    const naming = `@${chat.bob.username}`;
    const contents = Array.from({ length: 30 }, (_, index) => (index === 11 ? naming : `good ${index}`));
    const attempts = await sendMany(chat, 'batch', contents);
    expect(attempts.filter(({ ack }) => !ack.ok).map(({ content }) => content)).toEqual([naming]);
    expect(await expectExact(server, chat, attempts)).toHaveLength(29);
    const { reader } = await server.database();
    const stored = await reader.message.findMany({ where: { conversationId: chat.chat.id } });
    expect(stored.map(({ content }) => content)).not.toContain(naming);
    const { lastSeq } = await reader.conversation.findUniqueOrThrow({ where: { id: chat.chat.id } });
    expect(lastSeq).toBe(29);
  });

  test('is an `internal` problem at the other door', async () => {
    const { ada, chat } = await makeChat(server);
    const { body } = await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .send({ content: POISON })
      .expect(500);
    expect(body).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(body)).not.toContain('bad data');
  });
});
