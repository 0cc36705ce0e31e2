import type { Database } from '../../src/database/database';
import { isUniqueViolation } from '../../src/database/failures';
import { errors } from '../../src/helpers/errors';
import { tellInConversation } from '../../src/services/conversations/system-messages';
import { DomainEventBus } from '../../src/services/domain-events';
import { nextVersion, type Act, type Scene } from '../../src/services/messages/act';
import { MessageWriter } from '../../src/services/messages/message-writer';
import { openMysql } from '../../src/database/mysql';
import { makeChat } from '../support/chats';
import { describeWhen } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';
import { startTcpProxy, type CutMoment, type TcpProxy } from '../support/tcp-proxy';

let server: TestServer;
let database: Database;
let writer: MessageWriter;
let told: string[] = [];
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ({ database } = server.container);
  const bus = new DomainEventBus((error) => {
    throw error;
  });
  bus.on('message.sent', ({ message }) => told.push(message.id));
  writer = new MessageWriter(database, bus);
});
afterAll(async () => {
  await writer.close();
  await server.stop();
});
beforeEach(() => (told = []));

/** Writes a note, changes the title, and then does what is to fail. */
const retitle = (
  conversationId: string,
  actorId: string,
  title: string,
  then: (scene: Scene) => Promise<void> = () => Promise.resolve(),
): Act<string> => ({
  conversationId,
  async apply(scene) {
    const event = await tellInConversation(scene, { action: 'title', actorId, targetIds: [], title });
    nextVersion(scene);
    await scene.sql.execute('UPDATE conversation SET title = ? WHERE id = ?', [title, conversationId]);
    await then(scene);
    return { result: title, events: [event] };
  },
});

async function stateOf(chatId: string) {
  const { title, lastSeq, version } = await database.reader.conversation.findUniqueOrThrow({
    where: { id: chatId },
  });
  const rows = await database.reader.message.findMany({
    where: { conversationId: chatId },
    orderBy: { seq: 'asc' },
  });
  return {
    title,
    lastSeq,
    version,
    seqs: rows.map(({ seq }) => seq),
    versions: rows.map(({ version: of }) => of),
    ids: rows.map(({ id }) => id),
  };
}

test('an act refused for a unique key leaves nothing behind, and those beside it are stored', async () => {
  const { ada, chat } = await makeChat(server);
  const other = await makeChat(server);
  const taken = async ({ sql }: Scene): Promise<void> => {
    try {
      await sql.execute('UPDATE conversation SET handleKey = ? WHERE id = ?', ['taken', chat.id]);
    } catch (error) {
      throw isUniqueViolation(error) ? errors.handleTaken() : error;
    }
  };
  await database.writer.conversation.update({ where: { id: other.chat.id }, data: { handleKey: 'taken' } });
  const outcomes = await Promise.allSettled([
    writer.act(retitle(chat.id, ada.id, 'first')),
    writer.act(retitle(chat.id, ada.id, 'never', taken)),
    writer.act(retitle(chat.id, ada.id, 'second')),
    writer.act(
      retitle(chat.id, ada.id, 'neither', () => {
        throw errors.forbidden();
      }),
    ),
    writer.act(retitle(chat.id, ada.id, 'third')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'handle_taken' } });
  const state = await stateOf(chat.id);
  expect(state).toMatchObject({
    title: 'third',
    lastSeq: 3,
    version: 7,
    seqs: [1, 2, 3],
    versions: [2, 4, 6],
  });
  expect(told).toEqual(state.ids);
});

test('an act that breaks does not take its neighbours along, and leaves no gap', async () => {
  const { ada, chat } = await makeChat(server);
  const broken = async ({ sql }: Scene): Promise<void> =>
    void (await sql.query('SELECT nothing FROM nowhere'));
  const outcomes = await Promise.allSettled([
    writer.act(retitle(chat.id, ada.id, 'first')),
    writer.act(retitle(chat.id, ada.id, 'never', broken)),
    writer.act(retitle(chat.id, ada.id, 'second')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { code: 'internal' } });
  const state = await stateOf(chat.id);
  expect(state).toMatchObject({ title: 'second', lastSeq: 2, version: 5, seqs: [1, 2], versions: [2, 4] });
  expect(told).toEqual(state.ids);
});

describeWhen('mysql')('the connection of an act is lost', () => {
  const INSERT = 'INSERT INTO message (';
  const COMMIT = '\x03COMMIT';
  let proxy: TcpProxy;
  let behind: Database;
  beforeAll(async () => {
    const url = new URL(server.home.settings.DATABASE_URL ?? '');
    proxy = await startTcpProxy(Number(url.port || 3306));
    url.port = String(proxy.port);
    behind = openMysql(url.href, 2);
  });
  afterAll(async () => {
    await behind.close();
    await proxy.close();
  });

  const cases: [string, CutMoment, string[], 'stored' | 'unknown'][] = [
    ['after its first statements', 'unheard', [INSERT], 'stored'],
    ['before COMMIT', 'before', [INSERT, COMMIT], 'stored'],
    ['after COMMIT, whose answer is lost', 'unheard', [INSERT, COMMIT], 'unknown'],
  ];
  test.each(cases)('%s: it is done once', async (_, moment, bytes, outcome) => {
    const { ada, chat } = await makeChat(server);
    const bus = new DomainEventBus(() => undefined);
    const own = new MessageWriter(behind, bus);
    const cut = proxy.cutAt(moment, ...bytes);
    const acts = [own.act(retitle(chat.id, ada.id, 'first')), own.act(retitle(chat.id, ada.id, 'second'))];
    const outcomes = await Promise.allSettled(acts);
    await cut;
    expect(await stateOf(chat.id)).toMatchObject({ title: 'second', lastSeq: 2, version: 5, seqs: [1, 2] });
    expect(outcomes).toMatchObject(
      outcome === 'stored'
        ? [{ status: 'fulfilled' }, { status: 'fulfilled' }]
        : [{ reason: { code: 'unavailable' } }, { reason: { code: 'unavailable' } }],
    );
    await own.act(retitle(chat.id, ada.id, 'third'));
    expect(await stateOf(chat.id)).toMatchObject({ title: 'third', lastSeq: 3, version: 7, seqs: [1, 2, 3] });
    await own.close();
  });
});
