import { sha256 } from '../../src/helpers/hashing';
import { newId } from '../../src/helpers/ids';
import { DomainEventBus } from '../../src/services/domain-events';
import { MessageWriter } from '../../src/services/messages/message-writer';
import { makeChat } from '../support/chats';
import { wholeHistory } from '../support/faults';
import { startProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';
import { startTestServer } from '../support/server';
import { connect } from '../support/sockets';

const POISON = 'poison';
const trigger = {
  mysql: `CREATE TRIGGER poison BEFORE INSERT ON message FOR EACH ROW
    IF NEW.content = '${POISON}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'bad data'; END IF`,
  sqlite: `CREATE TRIGGER poison BEFORE INSERT ON message WHEN NEW.content = '${POISON}'
    BEGIN SELECT RAISE(ABORT, 'bad data'); END`,
};

test('new, repeated, contradicting and poisonous messages of one batch each get their own answer', async () => {
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  const { database, accounts } = server.container;
  await database.writer.$executeRawUnsafe(trigger[database.kind]);
  const { ada, bob, chat } = await makeChat(server);
  const identity = await accounts.sessions.authenticate(ada.tokens.accessToken);
  const bus = new DomainEventBus(() => undefined);
  const heard: number[] = [];
  bus.on('message.sent', ({ message }) => heard.push(message.seq));
  const writer = new MessageWriter(database, bus);
  const send = (key: string, content: string, id = newId()) =>
    writer.send({
      id,
      conversationId: chat.id,
      kind: 'chat',
      senderId: identity.userId,
      sessionId: identity.sessionId,
      type: 'text',
      content,
      clientMessageId: key,
      requestHash: sha256(content),
      names: { usernameKeys: [], everybody: false },
      fileIds: [],
      replyTo: null,
      forwardedFrom: null,
      originSocketId: undefined,
    });
  await send('a', 'one');
  const sameId = newId();
  const outcomes = await Promise.allSettled([
    send('b', 'two'),
    send('a', 'one'),
    send('a', 'another'),
    send('p', POISON),
    send('b', 'two'),
    send('b', 'another'),
    send('c', 'three'),
    send('p', POISON),
    send('d', 'four', sameId),
    send('e', 'five', sameId),
    send('f', 'six'),
    send('f', 'six'),
  ]);
  const answers = outcomes.map((outcome) =>
    outcome.status === 'fulfilled'
      ? [outcome.value.message.seq, outcome.value.duplicate]
      : (outcome.reason as { code: string }).code,
  );
  expect(answers).toEqual([
    [2, false],
    [1, true],
    'idempotency_mismatch',
    'internal',
    [2, true],
    'idempotency_mismatch',
    [3, false],
    'internal',
    [4, false],
    'internal',
    [5, false],
    [5, true],
  ]);
  const history = await wholeHistory(server, bob, chat);
  expect(history.map(({ seq, version, content }) => [seq, version, content])).toEqual([
    [1, 2, 'one'],
    [2, 3, 'two'],
    [3, 4, 'three'],
    [4, 5, 'four'],
    [5, 6, 'six'],
  ]);
  expect(heard).toEqual([1, 2, 1, 2, 3, 4, 5, 5]);
  await writer.close();
  await server.stop();
});

describeWhen('mysql')('two servers on one database', () => {
  test('the same keys at both at once: one message and one answer each', async () => {
    const one = await startProcessServer({ RATE_LIMITS: 'off' });
    const two = await startProcessServer({ RATE_LIMITS: 'off' }, { sharing: one });
    const { ada, bob, chat } = await makeChat(one);
    const clients = [await connect(one, ada.tokens), await connect(two, ada.tokens)];
    const answers = new Map<string, Set<string>>();
    let firsts = 0;
    const send = async (round: number, index: number): Promise<void> => {
      const key = `r${round}-${index % 150}`;
      const client = clients[(index + Math.floor(index / 150)) % 2];
      const payload = { chatId: chat.id, content: key, clientMessageId: key };
      const answer = await client?.must('chat_message', payload, 25_000);
      if (!answer?.duplicate) firsts += 1;
      const what = `${answer?.id} ${answer?.seq} ${answer?.version}`;
      answers.set(key, (answers.get(key) ?? new Set()).add(what));
    };
    for (let round = 0; round < 3; round += 1)
      await Promise.all(Array.from({ length: 400 }, (_, index) => send(round, index)));
    expect([...answers.values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(firsts).toBe(450);
    const history = await wholeHistory(one, bob, chat);
    expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
    expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 2));
    await two.stop();
    await one.stop();
  }, 90_000);
});
