import type { Presence, User } from '../../contracts/users';
import type { Database } from '../../database/database';
import type { Identity } from '../accounts/identity';
import type { PresenceAnnouncer } from './announcer';
import type { PresenceLeases } from './leases';
import { mayShowPresence } from './presence.policy';
import { blockedWith, presenceSettings, writersTo } from './presence.queries';

/** Who is there, and since when not. */
export class PresenceService {
  constructor(
    private readonly database: Database,
    private readonly leases: PresenceLeases,
    private readonly announcer: PresenceAnnouncer,
  ) {
    leases.onLapse((lapse) => announcer.add(lapse));
  }

  /** A device has come; with the first one its person is online. */
  async connected({ userId }: Pick<Identity, 'userId'>, deviceId: string): Promise<void> {
    if (await this.leases.take(userId, deviceId)) this.announcer.add({ userId });
  }

  /** A device has gone; after the last one and the grace its person is offline. */
  disconnected({ userId }: Pick<Identity, 'userId'>, deviceId: string): Promise<void> {
    return this.leases.release(userId, deviceId);
  }

  /**
   * The presence of people, in the order asked. Whoever hides from the caller looks like somebody who never was.
   * Three statements, however many people.
   */
  async of(caller: Identity, userIds: readonly string[]): Promise<Presence[]> {
    const shown = await this.shownTo(caller, userIds);
    return userIds.map((userId) => ({ userId, ...(shown.get(userId) ?? { online: false }) }));
  }

  /** Those of the people who are there now and whose presence the caller may know, in the order asked. */
  async onlineAmong(caller: Identity, userIds: readonly string[]): Promise<string[]> {
    const online = await this.leases.online(userIds);
    const there = userIds.filter((userId) => online.has(userId));
    if (there.length === 0) return [];
    const shown = await this.shownTo(caller, there);
    return there.filter((userId) => shown.get(userId)?.online);
  }

  /** A person's profile, with their presence if the caller may know it. */
  async addTo(caller: Identity, user: User): Promise<User> {
    const shown = await this.shownTo(caller, [user.id]);
    return { ...user, ...shown.get(user.id) };
  }

  /** Stores when everybody who is here was last seen. */
  async close(): Promise<void> {
    await this.announcer.close(await this.leases.close());
  }

  private async shownTo(
    caller: Identity,
    userIds: readonly string[],
  ): Promise<Map<string, Omit<Presence, 'userId'>>> {
    const db = this.database.reader;
    const [settings, writers, blocked, online] = await Promise.all([
      presenceSettings(db, userIds),
      writersTo(db, caller.userId, userIds),
      blockedWith(db, caller.userId, userIds),
      this.leases.online(userIds),
    ]);
    const visible = settings.filter(({ userId, lastSeen }) =>
      mayShowPresence({
        isSelf: userId === caller.userId,
        isContact: writers.has(userId),
        lastSeen,
        blocked: blocked.has(userId),
      }),
    );
    return new Map(
      visible.map(({ userId, lastSeenAt }) => [
        userId,
        online.has(userId)
          ? { online: true }
          : { online: false, ...(lastSeenAt && { lastSeenAt: lastSeenAt.toISOString() }) },
      ]),
    );
  }
}
