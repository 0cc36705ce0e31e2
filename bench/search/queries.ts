import type { SearchMessagesQuery } from '../../src/contracts/search';
import type { Database } from '../../src/database/database';
import { ConversationAccess } from '../../src/services/conversations/access';
import { SearchService } from '../../src/services/search/search.service';
import type { Cast } from '../cast';
import { COMMON, FREQUENT, RARE } from './history';

const RUNS = 30;

export interface Timed {
  readonly what: string;
  readonly found: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/** How long a page of each search takes the searcher, through the service. */
export async function timeSearches(database: Database, cast: Cast): Promise<Timed[]> {
  const service = new SearchService(database, new ConversationAccess(database));
  const [searcher] = cast.people;
  const caller = {
    userId: searcher!.id,
    sessionId: searcher!.sessionId,
    role: 'user',
    isBot: false,
    expiresAt: new Date(Date.now() + 3_600_000),
  } as const;
  const plain = { sort: 'newest', limit: 50 } as const;
  const conversationId = cast.conversations[0]!.id;
  const searches: Record<string, SearchMessagesQuery> = {
    'a word with 100 hits': { ...plain, q: RARE },
    'the same, best first': { ...plain, q: RARE, sort: 'best' },
    'a word that nobody said': { ...plain, q: 'nothing' },
    'two words': { ...plain, q: `${RARE} ${COMMON}` },
    'a phrase': { ...plain, q: `"${COMMON} ${FREQUENT}"` },
    'the most common word': { ...plain, q: COMMON },
    'the most common word, best first': { ...plain, q: COMMON, sort: 'best' },
    'the most common word in one conversation': { ...plain, q: COMMON, conversationId },
  };
  const timed: Timed[] = [];
  for (const [what, query] of Object.entries(searches)) {
    const times: number[] = [];
    let found = (await service.messages(caller, query)).items.length;
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      found = (await service.messages(caller, query)).items.length;
      times.push(performance.now() - began);
    }
    timed.push({ what, found, medianMs: median(times), worstMs: Math.max(...times) });
  }
  return timed;
}
