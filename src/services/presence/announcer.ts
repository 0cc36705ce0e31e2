import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus } from '../domain-events';
import { audiencesOf } from './audience';
import type { Lapse, PresenceLeases } from './leases';
import { presenceSettings, storeLastSeen } from './presence.queries';

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
  readonly leases: Pick<PresenceLeases, 'online'>;
}

/** Online, or offline since. */
export type PresenceChange = { readonly userId: string; readonly lastSeenAt?: Date };

/** People whose changes go through one set of statements: a thousand that come back at once are ten of them. */
const BATCH = 100;
/** Milliseconds for which those are gathered who come and go together. */
const GATHER_MS = 20;
/** Milliseconds before another try when the database is away. */
const PAUSE_MS = 1_000;

const isLapse = (change: PresenceChange): change is Lapse => change.lastSeenAt !== undefined;

/**
 * Stores last-seen times and tells who came and went, behind the sockets' back and in order per person: a change that was not told
 * yet is replaced by the next one. While the database is away changes wait, one per person. What is not so any more when it would be told
 * is not told: another node has told, or will tell, what came after it.
 */
export class PresenceAnnouncer {
  private readonly waiting = new Map<string, PresenceChange>();
  private work: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly deps: Dependencies) {}

  add(change: PresenceChange): void {
    this.waiting.delete(change.userId);
    this.waiting.set(change.userId, change);
    this.begin(GATHER_MS);
  }

  /** Tells nobody any more; stores when those were last seen who had not been stored, and `lapses`. */
  async close(lapses: readonly Lapse[]): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.work;
    const rest = [...[...this.waiting.values()].filter(isLapse), ...lapses];
    try {
      for (let from = 0; from < rest.length; from += BATCH) await this.store(rest.slice(from, from + BATCH));
    } catch (error) {
      this.deps.logger.warn({ err: error }, 'when people were last seen was not stored');
    }
  }

  private begin(afterMs: number): void {
    if (this.timer || this.work || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.work = this.tellSome().then((pauseMs) => {
        this.work = undefined;
        if (this.waiting.size > 0) this.begin(pauseMs);
      });
    }, afterMs);
  }

  /** @returns how long to wait before the next ones */
  private async tellSome(): Promise<number> {
    const batch = [...this.waiting.values()].slice(0, BATCH);
    for (const { userId } of batch) this.waiting.delete(userId);
    try {
      await this.announce(batch);
      return GATHER_MS;
    } catch (error) {
      this.deps.logger.warn({ reason: (error as Error).message }, 'presence was not told; trying again');
      for (const change of batch)
        if (!this.waiting.has(change.userId)) this.waiting.set(change.userId, change);
      return PAUSE_MS;
    }
  }

  private async announce(batch: readonly PresenceChange[]): Promise<void> {
    const people = await this.store(batch.filter(isLapse), batch);
    const { database, bus, leases } = this.deps;
    const audiences = await audiencesOf(database.reader, people);
    const there = await leases.online(batch.map(({ userId }) => userId));
    if (this.closed) return;
    for (const { userId, lastSeenAt } of batch) {
      const audience = audiences.get(userId);
      const online = lastSeenAt === undefined;
      if (audience && there.has(userId) === online)
        bus.publish('presence.changed', { userId, online, lastSeenAt, audience });
    }
  }

  /** @returns the settings of `people`, who include the lapsed ones; accounts that are gone are left out */
  private async store(lapses: readonly Lapse[], people: readonly PresenceChange[] = lapses) {
    const settings = await presenceSettings(
      this.deps.database.reader,
      people.map(({ userId }) => userId),
    );
    const known = new Set(settings.map(({ userId }) => userId));
    await storeLastSeen(
      this.deps.database,
      lapses.filter(({ userId }) => known.has(userId)),
    );
    return settings;
  }
}
