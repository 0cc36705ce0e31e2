import type { Connection } from 'mariadb';
import type { Database } from '../../src/database/database';
import { newId } from '../../src/helpers/ids';
import type { StoredMessage } from '../../src/services/messages/message';
import { insertMessages } from '../../src/services/messages/writer.queries';
import { castOf, type Cast } from '../cast';
import { makeSpeaker } from '../search/history';

const CONVERSATIONS = 200;
const GROUP_MEMBERS = 8;
/** Messages of each conversation but the first. */
const FEW = 40;
/** Messages that are written one by one; the others of a long history are copies of them. */
const ORIGINALS = 1_000;
/** What stands at messages: each so-many-th has it. */
const REPLY_EVERY = 10;
const REACTION_EVERY = 20;
const MENTION_EVERY = 25;
const BEGAN = Date.UTC(2026, 0, 1);
/** Between two messages of a conversation. */
const EVERY_SECONDS = 10;

/** The first person, who reads, is in all of them, half of them chats, half of them groups; the first is a group. */
export function castOfReads(): Cast {
  const others = Array.from({ length: CONVERSATIONS }, (_, index) => index + 1);
  return castOf({
    people: CONVERSATIONS + 1,
    conversations: others.map((other, index) => {
      if (index % 2 === 1) return { kind: 'chat', members: [0, other] };
      const members = Array.from(
        { length: GROUP_MEMBERS - 1 },
        (_, more) => ((index + more) % CONVERSATIONS) + 1,
      );
      return { kind: 'group', members: [0, ...members] };
    }),
  });
}

type Place = Cast['conversations'][number];

function saidIn(
  { id: conversationId, kind, userIds }: Place,
  count: number,
  speak: () => string,
): StoredMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = index + 1;
    const id = newId();
    return {
      conversationId,
      kind,
      signed: false,
      seq,
      id,
      version: seq + 1,
      senderId: userIds[seq % userIds.length] ?? '',
      type: 'text',
      content: speak(),
      clientMessageId: id,
      requestHash: '0'.repeat(64),
      createdAt: new Date(BEGAN + seq * EVERY_SECONDS * 1000),
      editedAt: null,
      deletedAt: null,
      pinnedAt: null,
      replyToSeq: seq % REPLY_EVERY === 0 ? seq - 1 : null,
      mentionsAll: false,
      forwardedFrom: null,
    };
  });
}

/** Each round doubles what is there. The ids grow with the seq, as real ones do. */
async function multiply(connection: Connection, conversationId: string, count: number): Promise<void> {
  const id = "CONCAT('0198c0de-0000-7000-8000-', LPAD(LOWER(HEX(seq + ?)), 12, '0'))";
  for (let there = ORIGINALS; there < count; there *= 2)
    await connection.query(
      `INSERT INTO message (conversationId, seq, id, version, senderId, type, content, clientMessageId, requestHash, createdAt, replyToSeq)
        SELECT conversationId, seq + ?, ${id}, version + ?, senderId, type, content, ${id}, requestHash,
          createdAt + INTERVAL ? SECOND, replyToSeq + ?
        FROM message WHERE conversationId = ? AND seq <= ?`,
      [
        there,
        there,
        there,
        there,
        there * EVERY_SECONDS,
        there,
        conversationId,
        Math.min(there, count - there),
      ],
    );
}

/** What stands at messages, and how far the reader and the index are. */
const FINISH = [
  `INSERT INTO reaction_count (conversationId, seq, emoji, total, position)
    SELECT conversationId, seq, '👍', 1, 1 FROM message WHERE seq % ${REACTION_EVERY} = 0`,
  `INSERT INTO reaction (conversationId, seq, emoji, userId)
    SELECT conversationId, seq, '👍', senderId FROM message WHERE seq % ${REACTION_EVERY} = 0`,
  `UPDATE conversation c JOIN (SELECT conversationId, MAX(seq) AS seq, MAX(createdAt) AS at FROM message GROUP BY conversationId) m
    ON m.conversationId = c.id SET c.lastSeq = m.seq, c.version = m.seq + 1, c.lastActivityAt = m.at`,
  // From nothing unread to all of the last messages, by conversation.
  `UPDATE membership m JOIN conversation c ON c.id = m.conversationId
    SET m.lastReadSeq = c.lastSeq - CRC32(m.conversationId) % ${FEW}, m.lastDeliveredSeq = c.lastSeq`,
  'INSERT INTO search_progress (conversationId, indexedVersion) SELECT id, version FROM conversation',
  'ANALYZE TABLE user, session, conversation, membership, message, mention, reaction, reaction_count',
];

/** @param count messages of the first conversation, at least as many as are written one by one */
export async function writeReads(
  database: Database,
  connection: Connection,
  { conversations, people }: Cast,
  count: number,
): Promise<void> {
  const speak = makeSpeaker();
  for (const [index, place] of conversations.entries())
    await database.sqlTransaction((sql) =>
      sql.execute(...insertMessages(saidIn(place, index === 0 ? ORIGINALS : FEW, speak))),
    );
  await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
  await multiply(connection, conversations[0]?.id ?? '', count);
  await connection.query(
    `INSERT INTO mention (userId, conversationId, seq)
      SELECT ?, conversationId, seq FROM message WHERE seq % ${MENTION_EVERY} = 0 AND senderId <> ?`,
    [people[0]?.id, people[0]?.id],
  );
  for (const statement of FINISH) await connection.query(statement);
}
