import type { Database } from '../../../src/database/database';
import { insertRows } from '../../support/rows';
import type { World } from './world';
import {
  storeAdministration,
  storeAnnouncements,
  storeDays,
  storeReports,
  storeWebhooks,
} from './crowd/administration';
import { MESSAGES_HERE, MEMBERS, FOLLOWERS, versionAfter } from './crowd/amounts';
import { type Place, conversations, membershipsIn, invites } from './crowd/conversations';
import { storeAlerts } from './crowd/alerts';
import { storeFiles } from './crowd/files';
import { messagesIn, storeStanding, storeIndex } from './crowd/messages';
import { people, storeBelongings } from './crowd/people';

/** Stores what makes every table large. */
export async function storeCrowd(database: Database, world: World): Promise<void> {
  const { ada, bob, chatId, groupId, channelId } = world;
  const crowd = people();
  const ids = crowd.map(({ id }) => id);
  const elsewhere = conversations(ids, ada.id);
  const both = [ada.id, bob.id];
  const here: Place[] = [chatId, groupId, channelId].map((id) => ({
    id,
    memberIds: both,
    messages: MESSAGES_HERE,
  }));
  await storeIndex(database, [...here, ...elsewhere]);
  await database.writer.message.deleteMany({ where: { conversationId: { in: here.map(({ id }) => id) } } });
  await insertRows(database, 'user', crowd);
  await insertRows(
    database,
    'conversation',
    elsewhere.map(({ row }) => row),
  );
  await insertRows(database, 'membership', [
    ...elsewhere.flatMap((place) => membershipsIn(place, String(place.row.kind))),
    ...membershipsIn({ id: groupId, memberIds: ids.slice(0, MEMBERS) }, 'group'),
    ...membershipsIn({ id: channelId, memberIds: ids.slice(0, FOLLOWERS) }, 'channel'),
  ]);
  await insertRows(database, 'message', [...here, ...elsewhere].flatMap(messagesIn));
  const counters = { lastSeq: MESSAGES_HERE, version: versionAfter(MESSAGES_HERE) };
  await database.writer.conversation.updateMany({
    where: { id: { in: here.map(({ id }) => id) } },
    data: counters,
  });
  for (const [id, increment] of [
    [groupId, MEMBERS],
    [channelId, FOLLOWERS],
  ] as const)
    await database.writer.conversation.update({ where: { id }, data: { memberCount: { increment } } });
  await storeStanding(database, world, ids, elsewhere);
  await storeBelongings(database, ids, world);
  await storeFiles(database, ids, world);
  await storeAlerts(database, ids, [...here, ...elsewhere], world);
  await storeAdministration(database, ids);
  await storeReports(database, ids);
  await storeDays(database);
  await storeWebhooks(database, ids);
  await storeAnnouncements(database, ids);
  await insertRows(database, 'invite', invites(ids, elsewhere));
}
