import type { Database } from '../../database/database';
import { announcementMail } from '../notifications/mails';
import { enqueue, enqueueAll } from '../notifications/outbox.queries';
import { addresseesAfter, advance, holdAt } from './announcements.queries';

/** Mails written at once, and how long until the next ones: whoever asks for a code meanwhile waits for no more than these. */
const BATCH = 100;
const PAUSE_MS = 5_000;

interface Dependencies {
  readonly database: Database;
  readonly clock?: () => Date;
  readonly pauseMs?: number;
}

/**
 * Writes the mails of announcements into the outbox, batch by batch; each batch is a job of the outbox and ends with the job of the next.
 * Everybody gets one mail, whatever dies in between: how far it is stands with the announcement, and changes with what is written.
 */
export class AnnouncementMails {
  constructor(private readonly deps: Dependencies) {}

  /** @param after the person whose mail was written last; empty: nobody's was */
  write({ id, after }: { readonly id: string; readonly after: string }): Promise<void> {
    const { database, clock = () => new Date(), pauseMs = PAUSE_MS } = this.deps;
    return database.transaction(async (db) => {
      const announcement = await holdAt(db, id, after);
      if (!announcement) return;
      const now = clock();
      const { content, createdAt } = announcement;
      const { lastId, people } = await addresseesAfter(db, database.dialect, after, {
        until: createdAt,
        now,
        limit: BATCH,
      });
      const mails = people.map(({ email, username }) => announcementMail({ to: email, username, content }));
      await enqueueAll(db, 'mail', mails, now);
      await advance(db, id, {
        mailAfter: lastId ?? after,
        more: people.length,
        mailedAt: lastId ? null : now,
      });
      if (lastId)
        await enqueue(db, 'announcement_mails', { id, after: lastId }, new Date(now.getTime() + pauseMs));
    });
  }
}
