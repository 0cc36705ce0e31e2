import type { Database, SqlSession } from '../../database/database';
import { AppError, errors } from '../../helpers/errors';
import type { Act, Done, Scene } from './act';
import { releaseFiles } from './attachments.queries';
import type { Outcome } from './group-commit';
import { advanceConversations, lockConversations, type LockedConversation } from './writer.queries';

/** Acts that were done and perhaps committed, and the version that their conversation had before. */
const perhapsDone = new WeakMap<Act<unknown>, number | undefined>();

/** One act, which leaves nothing behind when it is refused. */
async function perform(scene: Scene, act: Act<unknown>): Promise<Outcome<Done<unknown>>> {
  const { sql, conversation } = scene;
  const before = { ...conversation };
  await sql.execute('SAVEPOINT act');
  try {
    return { result: await act.apply(scene) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await sql.execute('ROLLBACK TO SAVEPOINT act');
    Object.assign(conversation, before);
    return { refusal: error };
  }
}

async function performAll(
  sql: SqlSession,
  database: Database,
  acts: readonly Act<unknown>[],
  held: 'wait' | 'fail',
): Promise<Outcome<Done<unknown>>[]> {
  const { dialect } = database;
  const ids = [...new Set(acts.map((act) => act.conversationId))].sort();
  const conversations = await lockConversations(sql, dialect, ids, held);
  const now = new Date();
  const before = new Map([...conversations].map(([id, { version }]) => [id, version]));
  const released = new Set<string>();
  const outcomes: Outcome<Done<unknown>>[] = [];
  for (const act of acts) {
    // The answer to its COMMIT was lost, and its conversation has moved. Unlike a message an act has no key by which it would be found.
    if (perhapsDone.has(act) && perhapsDone.get(act) !== before.get(act.conversationId)) {
      outcomes.push({ refusal: errors.unavailable(1) });
      continue;
    }
    const conversation = conversations.get(act.conversationId);
    outcomes.push(
      conversation && !conversation.deleted
        ? await perform({ sql, dialect, conversation, released, now }, act)
        : { refusal: errors.notFound('conversation') },
    );
  }
  await releaseFiles(sql, dialect, [...released], now);
  const moved = ({ id, version }: LockedConversation): boolean => version !== before.get(id);
  const changed = [...conversations.values()].filter(moved);
  if (changed.length > 0) await sql.execute(...advanceConversations(dialect, changed));
  acts.forEach((act, index) => {
    if ('result' in (outcomes[index] ?? {})) perhapsDone.set(act, before.get(act.conversationId));
  });
  return outcomes;
}

/**
 * Performs acts one after the other in one transaction. Those that come again after a lost connection and may be done already are
 * refused as `unavailable`: nobody knows.
 * @param held what to do when somebody else holds a conversation's lock
 * @returns one outcome per act, in order; a throw means that nothing was stored, or that nobody knows
 */
export function actBatch(
  database: Database,
  acts: readonly Act<unknown>[],
  held: 'wait' | 'fail',
): Promise<Outcome<Done<unknown>>[]> {
  return database.batchTransaction((sql) => performAll(sql, database, acts, held));
}
