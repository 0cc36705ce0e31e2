import { isDeepStrictEqual } from 'node:util';
import { clientEvents } from '../../src/contracts/events';
import { KINDS } from '../../src/contracts/kinds';
import { operations } from '../../src/contracts/operations';
import { databaseKind } from '../support/run';
import { makeWorld, OUTSIDERS, type World } from './cast';
import { knock } from './doors';
import { tables } from './matrix';
import { isEvent, keysOf, operationAt, type Row, type Table } from './table';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.server.stop());

const conversations = tables.flatMap((table) => (table.kind ? [{ ...table, kind: table.kind }] : []));

/** One row of each door of a table: the plainest comes first. */
const firstRows = ({ rows }: Pick<Table, 'rows'>): Row[] =>
  rows.filter(({ door }, at) => rows.findIndex((row) => row.door === door) === at);

/** Who may do what is decided by the same code on both databases: on MySQL each of a row's answers is asked for once. */
const sampled = <Standing>(outcomes: readonly (readonly [Standing, string])[]) =>
  databaseKind === 'mysql'
    ? outcomes.filter(([, outcome], at) => outcomes.findIndex(([, other]) => other === outcome) === at)
    : outcomes;

/** Who is in a conversation, and what they are there, is nothing to them. */
const isOfAdmins = (door: string): boolean => operationAt(door)?.path.startsWith('/admin/') ?? false;

const doors = [...operations.map(({ id }) => id), ...Object.keys(clientEvents)];

test('every operation and every client event has a row, and no row is about anything else', () => {
  const rows = tables.flatMap((table) => table.rows.map(({ door }) => door));
  expect([...new Set(rows)].sort()).toEqual([...doors].sort());
});

describe.each(conversations)('$title', ({ kind, rows }) => {
  const outcomesOf = (door: string) =>
    Object.fromEntries(rows.find(({ title }) => title === door)?.outcomes ?? []);

  test('whatever is asked of one such conversation has a row', () => {
    const keys: string[] = [KINDS[kind].idKey, 'conversationId', 'roomId'];
    const itsDoors = doors.filter(
      (door) => !isOfAdmins(door) && keysOf(door).some((key) => keys.includes(key)),
    );
    expect(itsDoors.filter((door) => !rows.some((row) => row.door === door))).toEqual([]);
  });

  test('REST and sockets answer everybody the same', () => {
    const { name } = KINDS[kind];
    const pairs = [
      [`get${name}`, `join_${kind}`],
      [`send${name}Message`, `${kind}_message`],
      [`read${name}`, 'message_read'],
      [`delivered${name}`, 'message_delivered'],
    ] as const;
    for (const [operation, event] of pairs)
      if (isEvent(event)) expect([event, outcomesOf(event)]).toEqual([event, outcomesOf(operation)]);
  });
});

describe.each(tables)('$title', (table) => {
  const cells = table.rows.flatMap((row) =>
    sampled([...row.outcomes]).map(([standing, outcome]) => ({ title: row.title, row, standing, outcome })),
  );

  test.each(cells)('$title, as the $standing: $outcome', async ({ row, standing, outcome }) => {
    const { place, attempt } = await table.prepare(world, row, standing);
    const { tokens } = attempt.as ?? world.people[standing];
    const before = place && (await world.places.stateOf(place));
    const answered = await knock(world, row.door, attempt, tokens.accessToken);
    const after = place && (await world.places.stateOf(place));
    if (place && !isDeepStrictEqual(after, before)) await world.places.abandon(place);
    expect(answered).toBe(outcome);
    if (answered !== 'ok') expect(after).toEqual(before);
  });
});

describe('a conversation taken for one of another kind is not there, even for the owner of both', () => {
  const mistaken = conversations.flatMap((table, at) =>
    conversations
      .filter(({ kind }) => kind !== table.kind && table.kind !== conversations[at - 1]?.kind)
      .flatMap((other) =>
        firstRows(table)
          .filter(({ door }) => keysOf(door).includes(KINDS[table.kind].idKey))
          .map((row) => ({ table, other, row, door: row.door, title: other.title })),
      ),
  );

  test.each(mistaken)('$door of $title', async ({ table, other, row, door }) => {
    const { attempt } = await table.prepare(world, row, 'owner');
    const place = await other.placeOf(world, 'owner');
    const before = place && (await world.places.stateOf(place));
    const named = { [KINDS[table.kind].idKey]: place?.id ?? '' };
    const astray = isEvent(door)
      ? { body: { ...attempt.body, ...named } }
      : { ...attempt, params: { ...attempt.params, ...named } };
    const answered = await knock(world, door, astray, world.people.owner.tokens.accessToken);
    // Nobody is told whether there is what they do not hear.
    expect(answered).toBe(door.startsWith('leave_') ? 'ok' : 'not_found');
    expect(place && (await world.places.stateOf(place))).toEqual(before);
  });
});

describe.each(Object.entries(OUTSIDERS))('%s', (_, outsider) => {
  const first = doors.flatMap((door) => {
    const table = tables.find(({ rows }) => rows.some((row) => row.door === door));
    const row = table && firstRows(table).find((candidate) => candidate.door === door);
    const [standing] = row?.outcomes.keys() ?? [];
    if (!table || !row || !standing) return [];
    return [{ door, table, row, standing, outcome: operationAt(door)?.open ? 'ok' : outsider.outcome }];
  });

  test.each(first)('$door: $outcome', async ({ door, table, row, standing, outcome }) => {
    const { place, attempt } = await table.prepare(world, row, standing);
    const before = place && (await world.places.stateOf(place));
    expect(await knock(world, door, attempt, await outsider.token(world.server))).toBe(outcome);
    expect(place && (await world.places.stateOf(place))).toEqual(before);
  });
});
