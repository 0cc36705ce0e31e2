import { z } from 'zod';
import { clientEvents, type ClientEventName } from '../../src/contracts/events';
import type { ConversationKind } from '../../src/contracts/messages';
import type { Operation } from '../../src/contracts/operation';
import { operations } from '../../src/contracts/operations';
import { CATALOGUE, type ErrorCode } from '../../src/helpers/errors';
import type { Person } from '../support/people';
import { PEOPLE, type PersonName, type World } from './cast';
import type { Place } from './places';

export type Outcome = 'ok' | ErrorCode;

/** What somebody asks of the server. */
export interface Attempt {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** an event's payload, too */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly file?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** instead of the caller, where it ends who asks: their session or their password */
  readonly as?: Person;
}

/** How a row is tried, by this caller and at this place; what it needs besides is made anew. */
export type Call<P> = (place: P, caller: Person, world: World) => Attempt | Promise<Attempt>;
export type Calls<P> = Readonly<Record<string, Call<P>>>;

/** An operation's id or an event's name, perhaps with what is special about it: `banGroupUser of an admin`. */
export interface Row {
  readonly title: string;
  readonly door: string;
  readonly outcomes: ReadonlyMap<PersonName, Outcome>;
}

export interface Table {
  readonly title: string;
  /** of the conversations it is about */
  readonly kind: ConversationKind | null;
  readonly rows: readonly Row[];
  placeOf(world: World, standing: PersonName): Promise<Place | null>;
  prepare(world: World, row: Row, standing: PersonName): Promise<{ place: Place | null; attempt: Attempt }>;
}

export const operationAt = (door: string): Operation | undefined => operations.find(({ id }) => id === door);
export const isEvent = (door: string): door is ClientEventName => Object.hasOwn(clientEvents, door);

/** What the path of an operation or the payload of an event names. */
export function keysOf(door: string): string[] {
  const schema = isEvent(door) ? clientEvents[door].payload : operationAt(door)?.params;
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

const words = (text: string | undefined): string[] => text?.trim().split(/\s+/) ?? [];

function known<Name extends string>(name: string, names: readonly Name[]): Name {
  const found = names.find((candidate) => candidate === name);
  if (found === undefined) throw new Error(`the matrix knows no ${name}`);
  return found;
}

/** The first line names the standings; then one row a line, with an outcome under each. */
function readRows(text: string): Row[] {
  const [head, ...lines] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|'));
  const standings = words(head?.[1]).map((name) => known(name, PEOPLE));
  const answers: Outcome[] = ['ok', ...(Object.keys(CATALOGUE) as ErrorCode[])];
  return lines.map(([title = '', cells]) => {
    const outcomes = words(cells).map((outcome) => known(outcome, answers));
    if (outcomes.length !== standings.length) throw new Error(`${title.trim()} has not one cell a column`);
    return {
      title: title.trim(),
      door: /\w+/.exec(title)?.[0] ?? '',
      outcomes: new Map(standings.map((standing, column) => [standing, outcomes[column] ?? 'ok'])),
    };
  });
}

interface Written<P extends Place | null> {
  readonly title: string;
  readonly kind: Table['kind'];
  readonly text: string;
  readonly placeOf: (world: World, standing: PersonName) => Promise<P>;
  readonly calls: Calls<P>;
}

export function table<P extends Place | null>({ title, kind, text, placeOf, calls }: Written<P>): Table {
  const rows = readRows(text);
  const titles = rows.map((row) => row.title);
  const odd = [
    ...titles.filter((name, at) => !Object.hasOwn(calls, name) || titles.indexOf(name) !== at),
    ...Object.keys(calls).filter((name) => !titles.includes(name)),
  ];
  if (odd.length > 0) throw new Error(`${title}: not one row and one call of ${odd.join(', ')}`);
  return {
    title,
    kind,
    rows,
    placeOf,
    async prepare(world, row, standing) {
      const place = await placeOf(world, standing);
      const attempt = await calls[row.title]?.(place, world.people[standing], world);
      return { place, attempt: attempt ?? {} };
    },
  };
}
