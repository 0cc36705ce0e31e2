import type {
  Announcement,
  MadeAnnouncement,
  MadeAnnouncementPage,
  NewAnnouncement,
} from '../../contracts/announcements';
import type { Database } from '../../database/database';
import { decodeCursor, encodeCursor } from '../../helpers/cursor';
import { LAST_ID, newId, timeOfId } from '../../helpers/ids';
import { usersByIds } from '../accounts';
import { mustStillBeAdmin } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { recordAudit } from '../audit/record';
import type { DomainEventBus } from '../domain-events';
import { enqueue } from '../notifications/outbox.queries';
import { tellWebhooks } from '../webhooks/telling';
import {
  announcementsBefore,
  announcementsSince,
  insertAnnouncement,
  type AnnouncementRow,
} from './announcements.queries';

const SHOWN_MS = 30 * 86_400_000;
const MOST_SHOWN = 50;

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

  /** Stored, audited, and its mails begun in one transaction; sockets hear of it after that. @throws forbidden */
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
    await database.transaction(async (db) => {
      await mustStillBeAdmin(db, admin, row.createdAt);
      await insertAnnouncement(db, row);
      await recordAudit(db, {
        actor: admin,
        action: 'announcement.made',
        targetType: 'announcement',
        targetId: id,
        after: { content, via: via.join(', ') },
      });
      await tellWebhooks(db, 'announcement.made', { id, content, via });
      if (row.byEmail) await enqueue(db, 'announcement_mails', { id, after: '' }, row.createdAt);
    });
    outbox.wake();
    if (row.bySocket) bus.publish('announcement.made', shown(row));
    const [made] = await this.present([row]);
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
    const before = cursor === undefined ? LAST_ID : String(decodeCursor(cursor, ['id'])[0]);
    const rows = await announcementsBefore(this.deps.database.reader, before, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { items: await this.present(page), nextCursor: last ? encodeCursor(last.id) : null };
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
