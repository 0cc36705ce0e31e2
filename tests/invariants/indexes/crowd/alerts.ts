import type { Database } from '../../../../src/database/database';
import { newId } from '../../../../src/helpers/ids';
import { setAlertProgress } from '../../../../src/services/alerts/collecting.queries';
import { insertRows } from '../../../support/rows';
import type { World } from '../world';
import { SOME, daysFromNow, pick, times } from './amounts';
import type { Place } from './conversations';

/** None is due, and everything was looked at. */
export async function storeAlerts(
  database: Database,
  ids: readonly string[],
  places: readonly Place[],
  { ada }: World,
): Promise<void> {
  await insertRows(
    database,
    'alert',
    times(SOME * 2, (index) => ({
      ...{ userId: index % 40 ? pick(ids, index) : ada.id, conversationId: pick(places, index).id },
      ...{ via: index % 3 ? 'email' : 'telegram', firstSeq: 1, lastSeq: 3, dueAt: daysFromNow(1) },
      bundleId: index % 9 ? null : newId(),
    })),
  );
  await database.sqlTransaction((sql) =>
    setAlertProgress(
      sql,
      database.dialect,
      places.map(({ id, messages }) => ({ conversationId: id, alertedSeq: messages })),
    ),
  );
}
