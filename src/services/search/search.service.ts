import type { FoundMessage, FoundMessagePage, SearchMessagesQuery } from '../../contracts/search';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { indexTermsOf, parseSearch } from '../../helpers/search-query';
import type { Identity } from '../accounts/identity';
import type { ConversationAccess } from '../conversations/access';
import { messageView } from '../messages/message-views';
import type { Position } from './candidates.queries';
import { collect, type Hit, type Sought } from './collect';
import { authorTerm, FILE_TERM, typeTerms } from './index-terms';
import { idsByUsername, placesOf, type Place } from './scope.queries';

/** Of so many newest messages the best are shown first. */
const MAX_RANKED = 500;

const NOTHING: FoundMessagePage = { items: [], nextCursor: null };

/** Better, and among equals later, messages come first. */
interface Rank {
  readonly score: number;
  readonly time: number;
  readonly id: string;
}

const rankOf = ({ message, score }: Hit): Rank => ({
  score,
  time: message.createdAt.getTime(),
  id: message.id,
});

function byRank(left: Rank, right: Rank): number {
  const difference = right.score - left.score || right.time - left.time;
  if (difference !== 0 || left.id === right.id) return difference;
  return right.id > left.id ? 1 : -1;
}

/** Finds messages that the caller may read at this moment. */
export class SearchService {
  constructor(
    private readonly database: Database,
    private readonly access: ConversationAccess,
  ) {}

  /** @throws not_found for a conversation that the caller is not in */
  async messages(caller: Identity, query: SearchMessagesQuery): Promise<FoundMessagePage> {
    const { conversationId, type } = query;
    if (conversationId !== undefined) await this.access.member(caller, null, conversationId);
    const { reader } = this.database;
    const parsed = parseSearch(query.q);
    const usernames = [...new Set(parsed.from.map((name) => name.toLowerCase()))];
    const [named, places] = await Promise.all([
      idsByUsername(reader, usernames),
      placesOf(reader, caller.userId, { conversationId, handles: parsed.in }),
    ]);
    const authorIds = [...new Set([...named, ...(query.from === undefined ? [] : [query.from])])];
    const terms = [
      ...indexTermsOf(parsed),
      ...authorIds.map(authorTerm),
      ...(type === undefined ? [] : typeTerms(type)),
      ...(parsed.hasFile ? [FILE_TERM] : []),
    ];
    // What is not there has written nothing; and nobody asked for everything.
    if (named.length < usernames.length || terms.length === 0) return NOTHING;
    const sought: Sought = {
      viewerId: caller.userId,
      terms,
      phrases: parsed.phrases,
      authorIds,
      type,
      before: query.before === undefined ? undefined : new Date(query.before),
      after: query.after === undefined ? undefined : new Date(query.after),
    };
    return query.sort === 'best' ? this.best(sought, places, query) : this.newest(sought, places, query);
  }

  private async newest(
    sought: Sought,
    places: readonly Place[],
    { cursor, limit }: SearchMessagesQuery,
  ): Promise<FoundMessagePage> {
    const { hits, next } = await collect(this.database, sought, places, positionIn(cursor), limit);
    return {
      items: hits.map((hit) => present(sought.viewerId, hit)),
      nextCursor: next && encodeCursor(next.createdAt.getTime(), next.id),
    };
  }

  private async best(
    sought: Sought,
    places: readonly Place[],
    { cursor, limit }: SearchMessagesQuery,
  ): Promise<FoundMessagePage> {
    const last = cursor === undefined ? null : rankIn(cursor);
    const { hits } = await collect(this.database, sought, places, null, MAX_RANKED);
    const ranked = hits
      .map((hit) => ({ hit, rank: rankOf(hit) }))
      .filter(({ rank }) => !last || byRank(rank, last) > 0)
      .sort((left, right) => byRank(left.rank, right.rank));
    const page = ranked.slice(0, limit);
    const end = ranked.length > limit ? page.at(-1)?.rank : undefined;
    return {
      items: page.map(({ hit }) => present(sought.viewerId, hit)),
      nextCursor: end ? encodeCursor(end.score, end.time, end.id) : null,
    };
  }
}

function present(viewerId: string, { message, highlights }: Hit): FoundMessage {
  return {
    conversationId: message.conversationId,
    message: messageView(message, viewerId),
    highlights: highlights.map((stretch) => [...stretch]),
  };
}

function rankIn(cursor: string): Rank {
  const [score, time, id] = decodeCursor(cursor, ['count', 'time', 'id']);
  return { score: Number(score), time: Number(time), id: String(id) };
}

function positionIn(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [time, id] = decodeCursor(cursor, ['time', 'id']);
  return { createdAt: new Date(Number(time)), id: String(id) };
}
