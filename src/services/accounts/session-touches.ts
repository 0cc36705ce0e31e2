import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { touchSessions } from './sessions.queries';

/** A session's last use is exact to a minute. */
const EVERY_MS = 60_000;

/** Writes down when sessions were last used, behind the requests' back: those of the time one write takes go into the next one together. */
export class SessionTouches {
  private readonly waiting = new Set<string>();
  private readonly writing = new Set<string>();
  private work: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    private readonly clock: () => Date,
  ) {}

  /** @returns when it was used, as it will be written down */
  touch(id: string, lastUsedAt: Date): Date {
    const now = this.clock();
    if (now.getTime() - lastUsedAt.getTime() < EVERY_MS || this.writing.has(id)) return lastUsedAt;
    this.waiting.add(id);
    this.work ??= this.write().finally(() => (this.work = undefined));
    return now;
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.work;
  }

  private async write(): Promise<void> {
    // Whoever is touched in this tick is in the first batch.
    await Promise.resolve();
    while (this.waiting.size > 0) {
      const ids = [...this.waiting].sort().slice(0, 500);
      for (const id of ids) {
        this.waiting.delete(id);
        this.writing.add(id);
      }
      try {
        await touchSessions(this.database.writer, ids, this.clock());
      } catch (error) {
        this.logger.warn({ reason: (error as Error).message }, 'the last use of sessions was not written');
      }
      this.writing.clear();
    }
  }
}
