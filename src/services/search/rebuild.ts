import type { Database } from '../../database/database';
import { indexBatch } from './index-batch';
import { behindAfter, countMessages, emptyIndex } from './index.queries';

/** Conversations of one transaction, and of one look. */
const BATCH = 50;
const PAGE = 1_000;

/**
 * Empties the index and fills it again.
 * @param progress told after each batch how many messages are in it
 */
export async function rebuildIndex(
  database: Database,
  progress: (indexed: number, total: number) => void,
): Promise<void> {
  await emptyIndex(database);
  const total = await countMessages(database.reader);
  let indexed = 0;
  for (let after: string | null = ''; after !== null;) {
    const { behind, last } = await behindAfter(database.reader, after, PAGE);
    for (let open = behind; open.length > 0;) {
      const { messages, unfinished } = await indexBatch(database, open.slice(0, BATCH));
      open = [...unfinished, ...open.slice(BATCH)];
      indexed += messages;
      progress(indexed, total);
    }
    after = last;
  }
}
