import type { Db, Row, SqlValue } from '../../database/database';
import { asText, asTextOrNull } from '../../database/rows';
import { AT, messageColumns, NOT_HIDDEN, toMessageRow, type MessageRow } from './messages.queries';
import type { Place } from './place';

/** The last message of a conversation, for one of its members. */
export interface LastPlace extends Place {
  readonly userId: string;
  /** they have hidden it: the one before it that they have not is their last one */
  readonly hidden: boolean;
}

/** How far back that is looked for. */
const LOOK_BACK = 50;

/** A range of the primary key, up to the first that is visible. */
const BEFORE = `m.conversationId = ? AND m.seq = (SELECT MAX(m.seq) FROM message m
  WHERE m.conversationId = ? AND m.seq < ? AND m.seq >= ? AND ${NOT_HIDDEN})`;

const select = (viewers: number, condition: string): string =>
  `SELECT ${messageColumns(viewers)}, ? AS viewerId FROM message m WHERE ${condition}`;

/** What is at the places, as their people see it, in one statement, or none. @returns by place */
export async function lastMessages<Asked extends LastPlace>(
  db: Db,
  places: readonly Asked[],
): Promise<ReadonlyMap<Asked, MessageRow>> {
  if (places.length === 0) return new Map();
  const shown = places.filter(({ hidden }) => !hidden);
  const hidden = places.filter((place) => place.hidden);
  const viewerIds = [...new Set(shown.map(({ userId }) => userId))];
  const distinct = [
    ...new Map(shown.map((place) => [`${place.conversationId}/${place.seq}`, place])).values(),
  ];
  const parts = hidden.map(() => select(1, BEFORE));
  const values = hidden.flatMap(({ userId, conversationId, seq }): SqlValue[] => [
    ...[userId, userId, conversationId],
    ...[conversationId, seq, seq - LOOK_BACK, userId],
  ]);
  if (distinct.length > 0) {
    parts.unshift(select(viewerIds.length, distinct.map(() => AT).join(' OR ')));
    values.unshift(
      ...viewerIds,
      null,
      ...distinct.flatMap(({ conversationId, seq }) => [conversationId, seq]),
    );
  }
  const rows = await db.$queryRawUnsafe<Row[]>(parts.join(' UNION ALL '), ...values);
  const found = new Map(
    rows.map((row) => [
      `${asTextOrNull(row.viewerId) ?? ''}/${asText(row.conversationId)}`,
      toMessageRow(row),
    ]),
  );
  return new Map(
    places.flatMap((place) => {
      const row = found.get(`${place.hidden ? place.userId : ''}/${place.conversationId}`);
      return row ? [[place, row] as const] : [];
    }),
  );
}
