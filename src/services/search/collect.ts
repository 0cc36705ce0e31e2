import type { Stretch } from '../../helpers/search-match';
import { matchText } from '../../helpers/search-match';
import type { Piece } from '../../helpers/search-tokens';
import { tokenOf } from '../../helpers/search-tokens';
import type { Database } from '../../database/database';
import type { ReadMessage } from '../messages/messages.queries';
import { candidates, type Position, type Wanted } from './candidates.queries';
import type { Place } from './scope.queries';

/** Conversations of the first statement, the second, and so on: what is searched for is mostly where somebody was last. */
const STEPS = [40, 200, 400];
/** Rows of a statement at least, and statements for one step at most: of phrases, much that the index has is none. */
const MIN_ROWS = 50;
const MAX_READS = 10;
/** Milliseconds by which the clocks of several servers may differ. */
const CLOCKS_DIFFER_MS = 60_000;

export interface Hit {
  readonly message: ReadMessage;
  readonly highlights: readonly Stretch[];
  readonly score: number;
}

export interface Sought extends Omit<Wanted, 'tokens'> {
  readonly terms: readonly string[];
  readonly phrases: readonly (readonly Piece[])[];
}

export interface Collected {
  /** newest first */
  readonly hits: readonly Hit[];
  /** where to go on: `null` when these are all */
  readonly next: Position | null;
}

const positionOf = ({ message: { createdAt, id } }: Hit): Position => ({ createdAt, id });

const isLater = (left: Position, right: Position): boolean =>
  left.createdAt.getTime() === right.createdAt.getTime()
    ? left.id > right.id
    : left.createdAt > right.createdAt;

function* steps(places: readonly Place[]): Generator<readonly Place[]> {
  let begin = 0;
  for (let step = 0; begin < places.length; step += 1) {
    const size = STEPS[Math.min(step, STEPS.length - 1)] ?? 1;
    yield places.slice(begin, begin + size);
    begin += size;
  }
}

/** What was found in some conversations, and how far back they were searched when that is not the whole way. */
async function searchIn(
  database: Database,
  { terms, phrases, ...sought }: Sought,
  places: readonly Place[],
  below: Position | null,
  count: number,
): Promise<{ readonly hits: Hit[]; readonly reached: Position | null }> {
  const tokens = terms.map((term) => places.map(({ conversationId }) => tokenOf(conversationId, term)));
  const rows = Math.max(count, MIN_ROWS);
  const hits: Hit[] = [];
  let reached = below;
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const found = await candidates(database, { ...sought, tokens }, reached, rows);
    for (const message of found) {
      const match = matchText(message.content, phrases);
      if (match) hits.push({ message, ...match });
    }
    const last = found.at(-1);
    if (!last || found.length < rows) return { hits, reached: null };
    reached = { createdAt: last.createdAt, id: last.id };
    if (hits.length >= count) break;
  }
  return { hits, reached };
}

/**
 * The newest `count` messages that are wanted, behind a position.
 * @param places latest activity first: those in which nothing can be as new as what was found are not searched
 */
export async function collect(
  database: Database,
  sought: Sought,
  places: readonly Place[],
  below: Position | null,
  count: number,
): Promise<Collected> {
  let hits: Hit[] = [];
  let horizon: Position | null = null;
  for (const step of steps(places)) {
    const oldest = hits[count];
    const newestHere = (step[0]?.lastActivityAt.getTime() ?? 0) + CLOCKS_DIFFER_MS;
    if (oldest && oldest.message.createdAt.getTime() > newestHere) break;
    const { hits: more, reached } = await searchIn(database, sought, step, below, count + 1);
    if (reached && (!horizon || isLater(reached, horizon))) horizon = reached;
    hits = [...hits, ...more].sort((left, right) => (isLater(positionOf(left), positionOf(right)) ? -1 : 1));
  }
  // Behind the horizon there may be more than was found.
  const certain = hits.filter((hit) => !horizon || !isLater(horizon, positionOf(hit)));
  const page = certain.slice(0, count);
  const last = page.at(-1);
  if (certain.length > count && last) return { hits: page, next: positionOf(last) };
  return { hits: page, next: horizon };
}
