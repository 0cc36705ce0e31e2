import { LAST_ID } from '../../../src/helpers/ids';
import { AnnouncementMails } from '../../../src/services/announcements/announcement-mails';
import { AnnouncementTelegrams } from '../../../src/services/announcements/announcement-telegrams';
import { announcementsBefore } from '../../../src/services/announcements/announcements.queries';
import { avatarsInUse } from '../../../src/services/avatars/avatars.queries';
import { countJobsByKind } from '../../../src/services/metrics/jobs.queries';
import { behindAfter } from '../../../src/services/search/index.queries';
import { keepingAfter } from '../../../src/services/messages/retention.queries';
import type { Calls } from './world';

export const backgroundCalls: Calls = {
  'whose avatars are': ({ server }) =>
    avatarsInUse(server.container.database.reader, ['1'.repeat(32), '2'.repeat(32)]),
  'what the search index has missed': ({ server }) => behindAfter(server.container.database.reader, '', 1000),
  'the outbox at a scrape': ({ server }) => countJobsByKind(server.container.database.reader, new Date()),
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
  'the sweep of files': ({ server }) => server.container.fileSweep.sweep(),
  'a start': ({ server }) => server.restart(),
};
