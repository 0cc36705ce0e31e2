import type { Statistics } from '../../contracts/statistics';
import type { Database } from '../../database/database';
import type { PresenceLeases } from '../presence/leases';
import type { SearchIndexer } from '../search/indexer';
import type { MessageDays } from './message-days';
import {
  countAccounts,
  countConversations,
  countJobs,
  countSeenAfter,
  countStored,
  lastSeenOf,
} from './statistics.queries';

const DAY_MS = 86_400_000;
/** Days within which somebody counts as active. */
const ACTIVE_DAYS = [1, 7, 30] as const;
/** Ids of one statement. */
const IDS_AT_ONCE = 1_000;
/** However often it is asked. */
const KEPT_MS = 30_000;

interface Dependencies {
  readonly database: Database;
  readonly leases: Pick<PresenceLeases, 'everybody'>;
  readonly indexer: Pick<SearchIndexer, 'waiting'>;
  readonly days: MessageDays;
  readonly clock?: () => Date;
}

/** Numbers for those who run the server. */
export class StatisticsService {
  private kept: { readonly until: number; readonly counting: Promise<Statistics> } | undefined;

  constructor(private readonly deps: Dependencies) {}

  /** Counted anew when the last count is older than half a minute; those who ask meanwhile wait for the same. */
  latest(): Promise<Statistics> {
    const now = performance.now();
    if (this.kept && now < this.kept.until) return this.kept.counting;
    const counting = this.count();
    this.kept = { until: now + KEPT_MS, counting };
    counting.catch(() => (this.kept = undefined));
    return counting;
  }

  private async count(): Promise<Statistics> {
    const { database, indexer, days, clock = () => new Date() } = this.deps;
    const { reader } = database;
    const now = clock();
    const { people, devices } = await this.deps.leases.everybody();
    const { total, suspended } = await countAccounts(reader, now);
    const [activeToday = 0, activeThisWeek = 0, activeThisMonth = 0] = await this.active(people, now);
    const conversations = await countConversations(reader);
    const { waiting, oldestAt, dead } = await countJobs(reader);
    const of = (kind: string): number => conversations.get(kind) ?? 0;
    return {
      countedAt: now.toISOString(),
      accounts: { total, suspended, online: people.length, activeToday, activeThisWeek, activeThisMonth },
      sockets: devices,
      conversations: { chat: of('chat'), group: of('group'), channel: of('channel') },
      messages: await days.latest(),
      storage: await countStored(reader),
      queues: {
        outbox: { waiting, oldestAt: oldestAt?.toISOString() ?? null, dead },
        searchIndex: { waiting: indexer.waiting },
      },
    };
  }

  /** When somebody was last there is written down when they go: whoever is there now is counted besides. */
  private async active(online: readonly string[], now: Date): Promise<number[]> {
    const { reader } = this.deps.database;
    const moments = ACTIVE_DAYS.map((count) => new Date(now.getTime() - count * DAY_MS));
    const counts = await countSeenAfter(reader, moments);
    const seen: Date[] = [];
    for (let from = 0; from < online.length; from += IDS_AT_ONCE)
      seen.push(...(await lastSeenOf(reader, online.slice(from, from + IDS_AT_ONCE))));
    return counts.map((count, index) => {
      const countedAlready = seen.filter((time) => time >= (moments[index] ?? now)).length;
      return count + online.length - countedAlready;
    });
  }
}
