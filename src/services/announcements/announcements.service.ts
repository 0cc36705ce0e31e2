import {
  AnnouncementChannel,
  type Announcement,
  type MadeAnnouncement,
  type MadeAnnouncementPage,
  type NewAnnouncement,
} from '../../contracts/announcements';
import type { Database } from '../../database/database';
import { encodeCursor, idBehind, pageOf } from '../../helpers/cursor';
import { errors } from '../../helpers/errors';
import { newId, timeOfId } from '../../helpers/ids';
import { usersByIds } from '../accounts';
import { mustStillBeAdmin } from '../admin/acting';
import type { Admin } from '../admin/admin';
import { recordAudit } from '../audit/record';
import type { DomainEventBus } from '../domain-events';
import { enqueue } from '../notifications/outbox.queries';
import { tellWebhooks } from '../webhooks/telling';
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
  /** whether there is a Telegram bot */
  readonly hasTelegram: boolean;
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
   * @throws forbidden, unauthenticated, validation_failed
   */
  async make(admin: Admin, { content, via }: NewAnnouncement): Promise<MadeAnnouncement> {
    const { database, bus, outbox, hasTelegram } = this.deps;
    if (via.includes('telegram') && !hasTelegram)
      throw errors.validationFailed([
        { path: 'body.via', message: 'has telegram, and there is no bot here' },
      ]);
    const id = newId();
    const row: AnnouncementRow = {
      id,
      content,
      authorId: admin.userId,
      bySocket: via.includes('socket'),
      byEmail: via.includes('email'),
      mailed: 0,
      mailedAt: null,
      byTelegram: via.includes('telegram'),
      telegrams: 0,
      telegramsAt: null,
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
      await tellWebhooks(db, 'announcement.made', { id, content, via });
      if (row.byEmail) await enqueue(db, 'announcement_mails', { id, after: '' }, row.createdAt);
      if (row.byTelegram) await enqueue(db, 'announcement_telegrams', { id, after: '' }, row.createdAt);
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
    return rows.map(
      ({ authorId, bySocket, byEmail, byTelegram, mailed, mailedAt, telegrams, telegramsAt, ...row }) => ({
        ...shown(row),
        author: authors.get(authorId) ?? null,
        via: AnnouncementChannel.options.filter(
          (channel) => ({ socket: bySocket, email: byEmail, telegram: byTelegram })[channel],
        ),
        mailed,
        mailedAt: mailedAt?.toISOString() ?? null,
        telegrams,
        telegramsAt: telegramsAt?.toISOString() ?? null,
      }),
    );
  }
}
