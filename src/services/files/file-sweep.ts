import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { takeStraysBefore } from './blob.queries';
import { unattachedBefore } from './file.queries';
import type { FileRemoval } from './removal';
import type { TemporaryFiles } from './temporary-files';

/** Milliseconds between sweeps. */
const EVERY_MS = 10 * 60_000;
/** How long a file without a message, and an object without a blob, stay. */
const A_DAY_MS = 86_400_000;
/** Rows of one transaction: short locks. */
const BATCH = 100;
/** Batches of a kind: what is left waits for the next sweep. */
const MAX_BATCHES = 20;

interface Dependencies {
  readonly database: Database;
  readonly removal: FileRemoval;
  readonly temporary: TemporaryFiles;
  readonly logger: Logger;
  readonly clock: () => Date;
}

/** Removes what nobody needs any more. Safe to run anywhere at any time, on several servers at once. */
export class FileSweep {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly deps: Dependencies) {}

  /** The first one at once: it clears away what a crash has left. */
  start(): void {
    this.begin();
    this.timer = setInterval(() => this.begin(), EVERY_MS).unref();
  }

  /** Resolves when the sweep under way has come to an end. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  async sweep(): Promise<void> {
    await this.deps.temporary.sweep();
    await this.inBatches(unattachedBefore, async (ids) => {
      await this.deps.removal.remove(ids);
      return true;
    });
    await this.inBatches(takeStraysBefore, (keys) => this.deps.removal.removeObjects(keys));
  }

  private begin(): void {
    this.running ??= this.sweep()
      .catch((error: unknown) => this.deps.logger.warn({ err: error }, 'the sweep of files failed'))
      .finally(() => (this.running = undefined));
  }

  private async inBatches(
    find: typeof takeStraysBefore,
    remove: (found: readonly string[]) => Promise<boolean>,
  ): Promise<void> {
    const { database, clock } = this.deps;
    const aDayAgo = new Date(clock().getTime() - A_DAY_MS);
    for (let batch = 0; batch < MAX_BATCHES && !this.stopped; batch += 1) {
      const found = await find(database.writer, aDayAgo, BATCH);
      if (!(await remove(found)) || found.length < BATCH) return;
    }
  }
}
