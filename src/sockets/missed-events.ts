import type { ChatServer } from './types';

interface Checking {
  recheck(): Promise<void>;
}

/** Milliseconds over which one `resync` stands for several: each makes every client ask. */
const COALESCE_MS = 500;

/**
 * Sockets here may have missed something that happened at another node. Their rooms are mended first, so that they hear everything that
 * comes after what they fetch; then they are told to fetch.
 */
export class MissedEvents {
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly io: ChatServer,
    private readonly keeper: Checking,
  ) {}

  note(): void {
    if (this.closed) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.work = this.work.then(() => this.resync());
    }, COALESCE_MS);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.work;
  }

  private async resync(): Promise<void> {
    await this.keeper.recheck();
    if (!this.closed) this.io.emit('resync', {});
  }
}
