import type { Changes } from '../../src/contracts/conversations';
import type { Message } from '../../src/contracts/messages';
import { createGroup, groupOf, invite } from '../support/groups';
import { makePeople, type Person } from '../support/people';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';
import { connect } from '../support/sockets';
import { Api } from './model/api';
import { Device } from './model/device';
import { mustBeExact } from './model/must-be-exact';

const ROUNDS = 5;
const MEMBERS = 6;
const KINDS = 20;

/** 1 to `count`, plus what comes before. */
const numbers = (count: number, before = 0): number[] =>
  Array.from({ length: count }, (_, index) => before + index + 1);

describeWhen('mysql')('two processes on one database, without Redis', () => {
  jest.setTimeout(120_000);

  let servers: ProcessServer[];
  beforeAll(async () => {
    const first = await startProcessServer({ RATE_LIMITS: 'off' });
    servers = [first, await startProcessServer({ RATE_LIMITS: 'off' }, { sharing: first })];
  });
  afterAll(async () => {
    for (const server of [...servers].reverse()) await server.stop();
  });

  const server = (index: number): ProcessServer => servers[index % 2] as ProcessServer;
  /** Throws when the server fails, whatever the reason: contention is no client's business. */
  const api = (person: Person, index: number): Api =>
    new Api(() => server(index).url, person.tokens.accessToken);
  /** The same call at both at once. @returns the two statuses */
  const atBoth = (person: Person, method: string, path: string, body?: unknown): Promise<number[]> =>
    Promise.all([0, 1].map(async (index) => (await api(person, index).call(method, path, body)).status));

  async function makeRoom(members = MEMBERS) {
    const people = await makePeople(server(0), members);
    const [owner, admin] = people as [Person, Person];
    const { id } = await createGroup(server(0), owner, people.slice(1));
    await groupOf(server(1), id).patch(owner, `/members/${admin.id}`, { role: 'admin' }).expect(200);
    return { id, people, owner, admin, at: `/groups/${id}` };
  }
  type Room = Awaited<ReturnType<typeof makeRoom>>;

  /** One answer with one key, sent to one server by REST and to the other by socket. */
  async function answerAtBoth({ id, at }: Room, person: Person, index: number, answered: Message) {
    const client = await connect(server(index + 1), person.tokens);
    const clientMessageId = `to-${answered.seq}`;
    const said = { content: `re ${answered.seq}`, clientMessageId, replyTo: answered.id };
    const answers = await Promise.all([
      api(person, index).must<Message>('POST', `${at}/messages`, said),
      client.must('group_message', { groupId: id, ...said }),
    ]);
    client.close();
    expect(new Set(answers.map((answer) => `${answer.id} ${answer.seq}`)).size).toBe(1);
  }

  /** Everybody does everything to one message. @returns how many edits were accepted */
  async function bustle(room: Room, message: Message, author: Person, round: number): Promise<number> {
    const { people, owner, admin, at } = room;
    const path = `${at}/messages/${message.id}`;
    const thumb = `${path}/reactions/${encodeURIComponent('👍')}`;
    const edits = [0, 1].map((index) =>
      api(author, index).call('PATCH', path, { content: `${message.seq}, edited ${index}` }),
    );
    const isDeleted = (message.seq + round) % 3 === 0;
    const replier = message.seq % 4;
    await Promise.all([
      ...people.map((person) => atBoth(person, 'PUT', thumb)),
      ...people.slice(3).map((person, index) => api(person, index).call('DELETE', thumb)),
      ...[owner, admin].map((person, index) => api(person, index).call('PUT', `${path}/pin`)),
      api(admin, round).call('DELETE', `${path}/pin`),
      isDeleted ? atBoth(author, 'DELETE', path) : undefined,
      answerAtBoth(room, people[replier] as Person, replier, message),
    ]);
    return (await Promise.all(edits)).filter(({ status }) => status === 200).length;
  }

  /** Two members come and go, at one server by their own will, at the other by somebody else's. */
  const comeAndGo = ({ people, owner, admin, at }: Room, round: number) =>
    Promise.all(
      people
        .slice(4)
        .flatMap((person, index) => [
          api(index ? admin : person, index + round).call('DELETE', `${at}/members/${person.id}`),
          api(owner, index + round + 1).call('POST', `${at}/members`, { userIds: [person.id] }),
        ]),
    );

  /** What is stored agrees with itself and with what was answered. @param edits accepted ones, by seq */
  async function mustBeSound({ id }: Room, edits: ReadonlyMap<number, number>): Promise<void> {
    const { reader } = await server(0).database();
    const where = { conversationId: id };
    const { lastSeq, version } = await reader.conversation.findUniqueOrThrow({ where: { id } });
    const messages = await reader.message.findMany({ where, orderBy: { seq: 'asc' } });
    expect(messages.map(({ seq }) => seq)).toEqual(numbers(lastSeq));
    expect(new Set(messages.map((message) => message.version)).size).toBe(messages.length);
    expect(Math.max(...messages.map((message) => message.version))).toBeLessThanOrEqual(version);
    const keys = messages.map(({ senderId, clientMessageId }) => `${senderId}/${clientMessageId}`);
    expect(new Set(keys).size).toBe(keys.length);

    const counted = await reader.reactionCount.findMany({ where });
    const reactions = await reader.reaction.findMany({ where });
    const total = counted.reduce((sum, one) => sum + one.total, 0);
    expect(total).toBe(reactions.length);
    for (const { seq, emoji, total: known } of counted)
      expect(known).toBe(reactions.filter((one) => one.seq === seq && one.emoji === emoji).length);

    const revisions = await reader.messageRevision.findMany({ where });
    for (const { seq, deletedAt, content } of messages.filter((message) => edits.has(message.seq))) {
      const earlier = revisions.filter((one) => one.seq === seq).map((one) => one.content);
      expect(earlier).toHaveLength(deletedAt ? 0 : (edits.get(seq) ?? 0));
      expect(earlier).not.toContain(content);
    }
  }

  /** From whichever version somebody asks, they get what has changed since, through either server. */
  async function mustTellChanges({ id, at, owner }: Room): Promise<void> {
    const { reader } = await server(0).database();
    const { version } = await reader.conversation.findUniqueOrThrow({ where: { id } });
    const messages = await reader.message.findMany({ where: { conversationId: id } });
    const members = await reader.membership.findMany({ where: { conversationId: id } });
    for (let since = 1; since <= version; since += 1) {
      const seqs: number[] = [];
      const userIds: string[] = [];
      const told: number[] = [];
      for (let page: Changes | undefined; page?.hasMore ?? true;) {
        const after: number = page?.version ?? since;
        page = await api(owner, since).must<Changes>('GET', `${at}/changes?since=${after}&limit=100`);
        seqs.push(...page.messages.map(({ seq }) => seq));
        userIds.push(...page.members.map(({ userId }) => userId));
        told.push(...page.messages.map((message) => message.version));
      }
      const isNew = (row: { version: number }): boolean => row.version > since;
      expect(seqs.sort((one, other) => one - other)).toEqual(messages.filter(isNew).map(({ seq }) => seq));
      expect(userIds.sort()).toEqual(
        members
          .filter(isNew)
          .map(({ userId }) => userId)
          .sort(),
      );
      expect(told).toEqual([...told].sort((one, other) => one - other));
    }
  }

  test('everybody does everything to the same messages at once: nothing is lost, doubled or untold', async () => {
    const room = await makeRoom();
    const { id, people, at } = room;
    const place = { kind: 'group', id } as const;
    const devices = people.flatMap((person) => servers.map((one) => new Device(person, one)));
    await Promise.all(devices.map((device) => device.connect()));
    await Promise.all(devices.map((device) => device.join(place)));
    const edits = new Map<number, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const authors = people.slice(0, 4);
      const messages = await Promise.all(
        authors.map((author, index) =>
          api(author, index).must<Message>('POST', `${at}/messages`, { content: `${author.username} says` }),
        ),
      );
      await Promise.all([
        comeAndGo(room, round),
        ...messages.map(async (message, index) => {
          edits.set(message.seq, await bustle(room, message, authors[index] as Person, round));
        }),
      ]);
      // Some fall behind, and some do not.
      for (const device of devices.slice(round, round + 3)) await device.replica.catchUp();
    }
    await mustBeSound(room, edits);
    await mustTellChanges(room);
    for (const person of people) await mustBeExact(devices.filter((device) => device.person === person));
    // Each process tells its own sockets what went through it: together they tell every version from the first message on.
    const versions = devices
      .slice(0, 2)
      .flatMap(({ heard }) => heard)
      .filter(({ name, payload }) => name !== 'inbox_update' && payload.conversationId === id)
      .map(({ payload }) => payload.version as number);
    const first = Math.min(...versions);
    const last = Math.max(...versions);
    expect([...new Set(versions)].sort((one, other) => one - other)).toEqual(
      numbers(last - first + 1, first - 1),
    );
  });

  test('a message never has more kinds of reactions than it may', async () => {
    const { people, owner, at } = await makeRoom();
    const { id } = await api(owner, 0).must<Message>('POST', `${at}/messages`, { content: 'x' });
    const emoji = Array.from({ length: KINDS + 6 }, (_, index) => String.fromCodePoint(0x1f600 + index));
    const answers = await Promise.all(
      emoji.map(async (one, index) => {
        const path = `${at}/messages/${id}/reactions/${encodeURIComponent(one)}`;
        return atBoth(people[index % MEMBERS] as Person, 'PUT', path);
      }),
    );
    expect(answers.filter((both) => both.every((status) => status === 200))).toHaveLength(KINDS);
    expect(answers.filter((both) => both.every((status) => status === 422))).toHaveLength(6);
    const { reactions } = await api(owner, 1).must<Message>('GET', `${at}/messages/${id}`);
    expect(reactions.map(({ count }) => count)).toEqual(numbers(KINDS).map(() => 1));
  });

  test('an invite lets in as many as it may, however many come at once', async () => {
    const { id, owner, at } = await makeRoom(2);
    const { token } = await invite(server(0), owner, id, { maxUses: 3 });
    const comers = await makePeople(server(0), 10);
    const statuses = await Promise.all(
      comers.map(
        async (person, index) => (await api(person, index).call('POST', `/invites/${token}/accept`)).status,
      ),
    );
    expect(statuses.sort()).toEqual([...numbers(3).map(() => 200), ...numbers(7).map(() => 410)]);
    const { memberCount } = await api(owner, 1).must<{ memberCount: number }>('GET', at);
    expect(memberCount).toBe(5);
  });

  test('a group that is handed to two people at once has one owner', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, people, owner, at } = await makeRoom(3);
      const heirs = people.slice(1);
      const statuses = await Promise.all(
        heirs.map(
          async (heir, index) =>
            (await api(owner, index + round).call('PUT', `${at}/owner`, { userId: heir.id })).status,
        ),
      );
      expect([...statuses].sort()).toEqual([200, 403]);
      const { reader } = await server(0).database();
      const { ownerId } = await reader.conversation.findUniqueOrThrow({ where: { id } });
      expect(ownerId).toBe(heirs[statuses.indexOf(200)]?.id);
      const owners = await reader.membership.findMany({ where: { conversationId: id, role: 'owner' } });
      expect(owners.map(({ userId }) => userId)).toEqual([ownerId]);
    }
  });
});
