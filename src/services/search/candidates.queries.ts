import type { ConversationKind, MessageType } from '../../contracts/messages';
import type { Database, Row, SqlValue } from '../../database/database';
import { asText } from '../../database/rows';
import {
  messageColumns,
  NOT_HIDDEN,
  toMessageRow,
  toReadMessage,
  type ReadMessage,
} from '../messages/messages.queries';

/** Later messages come first. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** What a message must be like to be shown. */
export interface Wanted {
  readonly viewerId: string;
  /** tokens, of each group one of which it must have */
  readonly tokens: readonly (readonly string[])[];
  readonly authorIds: readonly string[];
  readonly type: MessageType | undefined;
  readonly before: Date | undefined;
  readonly after: Date | undefined;
}

type Found = ReadMessage & { readonly content: string };

function conditionsOf({ viewerId, authorIds, type, before, after }: Wanted, below: Position | null) {
  const conditions = [
    'm.deletedAt IS NULL',
    'm.content IS NOT NULL',
    "m.type <> 'system'",
    'v.userId = ?',
    'v.leftAt IS NULL',
    'm.seq > v.clearedUptoSeq',
  ];
  const values: SqlValue[] = [viewerId];
  conditions.push(NOT_HIDDEN);
  values.push(viewerId);
  const and = (condition: string, ...more: SqlValue[]): void => {
    conditions.push(condition);
    values.push(...more);
  };
  // Who wrote a post that is not signed is nobody's business.
  for (const id of authorIds) and("m.senderId = ? AND (c.kind <> 'channel' OR m.signed = 1)", id);
  if (type) and('m.type = ?', type);
  if (before) and('m.createdAt < ?', before);
  if (after) and('m.createdAt > ?', after);
  if (below)
    and('(m.createdAt < ? OR (m.createdAt = ? AND m.id < ?))', below.createdAt, below.createdAt, below.id);
  return { conditions, values };
}

/**
 * Messages that the index has under the tokens, newest first, as they are now, and as far as the viewer may read them now. The full-text
 * index first, then primary keys; texts are not sorted, only read of those that are left.
 */
export async function candidates(
  { reader, dialect: { search } }: Database,
  wanted: Wanted,
  below: Position | null,
  limit: number,
): Promise<Found[]> {
  const { conditions, values } = conditionsOf(wanted, below);
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `${search.select} ${messageColumns(1)}, found.kind
     FROM (${search.select} m.conversationId, m.seq, m.id, m.createdAt, c.kind
       FROM ${search.entries}
       CROSS JOIN message m ON m.conversationId = s.conversationId AND m.seq = s.seq
       CROSS JOIN conversation c ON c.id = m.conversationId
       CROSS JOIN membership v ON v.conversationId = m.conversationId
       WHERE ${search.matches} AND ${conditions.join(' AND ')}
       ORDER BY m.createdAt DESC, m.id DESC LIMIT ${limit}) AS found
     CROSS JOIN message m ON m.conversationId = found.conversationId AND m.seq = found.seq
     ORDER BY found.createdAt DESC, found.id DESC`,
    wanted.viewerId,
    search.expression(wanted.tokens),
    ...values,
  );
  return rows.map((row) => ({
    ...toReadMessage(toMessageRow(row), { kind: asText(row.kind) as ConversationKind }),
    content: asText(row.content),
  }));
}
