import type { Message } from '../../src/contracts/messages';
import type { ServerPayload } from '../../src/contracts/events';
import { createGroup, groupOf } from '../support/groups';
import { makePerson, type Person } from '../support/people';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';
import { connect } from '../support/sockets';

const PEOPLE = 30;
const EMOJI = ['👍', '😀', '🍵'] as const;

describeWhen('mysql')('thirty people who react at the same moment, through two servers', () => {
  let servers: ProcessServer[];
  beforeAll(async () => {
    const first = await startProcessServer({ RATE_LIMITS: 'off' });
    servers = [first, await startProcessServer({ RATE_LIMITS: 'off' }, { sharing: first })];
  }, 60_000);
  afterAll(async () => {
    for (const server of [...servers].reverse()) await server.stop();
  });

  test('are counted exactly, each once; every version is told once, and changes tell the same', async () => {
    const [here, there] = servers as [ProcessServer, ProcessServer];
    const owner = await makePerson(here);
    const people: Person[] = [];
    for (let index = 0; index < PEOPLE; index += 1) people.push(await makePerson(here));
    const { id } = await createGroup(here, owner, people);
    const { body: message } = await groupOf(here, id).post(owner, '/messages', { content: 'x' }).expect(201);
    const witnesses = [await connect(here, owner.tokens), await connect(there, owner.tokens)];
    for (const witness of witnesses) await witness.must('join_group', { groupId: id });

    const path = (emoji: string): string => `/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`;
    const react = async (person: Person, index: number): Promise<void> => {
      const group = groupOf(servers[index % 2] as ProcessServer, id);
      const [first, second] = [EMOJI[index % 3] as string, EMOJI[(index + 1) % 3] as string];
      // The same from two devices at once counts once.
      await Promise.all([
        group.put(person, path(first)).expect(200),
        group.put(person, path(first)).expect(200),
      ]);
      await group.put(person, path(second)).expect(200);
      if (index % 2) await group.delete(person, path(first)).expect(200);
    };
    await Promise.all(people.map(react));

    const expected = (emoji: string): number =>
      people.filter((_, index) => {
        const [first, second] = [EMOJI[index % 3], EMOJI[(index + 1) % 3]];
        return second === emoji || (first === emoji && index % 2 === 0);
      }).length;
    const { body } = await groupOf(there, id).get(owner, `/messages/${message.id}`).expect(200);
    const { reactions, version } = body as Message;
    expect(new Map(reactions.map(({ emoji, count }) => [emoji, count]))).toEqual(
      new Map(EMOJI.map((emoji) => [emoji, expected(emoji)])),
    );
    const changes = PEOPLE * 2 + PEOPLE / 2;
    expect(version).toBe(message.version + changes);

    // Each server tells its own sockets what went through it: together they tell everything once.
    const heard = (): ServerPayload<'reaction_changed'>[] =>
      witnesses.flatMap((witness) => witness.payloads('reaction_changed'));
    for (const witness of witnesses) await witness.must('leave_group', { groupId: id });
    const versions = heard().map((event) => event.version);
    expect(versions.sort((left, right) => left - right)).toEqual(
      Array.from({ length: changes }, (_, index) => message.version + 1 + index),
    );
    // The last event of each emoji tells how many there are.
    for (const emoji of EMOJI) {
      const events = heard().filter((event) => event.emoji === emoji);
      const last = events.reduce((one, other) => (one.version > other.version ? one : other));
      expect(last.count).toBe(expected(emoji));
    }
    const { body: told } = await groupOf(here, id)
      .get(owner, `/changes?since=${message.version}`)
      .expect(200);
    expect(told).toMatchObject({ version, messages: [body] });

    const database = await here.database();
    const rows = await database.reader.reaction.count({ where: { conversationId: id } });
    expect(rows).toBe(EMOJI.reduce((sum, emoji) => sum + expected(emoji), 0));
  }, 60_000);
});
