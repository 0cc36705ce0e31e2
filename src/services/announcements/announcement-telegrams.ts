import type { Database } from '../../database/database';
import { firstIdAt } from '../../helpers/ids';
import { enqueue, enqueueAll } from '../notifications/outbox.queries';
import { linkedAfter } from '../telegram/telegram.queries';
import { advanceTelegrams, holdTelegramsAt } from './announcements.queries';

/** Twenty a second: a third of what Telegram takes is left for whoever is written to meanwhile. */
const BATCH = 100;
const PAUSE_MS = 5_000;

interface Dependencies {
  readonly database: Database;
  readonly clock?: () => Date;
  readonly pauseMs?: number;
}

/** Writes an announcement's messages to everybody who has linked a Telegram chat into the outbox, batch by batch, as its mails are. */
export class AnnouncementTelegrams {
  constructor(private readonly deps: Dependencies) {}

  /** @param after the person whose message was written last; empty: nobody's was */
  write({ id, after }: { readonly id: string; readonly after: string }): Promise<void> {
    const { database, clock = () => new Date(), pauseMs = PAUSE_MS } = this.deps;
    return database.transaction(async (db) => {
      const announcement = await holdTelegramsAt(db, id, after);
      if (!announcement) return;
      const now = clock();
      const { content: text, createdAt } = announcement;
      const until = firstIdAt(new Date(createdAt.getTime() + 1));
      const people = await linkedAfter(db, after, { until, limit: BATCH });
      const lastId = people.length === BATCH ? people.at(-1) : undefined;
      await enqueueAll(
        db,
        'telegram_message',
        people.map((userId) => ({ userId, text })),
        now,
      );
      await advanceTelegrams(db, id, {
        telegramAfter: lastId ?? after,
        more: people.length,
        telegramsAt: lastId ? null : now,
      });
      if (lastId)
        await enqueue(db, 'announcement_telegrams', { id, after: lastId }, new Date(now.getTime() + pauseMs));
    });
  }
}
