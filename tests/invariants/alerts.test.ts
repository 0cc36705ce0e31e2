import { digestsTo, untilTold } from '../support/alerts';
import { openChat, send } from '../support/chats';
import { makePeople, makePerson, type Person } from '../support/people';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';
import { connect } from '../support/sockets';

jest.setTimeout(120_000);

const SETTINGS = { RATE_LIMITS: 'off', DIGEST_AFTER: '2s' };

describe('alerts of a server that dies', () => {
  let server: ProcessServer;
  beforeAll(async () => {
    server = await startProcessServer(SETTINGS);
  });
  afterAll(() => server.stop());

  const makeTalk = async () => {
    const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
    return { ada, bob, chat: await openChat(server, ada, bob) };
  };
  /** Whoever has died does its jobs no more: others need not wait for its leases. */
  const endLeases = async (): Promise<void> => {
    const { writer } = await server.database();
    await writer.outboxJob.updateMany({ data: { leasedUntil: new Date(0), nextAt: new Date(0) } });
  };
  const idsOf = (person: Person): unknown[] =>
    digestsTo(server, person).map(({ headers }) => headers.get('message-id'));

  test('between the commit and the look at whom to tell are told by the next one', async () => {
    const { ada, bob, chat } = await makeTalk();
    await send(server, ada, chat.id, 'hello');
    await server.kill();
    await server.start();
    await server.mail.waitForMail(bob.email, /unread/, 20_000);
    await untilTold(server);
    expect(digestsTo(server, bob)).toHaveLength(1);
  });

  test('between the sending and the settling are told again, as the same mail, and then no more', async () => {
    const { ada, bob, chat } = await makeTalk();
    server.mail.silent = true;
    await send(server, ada, chat.id, 'hello');
    await server.mail.waitForMail(bob.email, /unread/, 20_000);
    await server.kill();
    server.mail.silent = false;
    await endLeases();
    await server.start();
    await server.mail.waitForMail(bob.email, /unread/, 20_000);
    await untilTold(server);
    const ids = idsOf(bob);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('between the sending and the settling are not told again when they were read meanwhile', async () => {
    const { ada, bob, chat } = await makeTalk();
    server.mail.silent = true;
    const { seq } = await send(server, ada, chat.id, 'hello');
    await server.mail.waitForMail(bob.email, /unread/, 20_000);
    await server.kill();
    server.mail.silent = false;
    await server.start();
    const device = await connect(server, bob.tokens);
    await device.must('message_read', { roomId: chat.id, seq });
    device.close();
    await endLeases();
    await untilTold(server);
    expect(idsOf(bob)).toHaveLength(1);
  });
});

describeWhen('mysql')('alerts of two servers on one database', () => {
  const TALKS = 20;

  let servers: [ProcessServer, ProcessServer];
  beforeAll(async () => {
    const first = await startProcessServer(SETTINGS);
    servers = [first, await startProcessServer(SETTINGS, { sharing: first })];
  });
  afterAll(async () => {
    for (const server of [...servers].reverse()) await server.stop();
  });

  test('come once each, whoever of them looks, takes or sends, with all that was said', async () => {
    const [first] = servers;
    const ada = await makePerson(first);
    const people = await makePeople(first, TALKS);
    const chats = await Promise.all(people.map((person) => openChat(first, ada, person)));
    await Promise.all(
      chats.flatMap(({ id }, index) =>
        [0, 1, 2].map((number) =>
          send(servers[(index + number) % 2] as ProcessServer, ada, id, `number ${number}`),
        ),
      ),
    );
    await Promise.all(people.map(({ email }) => first.mail.waitForMail(email, /unread/, 30_000)));
    await untilTold(first);
    for (const person of people) {
      const digests = digestsTo(first, person);
      expect(digests).toHaveLength(1);
      expect(digests[0]?.text).toContain(`3 new messages from ${ada.username}`);
    }
  });
});
