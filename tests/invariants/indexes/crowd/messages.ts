import type { Database } from '../../../../src/database/database';
import { newId } from '../../../../src/helpers/ids';
import { tokenOf } from '../../../../src/helpers/search-tokens';
import { setProgress, storeEntries } from '../../../../src/services/search/index.queries';
import { insertRows, type NewRow } from '../../../support/rows';
import type { World } from '../world';
import {
  MESSAGES_EACH,
  MESSAGES_HERE,
  SOME,
  versionAfter,
  now,
  daysFromNow,
  hexOf,
  times,
  pick,
} from './amounts';
import type { Place, StoredPlace } from './conversations';

export const messagesIn = ({ id, memberIds, messages }: Place): NewRow[] =>
  times(messages, (index) => {
    const seq = index + 1;
    return {
      ...{ conversationId: id, seq, id: newId(), version: seq + 1, senderId: pick(memberIds, index) },
      ...{
        type: 'text',
        content: `tea and biscuits ${index}`,
        clientMessageId: newId(),
        requestHash: hexOf(0, 64),
      },
      ...{
        createdAt: new Date(now - (messages - index) * 60_000),
        replyToSeq: index % 10 === 9 ? index : null,
      },
      pinnedAt: index % 300 === 1 ? daysFromNow(-1) : null,
    };
  });

/** What stands at messages of the chat, of the group and of the channels. */
export async function storeStanding(
  database: Database,
  { ada, bob, chatId, groupId, channelId }: World,
  ids: readonly string[],
  elsewhere: readonly StoredPlace[],
): Promise<void> {
  const firstOf = (conversationId: string) => times(SOME, (index) => ({ conversationId, seq: index + 1 }));
  const inChat = firstOf(chatId);
  const inChannel = firstOf(channelId);
  const both = [...inChat, ...inChannel];
  const emoji = '👍';
  // Hidden and named by turns: few of what there is are anybody's.
  const hidden = [...inChat, ...firstOf(groupId)].map((place, index) => ({
    ...{ userId: index % 20 ? pick(ids, index) : ada.id, ...place },
    myVersion: index + 1,
  }));
  const named = hidden.map(({ userId, conversationId, seq }) => ({
    ...{ userId, conversationId },
    seq: MESSAGES_HERE - seq,
  }));
  await insertRows(database, 'hidden_message', hidden);
  await insertRows(database, 'mention', named);
  await insertRows(
    database,
    'reaction',
    both.map((place) => ({ ...place, emoji, userId: bob.id })),
  );
  await insertRows(
    database,
    'reaction_count',
    both.map((place) => ({ ...place, emoji, total: 1, position: 1 })),
  );
  await insertRows(
    database,
    'post_view',
    inChannel.map((place) => ({ ...place, views: 3 })),
  );
  await insertRows(
    database,
    'message_revision',
    inChat.map((place) => ({ ...place, version: 1, content: 'te', writtenAt: daysFromNow(-9) })),
  );
  // Not where something is done: what is there is told, and gone.
  await insertRows(
    database,
    'reaction_untold',
    elsewhere.flatMap(({ id, row }) =>
      row.kind === 'channel' && !row.deletedAt
        ? times(MESSAGES_EACH, (index) => ({ conversationId: id, seq: index + 1 }))
        : [],
    ),
  );
}

/** Ahead of the messages, so that the server's own indexer has nothing to do. */
export async function storeIndex(database: Database, places: readonly Place[]): Promise<void> {
  const { dialect } = database;
  const entries = places.flatMap(({ id, messages }) =>
    times(Math.min(messages, SOME), (index) => ({
      ...{ conversationId: id, seq: index + 1 },
      tokens: ['tea', 'and', 'biscuits', String(index)].map((term) => tokenOf(id, term)).join(' '),
    })),
  );
  const reached = places.map(({ id, messages }) => ({
    conversationId: id,
    indexedVersion: versionAfter(messages),
  }));
  await database.sqlTransaction(async (sql) => {
    await setProgress(sql, dialect, reached);
    for (let from = 0; from < entries.length; from += SOME)
      await storeEntries(sql, dialect, entries.slice(from, from + SOME));
  });
}
