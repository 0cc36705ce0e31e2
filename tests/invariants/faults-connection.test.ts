import { addFile } from '../support/files';
import { describeWhen } from '../support/run';
import {
  codesOf,
  expectExact,
  expectNoStrayErrors,
  openChatOn,
  sendMany,
  startFaultyServer,
  wholeHistory,
  type FaultyServer,
  type OpenChat,
} from '../support/faults';
import type { CutMoment } from '../support/tcp-proxy';

const INSERT = 'INSERT INTO message (';
const COMMIT = ';\nCOMMIT';

describeWhen('mysql')('the connection of a batch is lost', () => {
  let faulty: FaultyServer;
  beforeAll(async () => {
    // Far from UTC: no time may depend on where the server stands.
    faulty = await startFaultyServer({ TZ: 'Asia/Tokyo' });
  });
  afterAll(() => faulty.stop());

  /** Messages that are committed. */
  const storedIn = ({ chat: { id } }: OpenChat) =>
    faulty.database.reader.message.count({ where: { conversationId: id } });

  const places: [string, CutMoment, string[]][] = [
    ['when the conversations are to be locked', 'before', ['START TRANSACTION', 'FOR UPDATE']],
    ['with the conversations locked', 'unheard', ['FOR UPDATE']],
    ['before the messages are inserted and committed', 'before', [INSERT, COMMIT]],
    ['while they are inserted and committed', 'during', [INSERT, COMMIT]],
    ['after COMMIT, whose answer is lost', 'unheard', [INSERT, COMMIT]],
    ['after COMMIT was answered', 'after', [INSERT, COMMIT]],
  ];

  test.each(places)('%s: stored once, acknowledged once', async (_, moment, bytes) => {
    const chat = await openChatOn(faulty.server);
    const first = await sendMany(chat, 'first', 3);
    const stored = faulty.proxy.cutAt(moment, ...bytes).then(() => storedIn(chat));
    const attempts = await sendMany(chat, 'cut', 50);
    const then = await stored;
    if (moment === 'before' || bytes.includes('FOR UPDATE')) expect(then).toBe(3);
    else if (moment !== 'during') expect(then).toBeGreaterThan(3);
    const later = await sendMany(chat, 'later', 3);
    const all = [...first, ...attempts, ...later];
    expect(codesOf(all)).toEqual(['ok']);
    expect(all.filter(({ ack }) => ack.ok && ack.data.duplicate)).toEqual([]);
    expect(Math.max(...attempts.map(({ took }) => took))).toBeLessThan(3_000);
    const history = await expectExact(faulty.server, chat, all);
    expect(history).toHaveLength(56);
    // Each was heard exactly once: no attempt but the last one was published.
    expect(chat.bobs.payloads('chat_message')).toEqual(history);
    expectNoStrayErrors(faulty.server);
  });

  test('after COMMIT, whose answer is lost: files, mentions and what is answered are told and acknowledged as they are read', async () => {
    const chat = await openChatOn(faulty.server);
    const { ada, bob, adas, bobs } = chat;
    const { id: chatId } = chat.chat;
    const answered = await bobs.must('chat_message', { chatId, content: 'Which of them?' });
    const say = (body: object) => adas.must('chat_message', { chatId, ...body }, 15_000);
    const files = [
      await addFile(faulty.server, ada, { kind: 'image', name: '"a", \\b\u{1F363}' }),
      await addFile(faulty.server, ada, { kind: 'file', name: 'c.pdf' }),
    ];
    const cut = faulty.proxy.cutAt('unheard', INSERT, COMMIT);
    const stored = cut.then(() => storedIn(chat));
    const sent = await Promise.all([
      say({ content: `@${bob.username}, these`, attachmentIds: files, replyTo: answered.id }),
      say({ content: '', attachmentIds: files.slice(1), clientMessageId: 'key' }),
      say({ content: 'plain', replyTo: answered.id }),
    ]);
    expect(await stored).toBeGreaterThan(1);
    const history = await wholeHistory(faulty.server, bob, chat.chat);
    const asTold = history.slice(1).map((message) => ({ ...message, reactions: [] }));
    expect(sent).toEqual(asTold);
    await bobs.next('chat_message', ({ seq }) => seq === 4);
    expect(bobs.payloads('chat_message')).toEqual(asTold);
    expect(sent[0]).toMatchObject({
      type: 'file',
      attachments: [{ id: files[0] }, { id: files[1] }],
      mentions: [{ kind: 'user', userId: bob.id }],
      replyTo: { id: answered.id, preview: 'Which of them?' },
    });
    expectNoStrayErrors(faulty.server);
  });

  test('again and again: nothing is lost, doubled or out of order', async () => {
    const chat = await openChatOn(faulty.server);
    const moments: CutMoment[] = ['before', 'during', 'unheard', 'after'];
    const cuts = moments.map((moment) => faulty.proxy.cutAt(moment, INSERT, COMMIT));
    const rounds = [];
    for (let round = 0; round < 12; round += 1) rounds.push(...(await sendMany(chat, `r${round}`, 40)));
    await Promise.all(cuts);
    expect(codesOf(rounds)).toEqual(['ok']);
    expect(rounds.filter(({ ack }) => ack.ok && ack.data.duplicate)).toEqual([]);
    expect(await expectExact(faulty.server, chat, rounds)).toHaveLength(480);
  });

  test('new connections, too, while they are set up: the process lives and tries others', async () => {
    const chat = await openChatOn(faulty.server);
    const cuts = [
      faulty.proxy.cutAt('before', 'SET SESSION TRANSACTION'),
      faulty.proxy.cutAt('unheard', 'SET SESSION time_zone'),
      faulty.proxy.cutAt('unheard', 'lock_wait_timeout'),
    ];
    faulty.proxy.cutAll();
    const attempts = await sendMany(chat, 'setup', 20);
    expect(codesOf(attempts)).toEqual(['ok']);
    await Promise.all([...cuts, sendMany(chat, 'more', 20), faulty.server.request.get('/health/ready')]);
    expect(await expectExact(faulty.server, chat, attempts)).toHaveLength(40);
    expectNoStrayErrors(faulty.server);
  });

  test('every connection at once, under load: nothing is lost, and idle ones are replaced', async () => {
    const chat = await openChatOn(faulty.server);
    const sends = Promise.all(
      Array.from({ length: 10 }, (_, round) =>
        new Promise((resolve) => setTimeout(resolve, round * 20)).then(() =>
          sendMany(chat, `burst${round}`, 40),
        ),
      ),
    );
    for (let cut = 0; cut < 5; cut += 1) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      faulty.proxy.cutAll();
    }
    const attempts = (await sends).flat();
    expect(codesOf(attempts)).toEqual(['ok']);
    expect(attempts.filter(({ ack }) => ack.ok && ack.data.duplicate)).toEqual([]);
    await expectExact(faulty.server, chat, attempts);
    faulty.proxy.cutAll();
    await faulty.server.request.get('/api/v1/conversations').set(chat.ada.authorization).expect(200);
    await faulty.server.request.get('/health/ready').expect(200);
    expectNoStrayErrors(faulty.server);
  });
});
