import type { Db, Row, SqlValue } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asText } from '../../database/rows';
import { foldCase } from '../../helpers/text';
import { titleKeyOf } from './details.queries';
import { toConversation } from './membership.queries';
import type { ConversationRow } from './membership';

export interface ChannelPosition {
  readonly titleKey: string;
  readonly id: string;
}

interface ChannelSearch {
  readonly userId: string;
  /** how a title or a handle begins; `undefined`: all */
  readonly search: string | undefined;
  readonly after: ChannelPosition | null;
  readonly limit: number;
}

/** The last code point: behind everything that begins with the same prefix. */
const LAST = '\u{10FFFF}';

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const beginsWith = (column: string, prefix: string): Condition => ({
  sql: `c.${column} >= ? AND c.${column} < ?`,
  values: [prefix, prefix + LAST],
});

const page = (from: string, conditions: readonly Condition[], limit: number): Condition => ({
  sql: `SELECT * FROM (SELECT c.id, c.titleKey FROM ${from}
    WHERE ${conditions.map(({ sql }) => `(${sql})`).join(' AND ')} ORDER BY c.titleKey, c.id LIMIT ${limit}) part`,
  values: conditions.flatMap(({ values }) => values),
});

/**
 * Where channels lie that a person may find, by title, in one statement: public ones that they are not banned from, and their own. Uses
 * conversation_search, conversation_handle_key and membership_user.
 */
export async function findChannels(
  db: Db,
  { userId, search, after, limit }: ChannelSearch,
): Promise<ChannelPosition[]> {
  const behind: Condition[] = after
    ? [
        { sql: 'c.titleKey >= ?', values: [after.titleKey] },
        { sql: 'c.titleKey > ? OR c.id > ?', values: [after.titleKey, after.id] },
      ]
    : [];
  const open: Condition = {
    sql: `c.visibility = 'public' AND c.deletedAt IS NULL AND NOT EXISTS
      (SELECT 1 FROM membership b WHERE b.conversationId = c.id AND b.userId = ? AND b.bannedAt IS NOT NULL)`,
    values: [userId],
  };
  const own: Condition = {
    sql: `m.userId = ? AND m.leftAt IS NULL AND c.kind = 'channel'`,
    values: [userId],
  };
  const joined = 'membership m JOIN conversation c ON c.id = m.conversationId';
  const names =
    search === undefined
      ? [null]
      : [
          beginsWith('titleKey', titleKeyOf(search)),
          beginsWith('handleKey', foldCase(search.replace(/^@/, ''))),
        ];
  const parts = names.flatMap((name) => {
    const named = name ? [name] : [];
    return [
      page('conversation c', [open, ...named, ...behind], limit),
      page(joined, [own, ...named, ...behind], limit),
    ];
  });
  const rows = await db.$queryRawUnsafe<Row[]>(
    `${parts.map(({ sql }) => sql).join(' UNION ')} ORDER BY titleKey, id LIMIT ${limit}`,
    ...parts.flatMap(({ values }) => values),
  );
  return rows.map((row) => ({ titleKey: asText(row.titleKey), id: asText(row.id) }));
}

/** Uses the unique key conversation_handle_key. */
export async function channelIdByHandle(db: Db, handle: string): Promise<string | null> {
  const row = await db.conversation.findUnique({
    where: { handleKey: foldCase(handle) },
    select: { id: true },
  });
  return row?.id ?? null;
}

/** Those of the channels that are public and not deleted. Uses the primary key. */
export async function publicChannels(db: Db, ids: readonly string[]): Promise<ConversationRow[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT * FROM conversation WHERE id IN (${placeholders(ids.length)}) AND visibility = 'public' AND deletedAt IS NULL`,
    ...ids,
  );
  return rows.map((row) => toConversation(asText(row.id), row));
}
