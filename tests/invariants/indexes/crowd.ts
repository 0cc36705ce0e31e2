import type { Database } from '../../../src/database/database';
import { newId } from '../../../src/helpers/ids';
import { tokenOf } from '../../../src/helpers/search-tokens';
import { pairKeyOf } from '../../../src/services/conversations/pair';
import { setProgress, storeEntries } from '../../../src/services/search/index.queries';
import { insertRows, type NewRow } from '../../support/rows';
import type { World } from './world';

const PEOPLE = 12_000;
const CONVERSATIONS = 3_000;
const MESSAGES_EACH = 8;
/** In the places where something is done. */
const MESSAGES_HERE = 6_000;
const MEMBERS = 2_000;
const FOLLOWERS = 8_000;
/** Of whatever else there is. */
const SOME = 2_000;
/** Ada is in every so many of the conversations. */
const ADAS_SHARE = 12;

const versionAfter = (messages: number): number => messages + 10;
const ACTIONS = ['user.suspended', 'message.deleted', 'conversation.deleted'];
const DAY_MS = 86_400_000;
const now = Date.now();
const daysFromNow = (days: number): Date => new Date(now + days * DAY_MS);
const hexOf = (index: number, length: number): string => index.toString(16).padStart(length, '0');
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const pick = <T>(from: readonly T[], index: number): T => from[index % from.length] as T;

const people = (): (NewRow & { id: string })[] =>
  times(PEOPLE, (index) => {
    const name = `crowd${index}`;
    const names = { username: name, usernameKey: name, displayName: name, displayNameKey: `of the ${name}` };
    const email = `${name}@example.org`;
    const avatarKey = index % 2 ? hexOf(index, 32) : null;
    const isBot = Number(index % 400 === 3);
    const rest = { passwordHash: '', bio: '', role: 'user', userVersion: 0, avatarKey, isBot };
    const at = daysFromNow(-30);
    return { id: newId(), ...names, email, emailKey: email, ...rest, createdAt: at, updatedAt: at };
  });

interface Place {
  readonly id: string;
  readonly memberIds: readonly string[];
  readonly messages: number;
}

interface StoredPlace extends Place {
  readonly row: NewRow;
}

/** Chats, groups and channels in turn; some channels have been deleted. */
function conversations(ids: readonly string[], adaId: string): StoredPlace[] {
  return times(CONVERSATIONS, (index) => {
    const kind = pick(['chat', 'group', 'channel'], index);
    const others = times(kind === 'chat' ? 1 : 5, (member) => pick(ids, index * 7 + member + 1));
    const [first = ''] = others;
    const memberIds = [
      index % ADAS_SHARE === 0 || index % ADAS_SHARE === 1 ? adaId : pick(ids, index * 7),
      ...others,
    ];
    const isChannel = kind === 'channel';
    const deletedAt = isChannel && index % 100 === 2 ? daysFromNow(-1) : null;
    const at = new Date(now - index * 60_000);
    const title = kind === 'chat' ? null : `talk ${index}`;
    const id = newId();
    const row = {
      ...{ id, kind, pairKey: kind === 'chat' ? pairKeyOf(memberIds[0] ?? '', first) : null },
      ...{ title, titleKey: title, avatarKey: kind === 'chat' ? null : hexOf(index, 32) },
      ...{ ownerId: kind === 'chat' ? null : first, handle: isChannel ? `talk_${index}` : null },
      ...{
        handleKey: isChannel && !deletedAt ? `talk_${index}` : null,
        visibility: isChannel ? 'public' : null,
      },
      ...{ memberCount: memberIds.length, lastSeq: MESSAGES_EACH, version: versionAfter(MESSAGES_EACH) },
      ...{ lastActivityAt: at, createdAt: at, deletedAt, retentionDays: index % 60 === 1 ? 30 : null },
    };
    return { id, memberIds, messages: MESSAGES_EACH, row };
  });
}

const membershipsIn = ({ id, memberIds }: Pick<Place, 'id' | 'memberIds'>, kind: string): NewRow[] =>
  memberIds.map((userId, index) => ({
    ...{ conversationId: id, userId, role: kind === 'channel' ? 'follower' : 'member', version: index + 1 },
    ...{ joinedVersion: 0, myVersion: 0, archived: Number(index % 9 === 8), createdAt: daysFromNow(-20) },
    ...{
      leftAt: index % 50 === 49 ? daysFromNow(-2) : null,
      bannedAt: index % 100 === 99 ? daysFromNow(-2) : null,
    },
  }));

const messagesIn = ({ id, memberIds, messages }: Place): NewRow[] =>
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
async function storeStanding(
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
async function storeIndex(database: Database, places: readonly Place[]): Promise<void> {
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

/** What people have beside their conversations: a few of everything have expired. */
async function storeBelongings(database: Database, ids: readonly string[], { ada }: World): Promise<void> {
  const createdAt = daysFromNow(-5);
  const expiresAt = (index: number): Date => daysFromNow(index % 50 === 0 ? -1 : 5);
  const codeHash = hexOf(0, 64);
  const userIds = times(SOME, (index) => pick(ids, index));
  const store = (table: string, make: (userId: string, index: number) => NewRow): Promise<void> =>
    insertRows(database, table, userIds.map(make));
  await store('session', (userId, index) => ({
    ...{ id: newId(), userId, generation: 1, refreshHash: codeHash, createdAt, lastUsedAt: createdAt },
    expiresAt: expiresAt(index),
  }));
  await store('one_time_code', (userId, index) => ({
    ...{ id: newId(), userId, purpose: 'password_reset', codeHash, attempts: 0, sentAt: createdAt },
    expiresAt: expiresAt(index),
  }));
  await store('pending_sign_up', (_, index) => ({
    ...{
      id: newId(),
      email: `new${index}@example.org`,
      emailKey: `new${index}@example.org`,
      username: `new${index}`,
    },
    ...{
      displayName: '',
      passwordHash: '',
      codeHash,
      codeAttempts: 0,
      codeExpiresAt: createdAt,
      codeSentAt: createdAt,
    },
    ...{ expiresAt: expiresAt(index), createdAt },
  }));
  await store('block', (userId, index) => ({
    blockerId: index % 40 ? userId : ada.id,
    blockedId: pick(ids, index + 9_000),
    createdAt,
  }));
  await store('second_factor', (userId) => ({ userId, sealedSecret: 'sealed', lastStep: 1, createdAt }));
  await store('recovery_code', (userId) => ({ userId, codeHash }));
  await store('data_export', (userId, index) => ({
    ...{ id: newId(), userId, makingFor: null, status: 'done', progress: 100, attempts: 1, size: 9 },
    ...{ createdAt, finishedAt: createdAt, expiresAt: expiresAt(index) },
  }));
  await store('user_activity', (userId) => ({ userId, lastSeenAt: createdAt }));
  await store('outbox_job', (_, index) => ({
    ...{ id: newId(), kind: 'mail.notice', payload: '{}', attempts: 1, nextAt: daysFromNow(1), createdAt },
    ...{ deadAt: index % 4 ? createdAt : null, leasedBy: null },
  }));
}

/** A few of the suspensions have ended. */
async function storeAdministration(database: Database, ids: readonly string[]): Promise<void> {
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
const storeAnnouncements = (database: Database, ids: readonly string[]): Promise<void> =>
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
async function storeWebhooks(database: Database, ids: readonly string[]): Promise<void> {
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
const storeDays = (database: Database): Promise<void> =>
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
const storeReports = (database: Database, ids: readonly string[]): Promise<void> =>
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

const invites = (ids: readonly string[], places: readonly StoredPlace[]): NewRow[] =>
  times(SOME, (index) => ({
    ...{ id: newId(), conversationId: pick(places, index).id, tokenHash: hexOf(index, 64), uses: 0 },
    ...{ createdById: pick(ids, index), createdAt: daysFromNow(-1), expiresAt: daysFromNow(1) },
  }));

/** Half of them are attached; the others, and what may be in the storage without a blob, are not old enough to be removed, but for a few. */
async function storeFiles(database: Database, ids: readonly string[], { chatId }: World): Promise<void> {
  const idleSince = (index: number): Date => daysFromNow(index % 50 === 1 ? -2 : 0);
  const blobs = times(SOME * 2, (index) => ({
    ...{ sha256: hexOf(index, 64), storageKey: hexOf(index, 32), size: 9, createdAt: daysFromNow(-3) },
  }));
  const files = times(SOME, (index) => ({
    ...{
      id: newId(),
      ownerId: pick(ids, index),
      sha256: hexOf(index, 64),
      thumbnailSha256: hexOf(SOME + index, 64),
    },
    ...{ kind: 'image', mimeType: 'image/png', size: 9, name: 'tea.png', createdAt: daysFromNow(-3) },
    unattachedSince: index % 2 ? idleSince(index) : null,
  }));
  await insertRows(database, 'blob', blobs);
  await insertRows(database, 'file', files);
  await insertRows(
    database,
    'attachment',
    files.flatMap(({ id: fileId, unattachedSince }, index) =>
      unattachedSince
        ? []
        : [0, 1].map((position) => ({ conversationId: chatId, seq: index + 1, position, fileId })),
    ),
  );
  await insertRows(
    database,
    'stray_object',
    times(SOME, (index) => ({ storageKey: hexOf(10_000 + index, 32), since: idleSince(index) })),
  );
}

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
  await storeAdministration(database, ids);
  await storeReports(database, ids);
  await storeDays(database);
  await storeWebhooks(database, ids);
  await storeAnnouncements(database, ids);
  await insertRows(database, 'invite', invites(ids, elsewhere));
}
