import type { Database, Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asText } from '../../database/rows';
import { pairKeyOf } from './pair';

/** Which of some people have written to somebody in private. Uses conversation_pair_key, membership's primary key and message_client_key. */
export async function whoHaveWrittenTo(
  { reader, dialect }: Pick<Database, 'reader' | 'dialect'>,
  userId: string,
  others: readonly string[],
): Promise<Set<string>> {
  const rows = await reader.$queryRawUnsafe<Row[]>(
    `SELECT p.userId FROM conversation c ${dialect.usingIndex('conversation_pair_key')}
       JOIN membership p ON p.conversationId = c.id AND p.userId <> ?
      WHERE c.pairKey IN (${placeholders(others.length)})
        AND EXISTS (SELECT 1 FROM message m ${dialect.usingIndex('message_client_key')}
          WHERE m.senderId = p.userId AND m.conversationId = c.id AND m.type <> 'system')`,
    userId,
    ...others.map((other) => pairKeyOf(userId, other)),
  );
  return new Set(rows.map((row) => asText(row.userId)));
}
