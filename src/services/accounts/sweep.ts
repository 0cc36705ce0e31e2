import type { Database } from '../../database/database';
import { expiredRows } from './sweep.queries';

/** Rows a statement: short locks. */
const BATCH = 500;
/** Statements a kind: what is left waits for the next sweep. */
const MAX_BATCHES = 20;

/** Deletes what has expired: sign-ups, codes, suspensions, sessions. Safe to run anywhere at any time. */
export async function sweepExpired(database: Database, now: Date): Promise<void> {
  for (const deleteSome of Object.values(expiredRows)) {
    let deleted = BATCH;
    for (let batch = 0; batch < MAX_BATCHES && deleted === BATCH; batch += 1)
      deleted = await deleteSome(database.writer, now, BATCH);
  }
}
