import type { Database } from '../../src/database/database';
import type { Identity } from '../../src/services/accounts/identity';
import { ConversationAccess } from '../../src/services/conversations/access';
import { ChangesService } from '../../src/services/conversations/changes.service';
import { ConversationsService } from '../../src/services/conversations/conversations.service';
import { DomainEventBus } from '../../src/services/domain-events';
import { Limits } from '../../src/services/limits/limits';
import { MessageWriter } from '../../src/services/messages/message-writer';
import { MessagesService } from '../../src/services/messages/messages.service';
import type { Cast } from '../cast';
import { openRecorder, type Recorder, type Steps } from './record';

export type ReadName = 'history' | 'inbox' | 'changes';

/** One request for the product, and what it makes the product send to the database. */
export interface Read {
  readonly path: string;
  readonly steps: Steps;
}

export type Reads = Readonly<Record<ReadName, readonly Read[]>>;

const POSITIONS: Readonly<Record<'history' | 'changes', number>> = { history: 500, changes: 100 };
const HISTORY_PAGE = 50;
const INBOX_PAGE = 100;
const CHANGES_PAGE = 1_000;
/** `changes` goes no further back. */
const VERSIONS_BACK = 10_000;

/** Whole numbers from `from` to `to`, in no order, and the same in each run. Source: a multiplicative generator of Park and Miller. */
function* positions(from: number, to: number, count: number): Generator<number> {
  let state = 1;
  for (let made = 0; made < count; made += 1) {
    state = (state * 48_271) % 2_147_483_647;
    yield from + (state % (to - from + 1));
  }
}

interface Reader {
  readonly recorder: Recorder;
  readonly caller: Identity;
  /** the group with the long history */
  readonly groupId: string;
  readonly messages: number;
}

function full<Item>(items: readonly Item[], count: number): void {
  if (items.length !== count) throw new Error(`a page of ${count} has ${items.length}`);
}

async function historyReads(
  { recorder, caller, groupId, messages }: Reader,
  history: MessagesService,
): Promise<Read[]> {
  const reads: Read[] = [];
  for (const before of positions(HISTORY_PAGE + 1, messages + 1, POSITIONS.history)) {
    const range = { before, limit: HISTORY_PAGE };
    const { answer, steps } = await recorder.steps(() => history.history(caller, 'group', groupId, range));
    full(answer.items, HISTORY_PAGE);
    reads.push({ path: `/api/v1/groups/${groupId}/messages?before=${before}&limit=${HISTORY_PAGE}`, steps });
  }
  return reads;
}

/** Every page of the inbox. */
async function inboxReads(
  { recorder, caller }: Reader,
  conversations: ConversationsService,
): Promise<Read[]> {
  const reads: Read[] = [];
  const everything = { kind: undefined, archived: undefined };
  let cursor: string | undefined;
  do {
    const paging = { cursor, limit: INBOX_PAGE };
    const { answer, steps } = await recorder.steps(() => conversations.list(caller, everything, paging));
    full(answer.items, INBOX_PAGE);
    const query = new URLSearchParams({ limit: String(INBOX_PAGE), ...(cursor !== undefined && { cursor }) });
    reads.push({ path: `/api/v1/conversations?${query.toString()}`, steps });
    cursor = answer.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return reads;
}

async function changesReads(
  { recorder, caller, groupId, messages }: Reader,
  changes: ChangesService,
): Promise<Read[]> {
  const reads: Read[] = [];
  const last = messages + 1;
  const first = Math.max(1, last - VERSIONS_BACK);
  for (const since of positions(first, last - CHANGES_PAGE, POSITIONS.changes)) {
    const range = { since, mySince: 0, limit: CHANGES_PAGE };
    const { answer, steps } = await recorder.steps(() => changes.since(caller, 'group', groupId, range));
    full(answer.messages, CHANGES_PAGE);
    const query = `since=${since}&limit=${CHANGES_PAGE}`;
    reads.push({ path: `/api/v1/groups/${groupId}/changes?${query}`, steps });
  }
  return reads;
}

function servicesOn(database: Database) {
  const access = new ConversationAccess(database);
  const bus = new DomainEventBus(() => undefined);
  return {
    conversations: new ConversationsService(database, access, bus, new Limits(false)),
    changes: new ChangesService(database, access),
    messages: new MessagesService(database, access, new MessageWriter(database, bus), 1),
  };
}

/** Asks the product's services once for all that will be measured. @throws when a page is not full */
export async function recordReads(
  databaseUrl: string,
  { conversations, people }: Cast,
  messages: number,
): Promise<Reads> {
  const recorder = openRecorder(databaseUrl);
  const person = people[0]!;
  const caller: Identity = {
    userId: person.id,
    sessionId: person.sessionId,
    role: 'user',
    isBot: false,
    expiresAt: new Date(),
  };
  const reader: Reader = { recorder, caller, groupId: conversations[0]!.id, messages };
  const services = servicesOn(recorder.database);
  try {
    return {
      history: await historyReads(reader, services.messages),
      inbox: await inboxReads(reader, services.conversations),
      changes: await changesReads(reader, services.changes),
    };
  } finally {
    await recorder.close();
  }
}
