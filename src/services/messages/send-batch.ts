import type { BatchSession, Database, Db } from '../../database/database';
import type { Dialect } from '../../database/dialects/dialect';
import { isUniqueViolation } from '../../database/failures';
import { errors, type AppError } from '../../helpers/errors';
import { attach } from './attachments.queries';
import { readFacts, readState, refusalOf } from './batch-state';
import type { Outcome } from './group-commit';
import { insertMentions } from './mentions.queries';
import type { SendCommand, Sent } from './message';
import { messageView } from './message-views';
import { presentMessage } from './message.presenter';
import { messagesAt, toReadMessage } from './messages.queries';
import { Verdicts } from './verdicts';
import {
  advanceConversations,
  findStored,
  insertMessages,
  lockConversations,
  notePosts,
} from './writer.queries';

type Lookup = 'all' | 'doubtful';

async function store(
  sql: BatchSession,
  dialect: Dialect,
  batch: readonly SendCommand[],
  { held, lookup }: { readonly held: 'wait' | 'fail'; readonly lookup: Lookup },
): Promise<Outcome<Sent>[]> {
  const ids = [...new Set(batch.map((command) => command.conversationId))].sort();
  const [conversations, facts] = await Promise.all([
    lockConversations(sql, dialect, ids, held),
    readFacts(sql, dialect, batch, new Date()),
  ]);
  // Not before the lock is had: what others stored meanwhile is not later than what comes behind it.
  const now = new Date();
  const known = batch.filter((command) => conversations.has(command.conversationId));
  if (known.length === 0) return batch.map(({ kind }) => ({ refusal: errors.notFound(kind) }));
  const state = await readState(sql, dialect, known, conversations, facts);
  const refusals = new Map<SendCommand, AppError>();
  for (const command of known) {
    const refusal = refusalOf(state, command);
    if (refusal) refusals.set(command, refusal);
  }
  // What would be refused may be stored: a repetition is answered before permissions and slow mode are asked.
  const doubtful = (command: SendCommand): boolean =>
    refusals.has(command) || (conversations.get(command.conversationId)?.slowModeSeconds ?? 0) > 0;
  const looked = lookup === 'all' ? known : known.filter(doubtful);
  const verdicts = new Verdicts(state, refusals, await findStored(sql, dialect, looked, conversations), now);
  const outcomes = batch.map((command) => verdicts.of(command));
  const { fresh } = verdicts;
  if (fresh.length > 0) {
    const touched = new Set(fresh.map((message) => message.conversationId));
    await sql.finish([
      insertMessages(fresh),
      ...insertMentions(verdicts.mentions),
      ...attach(dialect, verdicts.attached),
      ...notePosts(dialect, verdicts.slowed),
      advanceConversations(
        dialect,
        [...conversations.values()].filter(({ id }) => touched.has(id)),
      ),
    ]);
  }
  return outcomes;
}

type Recovered = Outcome<Sent> & { readonly result: Sent };

const isRecovered = (outcome: Outcome<Sent>): outcome is Recovered =>
  'result' in outcome && !outcome.result.presented && !outcome.result.duplicate;

/** What an earlier attempt committed before its answer was lost was not published: it is, with its batch and in its order. */
async function withRecovered(db: Db, outcomes: Outcome<Sent>[]): Promise<Outcome<Sent>[]> {
  const recovered = outcomes.filter(isRecovered).map(({ result: { message } }) => message);
  if (recovered.length === 0) return outcomes;
  const rows = new Map((await messagesAt(db, recovered, [])).map((row) => [row.id, row]));
  return outcomes.map((outcome) => {
    if (!isRecovered(outcome)) return outcome;
    const { message, duplicate } = outcome.result;
    const row = rows.get(message.id);
    const presented = row ? messageView(toReadMessage(row, message), null) : presentMessage(message);
    return { result: { message, presented, duplicate } };
  });
}

/**
 * Stores a batch of messages in one transaction with a constant number of statements: lock the conversations, read senders,
 * sessions and blocks, insert all rows, advance the counters. That a key is new is assumed, as it nearly always is, and the unique
 * key proves it: only when it objects is the batch done again with a look for what is stored.
 * @param held what to do when somebody else holds a conversation's lock
 * @returns one outcome per command, in order; a throw means that nothing was stored, or that nobody knows
 */
export async function sendBatch(
  database: Database,
  batch: readonly SendCommand[],
  held: 'wait' | 'fail' = 'wait',
): Promise<Outcome<Sent>[]> {
  const attempt = (lookup: Lookup): Promise<Outcome<Sent>[]> =>
    database.batchTransaction((sql) => store(sql, database.dialect, batch, { held, lookup }));
  const { reader } = database;
  try {
    return await withRecovered(reader, await attempt('doubtful'));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return withRecovered(reader, await attempt('all'));
  }
}
