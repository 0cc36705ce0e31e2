import type { Database } from '../../database/database';
import { isPassing } from '../../database/failures';
import type { Logger } from '../../helpers/logger';
import { addViews, ownPostsBetween, type PostView } from './post-views.queries';

/** Posts of one move of a read position that count, the newest: whoever comes back after a year has not seen all of them. */
const MAX_SEEN = 200;
/** Milliseconds over which views are gathered. */
const GATHER_MS = 1_000;
/** Posts that are written down at once. */
const MAX_ROWS = 1_000;
/** Posts kept in memory: past it others are not counted until the database has caught up. */
const MAX_GATHERED = 100_000;

const keyOf = (conversationId: string, seq: number): string => `${conversationId}/${seq}`;

const byPlace = (left: PostView, right: PostView): number =>
  left.conversationId === right.conversationId
    ? left.seq - right.seq
    : left.conversationId < right.conversationId
      ? -1
      : 1;

/** How many have seen a channel's posts: gathered in memory and written down once a second, whatever the followers. */
export class PostViews {
  private readonly gathered = new Map<string, PostView>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<boolean> = Promise.resolve(true);

  constructor(
    private readonly database: Pick<Database, 'reader' | 'writer' | 'dialect'>,
    private readonly logger: Logger,
  ) {}

  /**
   * Somebody's read position has moved, and they have seen what lies between: but for their own posts each counts once. Never rejects: the
   * position has moved, whatever becomes of the count.
   */
  async seen(conversationId: string, userId: string, from: number, to: number): Promise<void> {
    const first = Math.max(from, to - MAX_SEEN) + 1;
    if (first > to) return;
    try {
      const own = await ownPostsBetween(this.database, { conversationId, senderId: userId, first, last: to });
      this.gather(conversationId, own, first, to);
    } catch (error) {
      this.logger.warn({ err: error }, 'the views of posts could not be counted');
    }
  }

  /** Writes down what is left. */
  async close(): Promise<void> {
    await this.writing;
    clearTimeout(this.timer);
    while (this.gathered.size > 0 && (await this.write()));
  }

  private gather(conversationId: string, own: ReadonlySet<number>, first: number, to: number): void {
    for (let seq = first; seq <= to; seq += 1) if (!own.has(seq)) this.add({ conversationId, seq, views: 1 });
    if (this.gathered.size > 0) this.timer ??= setTimeout(() => void this.flush(), GATHER_MS);
  }

  private add({ conversationId, seq, views }: PostView): void {
    const key = keyOf(conversationId, seq);
    const known = this.gathered.get(key);
    if (!known && this.gathered.size >= MAX_GATHERED) return;
    this.gathered.set(key, { conversationId, seq, views: views + (known?.views ?? 0) });
  }

  private async flush(): Promise<void> {
    this.writing = this.write();
    await this.writing;
    this.timer = this.gathered.size > 0 ? setTimeout(() => void this.flush(), GATHER_MS) : undefined;
  }

  /** One statement; by conversation, as the message writer locks them. Never rejects. @returns whether it worked */
  private async write(): Promise<boolean> {
    const batch = [...this.gathered]
      .slice(0, MAX_ROWS)
      .map(([, seen]) => seen)
      .sort(byPlace);
    for (const { conversationId, seq } of batch) this.gathered.delete(keyOf(conversationId, seq));
    try {
      await addViews(this.database, batch);
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'the views of posts could not be written down');
      if (isPassing(error)) for (const seen of batch) this.add(seen);
      return false;
    }
  }
}
