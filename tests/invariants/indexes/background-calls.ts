import { LAST_ID } from '../../../src/helpers/ids';
import { newId } from '../../../src/helpers/ids';
import { collectBatch } from '../../../src/services/alerts/collect';
import { unseenAfter } from '../../../src/services/alerts/collecting.queries';
import { AlertDispatcher } from '../../../src/services/alerts/dispatcher';
import { ReaderPresence } from '../../../src/services/alerts/reader-presence';
import { AlertSender } from '../../../src/services/alerts/sender';
import { AnnouncementMails } from '../../../src/services/announcements/announcement-mails';
import { AnnouncementTelegrams } from '../../../src/services/announcements/announcement-telegrams';
import { announcementsBefore } from '../../../src/services/announcements/announcements.queries';
import { avatarsInUse } from '../../../src/services/avatars/avatars.queries';
import { behindAfter } from '../../../src/services/search/index.queries';
import { keepingAfter } from '../../../src/services/messages/retention.queries';
import type { Calls, World } from './world';

const DELAYS = { telegram: 0, email: 0 };

const presenceOf = ({ server, ada }: World): ReaderPresence =>
  new ReaderPresence(
    server.container.database,
    { online: (ids) => Promise.resolve(new Set(ids.filter((id) => id === ada.id))) },
    300_000,
  );

/** Nobody gets anything. */
const senderFor = (world: World): AlertSender =>
  new AlertSender({
    database: world.server.container.database,
    presence: presenceOf(world),
    mailer: { send: () => Promise.resolve(), close: () => Promise.resolve() },
    telegram: { send: () => Promise.resolve('sent') },
    unsubscribing: world.server.container.unsubscribing,
    delays: DELAYS,
  });

/** An alert for Bob of what Ada has said in the chat, which he has not read. */
async function alertBob({ server, bob, chatId }: World, bundleId: string | null): Promise<void> {
  const { writer } = server.container.database;
  const { lastSeq } = await writer.conversation.findUniqueOrThrow({ where: { id: chatId } });
  const alert = { userId: bob.id, conversationId: chatId, firstSeq: lastSeq - 5, lastSeq, bundleId };
  for (const via of ['telegram', 'email']) {
    const key = { userId: bob.id, conversationId: chatId, via };
    const row = { ...alert, via, dueAt: new Date(0) };
    await writer.alert.upsert({ where: { userId_conversationId_via: key }, create: row, update: row });
  }
}

export const backgroundCalls: Calls = {
  'whom to alert of what was said': async (world) => {
    const { database } = world.server.container;
    const ids = [world.chatId, world.groupId, world.channelId];
    await database.writer.alertProgress.updateMany({
      where: { conversationId: { in: ids } },
      data: { alertedSeq: { decrement: 5 } },
    });
    await collectBatch(database, ids, { delays: DELAYS, now: new Date() });
  },
  'what alerts have missed': ({ server }) => unseenAfter(server.container.database.reader, '', 1000),
  'alerts that are due': async (world) => {
    await alertBob(world, null);
    const { database, logger } = world.server.container;
    const presence = presenceOf(world);
    const dispatcher = new AlertDispatcher({ database, presence, delays: DELAYS, wake: () => null, logger });
    await dispatcher.dispatchDue();
  },
  'the sending of alerts': async (world) => {
    const bundle = { bundleId: newId(), userId: world.bob.id };
    await alertBob(world, bundle.bundleId);
    await senderFor(world).telegram({ ...bundle, conversationId: world.chatId });
    await senderFor(world).digest(bundle, newId());
  },
  'whose avatars are': ({ server }) =>
    avatarsInUse(server.container.database.reader, ['1'.repeat(32), '2'.repeat(32)]),
  'what the search index has missed': ({ server }) => behindAfter(server.container.database.reader, '', 1000),
  'the sweep of what has expired': ({ server }) => server.container.accounts.sweep(),
  'the sweep of deleted conversations': ({ server }) => server.container.deletion.sweep(),
  'the mails of an announcement': async ({ server }) => {
    const { database } = server.container;
    const [latest] = await announcementsBefore(database.reader, LAST_ID, 1);
    await new AnnouncementMails({ database }).write({ id: latest?.id ?? '', after: '' });
  },
  'the Telegram messages of an announcement': async ({ server }) => {
    const { database } = server.container;
    const [latest] = await announcementsBefore(database.reader, LAST_ID, 1);
    await new AnnouncementTelegrams({ database }).write({ id: latest?.id ?? '', after: '' });
  },
  'the count of a day that is over': ({ server }) => server.container.messageDays.sweep(),
  'the sweep of exports': ({ server }) => server.container.exportMaker.sweep(),
  'the sweep of old messages': ({ server }) => server.container.retention.sweep(),
  'old messages of all conversations': ({ server }) =>
    keepingAfter(server.container.database, { conversationId: '', retentionDays: 0 }, 500),
  'the removal of old messages': async ({ server, groupId }) => {
    const { database, retention } = server.container;
    const data = { createdAt: new Date(0) };
    await database.writer.message.updateMany({ where: { conversationId: groupId, seq: { lte: 250 } }, data });
    await database.writer.conversation.update({ where: { id: groupId }, data: { retentionDays: 1 } });
    await retention.sweep();
  },
  'the sweep of deleted accounts': ({ server }) => server.container.erasure.sweep(),
  'the sweep of closed reports': ({ server }) => server.container.reports.sweep(),
  'the sweep of what webhooks were told': ({ server }) => server.container.webhookWorker.sweep(),
  'the sweep of files': ({ server }) => server.container.fileSweep.sweep(),
  'a start': ({ server }) => server.restart(),
};
