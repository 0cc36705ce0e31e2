import type { Database } from '../../database/database';
import type { PresenceLeases } from '../presence/leases';
import { activeSince } from './alerts.queries';

/**
 * Who would see what comes by themselves: those who are connected and have done something a moment ago. What a server can know of that is
 * when a session was last used: a request, or an event that a person causes, such as reading, typing or sending.
 */
export class ReaderPresence {
  constructor(
    private readonly database: Database,
    private readonly leases: Pick<PresenceLeases, 'online'>,
    private readonly awayAfterMs: number,
  ) {}

  async of(userIds: readonly string[], now: Date): Promise<ReadonlySet<string>> {
    const online = await this.leases.online([...new Set(userIds)]);
    return activeSince(this.database.reader, [...online], new Date(now.getTime() - this.awayAfterMs));
  }
}
