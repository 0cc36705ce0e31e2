import type {
  Announcement,
  MadeAnnouncement,
  MadeAnnouncementPage,
  NewAnnouncement,
} from '../../contracts/announcements';
import type { Database } from '../../database/database';
import { encodeCursor, idBehind, pageOf } from '../../helpers/cursor';
import { newId, timeOfId } from '../../helpers/ids';
import { usersByIds } from '../accounts';
import { mustStillBeAdmin } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { recordAudit } from '../audit/record';
import type { DomainEventBus } from '../domain-events';
import { enqueue } from '../notifications/outbox.queries';
import {
  announcementLike,
  announcementsBefore,
  announcementsSince,
  insertAnnouncement,
  type AnnouncementRow,
} from './announcements.queries';

const SHOWN_MS = 30 * 86_400_000;
const MOST_SHOWN = 50;
/** The same by the same admin within this time is the same: a click too many, or an answer that did not come. */
const SAME_MS = 10 * 60_000;

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly outbox: { wake(): void };
}

const shown = ({
  id,
  content,
  createdAt,
}: Pick<AnnouncementRow, 'id' | 'content' | 'createdAt'>): Announcement => ({
  id,
  content,
  createdAt: createdAt.toISOString(),
});

/** What the admins tell everybody. */
export class AnnouncementsService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Stored, audited, and its mails begun in one transaction; sockets hear of it after that. What was told a moment ago is not told again.
   * @throws forbidden, unauthenticated
   */
  async make(admin: Admin, { content, via }: NewAnnouncement): Promise<MadeAnnouncement> {
    const { database, bus, outbox } = this.deps;
    const id = newId();
    const row: AnnouncementRow = {
      id,
      content,
      authorId: admin.userId,
      bySocket: via.includes('socket'),
      byEmail: via.includes('email'),
      mailed: 0,
      mailedAt: null,
      createdAt: timeOfId(id),
    };
    const told = await database.transaction(async (db) => {
      await mustStillBeAdmin(db, admin, row.createdAt);
      const before = await announcementLike(db, row, new Date(row.createdAt.getTime() - SAME_MS));
      if (before) return before;
      await insertAnnouncement(db, row);
      await recordAudit(db, {
        actor: admin,
        action: 'announcement.made',
        targetType: 'announcement',
        targetId: id,
        after: { content, via: via.join(', ') },
      });
      if (row.byEmail) await enqueue(db, 'announcement_mails', { id, after: '' }, row.createdAt);
      return row;
    });
    outbox.wake();
    if (told.bySocket && told.id === id) bus.publish('announcement.made', shown(told));
    const [made] = await this.present([told]);
    return made as MadeAnnouncement;
  }

  /** Latest first, with how far the mails are. */
  async list({
    limit,
    cursor,
  }: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<MadeAnnouncementPage> {
    const found = await announcementsBefore(this.deps.database.reader, idBehind(cursor), limit + 1);
    const { rows, nextCursor } = pageOf(found, limit, ({ id }) => encodeCursor(id));
    return { items: await this.present(rows), nextCursor };
  }

  /** What whoever was not connected has missed. */
  async recent(): Promise<Announcement[]> {
    const since = new Date(Date.now() - SHOWN_MS);
    return (await announcementsSince(this.deps.database.reader, since, MOST_SHOWN)).map(shown);
  }

  private async present(rows: readonly AnnouncementRow[]): Promise<MadeAnnouncement[]> {
    const authors = await usersByIds(
      this.deps.database.reader,
      rows.map(({ authorId }) => authorId),
    );
    return rows.map(({ authorId, bySocket, byEmail, mailed, mailedAt, ...row }) => ({
      ...shown(row),
      author: authors.get(authorId) ?? null,
      via: [...(bySocket ? (['socket'] as const) : []), ...(byEmail ? (['email'] as const) : [])],
      mailed,
      mailedAt: mailedAt?.toISOString() ?? null,
    }));
  }
}
