import type { Database } from '../../database/database';
import { AppError } from '../../helpers/errors';
import type { Done, Scene } from '../messages/act';
import type { MessageWriter } from '../messages/message-writer';
import {
  keepingAfter,
  limitedAfter,
  oldestMessages,
  removeUpTo,
  removeViews,
  retentionOf,
  type KeepingPosition,
} from '../messages/retention.queries';
import { conversationUpdated } from './details.queries';

const A_DAY_MS = 86_400_000;
/** Messages of one act: it holds the conversation up for no longer than a batch of messages. */
const BATCH = 100;
/** Acts of a sweep: what is left waits for the next one. */
const MAX_ACTS = 500;
/** Conversations looked at by one statement, and statements of a sweep. */
const PAGE = 500;
const MAX_PAGES = 40;

const BEGINNING: KeepingPosition = { conversationId: '', retentionDays: 0 };

interface Dependencies {
  readonly database: Database;
  readonly writer: MessageWriter;
  /** the server's setting; 0: for ever */
  readonly retentionDays: number;
  readonly clock?: () => Date;
}

interface Pruned {
  /** 0: nothing was old enough */
  readonly uptoSeq: number;
  readonly isMore: boolean;
}

/** Removes messages that are older than their conversation, or the server, keeps them. */
export class RetentionService {
  /** where the last sweep ended: no conversation waits for ever behind those before it */
  private after = BEGINNING;
  private stopped = false;

  constructor(private readonly deps: Dependencies) {}

  /** Some thousand messages at a time. Safe to run anywhere at any time, on several servers at once. */
  async sweep(): Promise<void> {
    const { database, retentionDays } = this.deps;
    let acts = 0;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const next = retentionDays > 0 ? keepingAfter : limitedAfter;
      const found = await next(database, this.after, PAGE);
      for (const keeping of found) {
        const { conversationId, retentionDays: own, oldestAt } = keeping;
        const isOld = (): boolean => oldestAt !== null && this.isTooOld(oldestAt, own);
        for (let isMore = isOld(); isMore; acts += 1) {
          if (this.stopped || acts === MAX_ACTS) return;
          isMore = await this.prune(conversationId);
        }
        this.after = keeping;
      }
      if (found.length < PAGE) {
        this.after = BEGINNING;
        return;
      }
    }
  }

  /** Begins nothing more. */
  stop(): void {
    this.stopped = true;
  }

  private isTooOld(createdAt: Date, own: number | null): boolean {
    const { retentionDays: servers, clock = () => new Date() } = this.deps;
    const days = Math.min(own ?? Infinity, servers > 0 ? servers : Infinity);
    return clock().getTime() - createdAt.getTime() > days * A_DAY_MS;
  }

  /** @returns whether there may be more */
  private async prune(conversationId: string): Promise<boolean> {
    try {
      const { database, writer } = this.deps;
      const pruned = await writer.act({ conversationId, apply: (scene) => this.removeOldest(scene) });
      if (pruned.uptoSeq > 0) await removeViews(database.writer, conversationId, pruned.uptoSeq);
      return pruned.isMore;
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return false;
      throw error;
    }
  }

  private async removeOldest(scene: Scene): Promise<Done<Pruned>> {
    // The setting may have been changed since it was looked at.
    const own = await retentionOf(scene);
    const oldest = await oldestMessages(scene, BATCH);
    const young = oldest.findIndex(({ createdAt }) => !this.isTooOld(createdAt, own));
    const old = young < 0 ? oldest : oldest.slice(0, young);
    const last = old.at(-1);
    if (!last) return { result: { uptoSeq: 0, isMore: false }, events: [] };
    const version = Math.max(...old.map((message) => message.version));
    await removeUpTo(scene, { uptoSeq: last.seq, version });
    return {
      result: { uptoSeq: last.seq, isMore: old.length === BATCH },
      events: [conversationUpdated(scene, { prunedUptoSeq: last.seq })],
    };
  }
}
