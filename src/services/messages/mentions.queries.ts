import type { SqlSession, Statement } from '../../database/database';
import { placeholders, tuples, type Dialect } from '../../database/dialects/dialect';
import { asText } from '../../database/rows';
import type { Place } from './place';

/** Whom a text of a conversation names. */
export interface Naming {
  readonly conversationId: string;
  readonly usernameKeys: readonly string[];
}

/** Those of the named who are in the conversation: their ids, by conversation and username. */
export type NamedMembers = ReadonlyMap<string, string>;

export const namedKey = (conversationId: string, usernameKey: string): string =>
  `${conversationId}/${usernameKey}`;

/** In one statement: lookups of user_username_key and of the primary key of membership. */
export async function namedMembers(
  sql: SqlSession,
  dialect: Dialect,
  namings: readonly Naming[],
): Promise<NamedMembers> {
  const byConversation = new Map<string, Set<string>>();
  for (const { conversationId, usernameKeys } of namings) {
    const keys = byConversation.get(conversationId) ?? new Set();
    for (const key of usernameKeys) keys.add(key);
    if (keys.size > 0) byConversation.set(conversationId, keys);
  }
  if (byConversation.size === 0) return new Map();
  const rows = await sql.query(
    [...byConversation.values()]
      .map(
        (
          keys,
        ) => `SELECT m.conversationId, u.id, u.usernameKey FROM user u ${dialect.usingIndex('user_username_key')}
          JOIN membership m ${dialect.usingIndex('PRIMARY')} ON m.conversationId = ? AND m.userId = u.id
          WHERE u.usernameKey IN (${placeholders(keys.size)}) AND m.leftAt IS NULL`,
      )
      .join(' UNION ALL '),
    [...byConversation].flatMap(([conversationId, keys]) => [conversationId, ...keys]),
  );
  return new Map(
    rows.map((row) => [namedKey(asText(row.conversationId), asText(row.usernameKey)), asText(row.id)]),
  );
}

export interface Mention extends Place {
  readonly userId: string;
}

export function insertMentions(mentions: readonly Mention[]): Statement[] {
  if (mentions.length === 0) return [];
  const values = mentions.flatMap(({ userId, conversationId, seq }) => [userId, conversationId, seq]);
  return [[`INSERT INTO mention (userId, conversationId, seq) VALUES ${tuples(mentions.length, 3)}`, values]];
}
