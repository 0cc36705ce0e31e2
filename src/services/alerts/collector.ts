import type { Database } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import { Backlog } from '../backlog/backlog';
import type { DomainEventBus } from '../domain-events';
import { collectBatch, type Delays } from './collect';
import { unseenAfter } from './collecting.queries';

/** Milliseconds for which messages gather, at least and at most. */
const GATHER_MS = 400;
const MAX_GATHER_MS = 60_000;
/** Rests so many times as long as it worked: those who write come first. */
const REST = 6;
/** Conversations looked at in one statement. */
const PAGE = 1_000;

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
  readonly delays: Delays;
  /** there are alerts that will be due then */
  readonly expect: (dueAt: Date) => void;
}

/**
 * Finds out whom to tell of what was said, behind the writer's back. It looks when the first delay is over: whoever has read it by then costs
 * nothing more.
 */
export class AlertCollector {
  private readonly backlog: Backlog;

  constructor(private readonly deps: Dependencies) {
    const { database, logger, delays, expect } = deps;
    this.backlog = new Backlog(
      {
        gatherMs: Math.max(GATHER_MS, Math.min(MAX_GATHER_MS, ...Object.values(delays))),
        rest: () => REST,
        catchUp: async (ids) => {
          const { firstDueAt, unfinished } = await collectBatch(database, ids, { delays, now: new Date() });
          if (firstDueAt) expect(firstDueAt);
          return unfinished;
        },
        behindAfter: (after) => unseenAfter(database.reader, after, PAGE),
        says: { waiting: 'alerts have to wait', leftBehind: 'nobody is alerted of a conversation' },
      },
      logger,
    );
  }

  start(): void {
    this.deps.bus.on('message.sent', ({ message }) => this.backlog.hear(message.conversationId));
    this.backlog.start();
  }

  /** Resolves when the batch under way is done; the next start finds what is left. */
  stop(): Promise<void> {
    return this.backlog.stop();
  }
}
