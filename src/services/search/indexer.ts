import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { Backlog } from '../backlog/backlog';
import type { DomainEventBus } from '../domain-events';
import { indexBatch } from './index-batch';
import { behindAfter } from './index.queries';

/** Milliseconds for which changes gather: half a second is soon enough, and larger batches cost less a message. */
const GATHER_MS = 400;
/** Rests so many times as long as it worked: those who write come first, however much there is to index. */
const REST = 6;
/** The same while the writer is at its limit, where every moment is taken from a message; a batch of so many says that it is. */
const REST_WHILE_BUSY = 60;
const BUSY_BATCH = 50;
const BUSY_FOR_MS = 1_000;
/** Conversations looked at in one statement. */
const PAGE = 1_000;

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
}

/** Keeps the search index up with what is said and changed, behind the writer's back: nothing waits for it. */
export class SearchIndexer {
  private readonly backlog: Backlog;
  /** until when the writer counts as busy */
  private busyUntil = 0;

  constructor(private readonly deps: Dependencies) {
    const { database, logger } = deps;
    this.backlog = new Backlog(
      {
        gatherMs: GATHER_MS,
        rest: () => (performance.now() < this.busyUntil ? REST_WHILE_BUSY : REST),
        catchUp: async (ids) => (await indexBatch(database, ids)).unfinished,
        behindAfter: (after) => behindAfter(database.reader, after, PAGE),
        says: { waiting: 'the search index has to wait', leftBehind: 'a conversation is not searchable' },
      },
      logger,
    );
  }

  start(): void {
    const { bus } = this.deps;
    bus.on('message.sent', ({ message }) => this.backlog.hear(message.conversationId));
    bus.on('batch.settling', ({ count }) => {
      if (count >= BUSY_BATCH) this.busyUntil = performance.now() + BUSY_FOR_MS;
    });
    bus.on('message.edited', ({ conversationId }) => this.backlog.hear(conversationId));
    bus.on('message.deleted', ({ conversationId }) => this.backlog.hear(conversationId));
    this.backlog.start();
  }

  /** Conversations that wait to be looked at. */
  get waiting(): number {
    return this.backlog.waiting;
  }

  /** Resolves when the batch under way is done; the next start finds what is left. */
  stop(): Promise<void> {
    return this.backlog.stop();
  }
}
