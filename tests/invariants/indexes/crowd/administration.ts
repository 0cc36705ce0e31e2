import type { Database } from '../../../../src/database/database';
import { newId } from '../../../../src/helpers/ids';
import { insertRows } from '../../../support/rows';
import { SOME, now, daysFromNow, hexOf, times, pick } from './amounts';

const ACTIONS = ['user.suspended', 'message.deleted', 'conversation.deleted'];
/** A few of the suspensions have ended. */
export async function storeAdministration(database: Database, ids: readonly string[]): Promise<void> {
  const createdAt = daysFromNow(-5);
  await insertRows(
    database,
    'suspension',
    times(SOME, (index) => ({
      ...{ userId: pick(ids, index), reason: 'tea', byId: pick(ids, 0), createdAt },
      until: index % 3 ? daysFromNow(index % 50 === 1 ? -1 : 5) : null,
    })),
  );
  await insertRows(
    database,
    'audit_entry',
    times(SOME * 2, (index) => ({
      ...{ id: newId(), actorId: pick(ids, index % 50), action: pick(ACTIONS, index), createdAt },
      ...{ targetType: pick(['user', 'message', 'conversation'], index), targetId: pick(ids, index) },
    })),
  );
}

/** The latest one has written no mail yet. */
export const storeAnnouncements = (database: Database, ids: readonly string[]): Promise<void> =>
  insertRows(
    database,
    'announcement',
    times(SOME, (index) => ({
      ...{ id: newId(), authorId: pick(ids, index), content: 'tea', bySocket: 1, byEmail: 1 },
      ...{
        mailAfter: '',
        mailed: 0,
        mailedAt: index === SOME - 1 ? null : new Date(now),
        createdAt: new Date(now),
      },
    })),
  );

/** Those that are told are few; of some there are many deliveries, a few of them old. */
export async function storeWebhooks(database: Database, ids: readonly string[]): Promise<void> {
  const createdAt = daysFromNow(-5);
  const webhooks = times(SOME, () => ({
    ...{
      id: newId(),
      url: 'https://127.0.0.1:9/',
      description: '',
      events: 'user.deleted',
      sealedSecret: '',
    },
    ...{ enabled: 0, createdById: pick(ids, 0), createdAt },
  }));
  await insertRows(database, 'webhook', webhooks);
  await insertRows(
    database,
    'webhook_delivery',
    times(SOME * 2, (index) => ({
      ...{ id: newId(), webhookId: pick(webhooks, index % 20).id, event: 'user.deleted', body: '{}' },
      ...{ status: pick(['delivered', 'failed', 'waiting', 'delivered'], index), attempts: 1, tries: 1 },
      ...{ nextAt: createdAt, createdAt },
    })),
  );
}

/** Years of days. */
export const storeDays = (database: Database): Promise<void> =>
  insertRows(
    database,
    'message_day',
    times(SOME * 2, (index) => ({
      day: daysFromNow(-400 - Math.floor(index / 3))
        .toISOString()
        .slice(0, 10),
      kind: pick(['chat', 'group', 'channel'], index),
      messages: index,
    })),
  );

/** Most are closed, a few of them long ago; every message of a reported kind is nobody's. */
export const storeReports = (database: Database, ids: readonly string[]): Promise<void> =>
  insertRows(
    database,
    'report',
    times(SOME, (index) => {
      const closedAt = index % 9 ? daysFromNow(index % 50 === 1 ? -400 : -5) : null;
      const status = closedAt ? pick(['resolved', 'dismissed'], index) : pick(['open', 'in_review'], index);
      return {
        ...{ id: newId(), reporterId: pick(ids, index), subjectId: pick(ids, index + 1), status, closedAt },
        ...{ targetType: pick(['user', 'message', 'conversation'], index), targetId: pick(ids, index + 1) },
        ...{ reason: 'spam', note: '', context: '{}', openKey: closedAt ? null : hexOf(index, 64) },
        createdAt: daysFromNow(-500),
      };
    }),
  );
