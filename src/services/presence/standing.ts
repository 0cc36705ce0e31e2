import type { Database } from '../../database/database';
import {
  bannedAmong,
  liveSessionsAmong,
  membershipsAmong,
  publicChannelsAmong,
  type Visit,
} from './standing.queries';

export interface Connected {
  readonly userId: string;
  readonly sessionId: string;
  /** the channels heard without following them */
  readonly visited: readonly string[];
}

/** What connected people are entitled to, read afresh. */
export interface Standing {
  isLive(sessionId: string): boolean;
  /** the conversations a person is in */
  conversationsOf(userId: string): ReadonlySet<string>;
  /** whether a person may hear one of the visited channels without following it */
  mayVisit(userId: string, channelId: string): boolean;
}

const keyOf = ({ userId, channelId }: Visit): string => `${channelId}/${userId}`;

const NONE: ReadonlySet<string> = new Set();

/** Reads it in two statements, however many are asked for; in four when some of them are guests. */
export class StandingService {
  constructor(private readonly database: Database) {}

  async of(connected: readonly Connected[]): Promise<Standing> {
    const db = this.database.reader;
    const sessionIds = [...new Set(connected.map(({ sessionId }) => sessionId))];
    const userIds = [...new Set(connected.map(({ userId }) => userId))];
    const visits = new Map(
      connected.flatMap(({ userId, visited }) =>
        visited.map((channelId) => [keyOf({ userId, channelId }), { userId, channelId }]),
      ),
    );
    const channelIds = [...new Set([...visits.values()].map(({ channelId }) => channelId))];
    const [live, conversations, open, banned] = await Promise.all([
      liveSessionsAmong(db, sessionIds, new Date()),
      membershipsAmong(db, userIds),
      publicChannelsAmong(db, channelIds),
      bannedAmong(this.database, [...visits.values()]),
    ]);
    const refused = new Set(banned.map(keyOf));
    return {
      isLive: (sessionId) => live.has(sessionId),
      conversationsOf: (userId) => conversations.get(userId) ?? NONE,
      mayVisit: (userId, channelId) => open.has(channelId) && !refused.has(keyOf({ userId, channelId })),
    };
  }
}
