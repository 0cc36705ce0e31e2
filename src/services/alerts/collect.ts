import type { Database, SqlSession } from '../../database/database';
import { retryOnContention } from '../../database/retry';
import { onlyNaming, type Alert, type Via } from './alert';
import {
  isCallHeard,
  lockAlertProgress,
  newMessages,
  readersOf,
  setAlertProgress,
  storeAlerts,
  type NewMessage,
  type Reader,
  type Unseen,
} from './collecting.queries';

/** Messages of one transaction. */
const MAX_MESSAGES = 1_000;
/** Members of all conversations of one transaction, unless one alone has more: all of them may want to hear everything. */
const MAX_MEMBERS = 100_000;

/** By what somebody can be told, and after how many milliseconds. */
export type Delays = Readonly<Partial<Record<Via, number>>>;

export interface Collected {
  /** when the first of the new alerts is due */
  readonly firstDueAt: Date | null;
  /** conversations of which there is more */
  readonly unfinished: readonly string[];
}

/** A reader, and all messages that name them. */
interface Listener extends Reader {
  readonly namedAtAny: ReadonlySet<number>;
}

function listenersIn(readers: readonly Reader[]): Listener[] {
  const byKey = new Map<string, { reader: Reader; namedAtAny: Set<number> }>();
  for (const reader of readers) {
    const key = `${reader.conversationId}/${reader.userId}`;
    const known = byKey.get(key) ?? { reader, namedAtAny: new Set() };
    if (reader.namedAt !== null) known.namedAtAny.add(reader.namedAt);
    byKey.set(key, known);
  }
  return [...byKey.values()].map(({ reader, namedAtAny }) => ({ ...reader, namedAtAny }));
}

/** What a listener is to be told, by each way that they want. */
function alertsFor(
  listener: Listener,
  { kind, memberCount }: Unseen,
  messages: readonly NewMessage[],
  delays: Delays,
): Alert[] {
  const { conversationId, userId, notify, doneSeq, hasTelegram, namedAtAny } = listener;
  const names = ({ seq, mentionsAll }: NewMessage): boolean =>
    namedAtAny.has(seq) || (mentionsAll && isCallHeard({ kind, memberCount }));
  const unread = messages.filter(
    ({ seq, senderId, isSilent }) => seq > doneSeq && senderId !== userId && !isSilent,
  );
  return (['telegram', 'email'] as const).flatMap((via) => {
    const delay = delays[via];
    const told = listener[via];
    if (delay === undefined || told === 'nothing' || (via === 'telegram' && !hasTelegram)) return [];
    const concerning = onlyNaming(kind, notify, told) ? unread.filter(names) : unread;
    const [first, last] = [concerning[0], concerning.at(-1)];
    if (!first || !last) return [];
    const dueAt = new Date(first.createdAt.getTime() + delay);
    return { userId, conversationId, via, firstSeq: first.seq, lastSeq: last.seq, dueAt };
  });
}

/** The first ones that are not too many people together. */
function fewEnough(unseen: readonly Unseen[]): Unseen[] {
  let members = 0;
  return unseen.filter(({ memberCount }) => {
    const fits = members === 0 || members + memberCount <= MAX_MEMBERS;
    if (fits) members += memberCount;
    return fits;
  });
}

async function collectIn(
  sql: SqlSession,
  { dialect }: Database,
  ids: readonly string[],
  { delays, now }: { readonly delays: Delays; readonly now: Date },
): Promise<Collected> {
  const behind = await lockAlertProgress(sql, dialect, ids);
  const unseen = fewEnough(behind);
  if (unseen.length === 0) return { firstDueAt: null, unfinished: [] };
  const limit = Math.ceil(MAX_MESSAGES / unseen.length);
  const messages = await newMessages(sql, dialect, unseen, limit);
  const found = unseen.map((one) => {
    const own = messages.filter(({ conversationId }) => conversationId === one.conversationId);
    const reached = own.length < limit ? one.lastSeq : (own.at(-1)?.seq ?? one.lastSeq);
    const callsAll = own.some(({ mentionsAll, isSilent }) => mentionsAll && !isSilent);
    return { ...one, own, reached, callsAll };
  });
  const spoken = found.filter(({ own }) => own.some(({ isSilent }) => !isSilent));
  const readers = spoken.length > 0 ? await readersOf(sql, dialect, spoken, now) : [];
  const byId = new Map(found.map((one) => [one.conversationId, one]));
  const alerts = listenersIn(readers).flatMap((listener) => {
    const place = byId.get(listener.conversationId);
    return place ? alertsFor(listener, place, place.own, delays) : [];
  });
  await storeAlerts(sql, dialect, alerts);
  await setAlertProgress(
    sql,
    dialect,
    found.map(({ conversationId, reached }) => ({ conversationId, alertedSeq: reached })),
  );
  const dues = alerts.map(({ dueAt }) => dueAt.getTime());
  return {
    firstDueAt: dues.length > 0 ? new Date(dues.reduce((one, other) => Math.min(one, other))) : null,
    unfinished: behind
      .filter(({ conversationId, lastSeq }) => (byId.get(conversationId)?.reached ?? -1) < lastSeq)
      .map(({ conversationId }) => conversationId),
  };
}

/**
 * Writes down whom to tell of what is new in some conversations, in one transaction with up to where it was looked: none is forgotten, and
 * none told twice, whatever dies and however many servers do it. A constant number of statements, but for hundreds of alerts.
 */
export function collectBatch(
  database: Database,
  conversationIds: readonly string[],
  when: { readonly delays: Delays; readonly now: Date },
): Promise<Collected> {
  const ids = [...new Set(conversationIds)].sort();
  return retryOnContention(() => database.sqlTransaction((sql) => collectIn(sql, database, ids, when)));
}
