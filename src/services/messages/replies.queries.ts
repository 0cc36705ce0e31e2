import type { MessageType } from '../../contracts/messages';
import type { Row, SqlSession } from '../../database/database';
import { asBoolean, asNumber, asText, asTextOrNull } from '../../database/rows';
import { BEGINNING, FIRST_FILE, type Answered } from './standing.queries';

function toAnswered(row: Row): Answered {
  return {
    conversationId: asText(row.conversationId),
    seq: asNumber(row.seq),
    id: asText(row.id),
    senderId: asText(row.senderId),
    signed: asBoolean(row.signed),
    type: asText(row.type) as MessageType,
    beginning: asTextOrNull(row.beginning),
    firstFile: asTextOrNull(row.firstFile) ?? undefined,
  };
}

interface Answer {
  readonly conversationId: string;
  readonly senderId: string;
  readonly replyTo: string | null;
}

export const answerKey = ({ conversationId, senderId, replyTo }: Answer): string =>
  `${conversationId}/${senderId}/${replyTo}`;

/** The message, if its answerer is there, and has not cleared or hidden it: lookups of unique and primary keys. */
const VISIBLE = `SELECT a.conversationId, a.seq, a.id, a.senderId, a.signed, a.type, ${BEGINNING} AS beginning, ${FIRST_FILE} AS firstFile, p.userId
  FROM message a
  JOIN membership p ON p.conversationId = a.conversationId AND p.userId = ? AND p.clearedUptoSeq < a.seq
  LEFT JOIN hidden_message h ON h.userId = p.userId AND h.conversationId = a.conversationId AND h.seq = a.seq
  WHERE a.id = ? AND a.conversationId = ? AND h.seq IS NULL`;

/** What a batch of messages answers, as far as their senders see it; in one statement, or none when nothing is answered. */
export async function findAnswered(
  sql: SqlSession,
  answers: readonly Answer[],
): Promise<ReadonlyMap<string, Answered>> {
  const byKey = new Map(answers.flatMap((answer) => (answer.replyTo ? [[answerKey(answer), answer]] : [])));
  if (byKey.size === 0) return new Map();
  const rows = await sql.query(
    Array.from({ length: byKey.size }, () => VISIBLE).join(' UNION ALL '),
    [...byKey.values()].flatMap(({ senderId, replyTo, conversationId }) => [
      senderId,
      replyTo,
      conversationId,
    ]),
  );
  return new Map(
    rows.map((row) => {
      const answered = toAnswered(row);
      const { conversationId, id: replyTo } = answered;
      return [answerKey({ conversationId, senderId: asText(row.userId), replyTo }), answered];
    }),
  );
}
