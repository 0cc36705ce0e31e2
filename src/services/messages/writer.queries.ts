import { tuples, placeholders, type Dialect } from '../../database/dialects/dialect';
import type { SqlSession, SqlValue, Statement } from '../../database/database';
import { asBoolean, asDate, asDateOrNull, asNumber, asText, asTextOrNull } from '../../database/rows';
import type { MemberRole, Visibility } from '../../contracts/conversations';
import type { ConversationKind } from '../../contracts/messages';
import type { SendCommand, StoredMessage } from './message';
import { STORED_COLUMNS, toStoredRow } from './messages.queries';

export interface LockedConversation {
  readonly id: string;
  readonly kind: ConversationKind;
  /** the two people of a private chat */
  readonly pairKey: string | null;
  /** of channels */
  visibility: Visibility | null;
  /** a channel's posts show who wrote them */
  signed: boolean;
  slowModeSeconds: number;
  /** by an act of this batch: to those behind it, it is not there */
  deleted: boolean;
  memberCount: number;
  lastSeq: number;
  version: number;
  /** moves with the last message: the order of the inbox */
  lastActivityAt: Date;
}

const either = (condition: string, count: number): string =>
  Array.from({ length: count }, () => condition).join(' OR ');

/** Locks the batch's conversations and reads their counters. */
export async function lockConversations(
  sql: SqlSession,
  dialect: Dialect,
  ids: readonly string[],
  held: 'wait' | 'fail',
): Promise<Map<string, LockedConversation>> {
  const rows = await sql.query(dialect.lockConversations(ids.length, held), ids);
  return new Map(
    rows.map((row) => {
      const id = asText(row.id);
      return [
        id,
        {
          id,
          kind: asText(row.kind) as ConversationKind,
          pairKey: asTextOrNull(row.pairKey),
          visibility: asTextOrNull(row.visibility) as Visibility | null,
          signed: asBoolean(row.signed),
          slowModeSeconds: asNumber(row.slowModeSeconds),
          deleted: false,
          memberCount: asNumber(row.memberCount),
          lastSeq: asNumber(row.lastSeq),
          version: asNumber(row.version),
          lastActivityAt: asDate(row.lastActivityAt),
        },
      ];
    }),
  );
}

/** What of a batch was stored before. Uses the unique key message_client_key. */
export async function findStored(
  sql: SqlSession,
  dialect: Dialect,
  commands: readonly SendCommand[],
  conversations: ReadonlyMap<string, LockedConversation>,
): Promise<StoredMessage[]> {
  if (commands.length === 0) return [];
  const rows = await sql.query(
    `SELECT ${STORED_COLUMNS} FROM message m ${dialect.usingIndex('message_client_key')}
     WHERE ${either('(m.senderId = ? AND m.conversationId = ? AND m.clientMessageId = ?)', commands.length)}`,
    commands.flatMap((command) => [command.senderId, command.conversationId, command.clientMessageId]),
  );
  return rows.map(toStoredRow).map((row) => ({
    ...row,
    kind: conversations.get(row.conversationId)?.kind ?? 'chat',
  }));
}

export interface SenderMembership {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: MemberRole;
  readonly left: boolean;
  /** the last message's time, where slow mode is on; moves as the batch is judged */
  postedAt: Date | null;
}

/** The senders' memberships. Uses the primary key of membership. */
export async function findSenders(
  sql: SqlSession,
  dialect: Dialect,
  commands: readonly SendCommand[],
): Promise<SenderMembership[]> {
  if (commands.length === 0) return [];
  const pairs = new Map(
    commands.map((command) => [`${command.conversationId}/${command.senderId}`, command]),
  );
  const rows = await sql.query(
    `SELECT conversationId, userId, role, leftAt, postedAt FROM membership ${dialect.usingIndex('PRIMARY')}
     WHERE ${either('(conversationId = ? AND userId = ?)', pairs.size)}`,
    [...pairs.values()].flatMap((command) => [command.conversationId, command.senderId]),
  );
  return rows.map((row) => ({
    conversationId: asText(row.conversationId),
    userId: asText(row.userId),
    role: asText(row.role) as MemberRole,
    left: row.leftAt !== null,
    postedAt: asDateOrNull(row.postedAt),
  }));
}

/** Which of the senders' sessions are alive. Uses the primary key of session. */
export async function findLiveSessions(
  sql: SqlSession,
  commands: readonly SendCommand[],
  now: Date,
): Promise<Set<string>> {
  const ids = [...new Set(commands.map((command) => command.sessionId))];
  const rows = await sql.query(
    `SELECT id FROM session WHERE id IN (${placeholders(ids.length)}) AND revokedAt IS NULL AND expiresAt > ?`,
    [...ids, now],
  );
  return new Set(rows.map((row) => asText(row.id)));
}

/** Those private chats in which one of the two has blocked the other. Uses the primary keys of conversation and block. */
export async function findBlockedChats(
  sql: SqlSession,
  dialect: Dialect,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const [first, second] = ['SUBSTR(c.pairKey, 1, 36)', 'SUBSTR(c.pairKey, 38)'];
  const blocks = (name: string, blocker: string, blocked: string): string =>
    `LEFT JOIN block ${name} ${dialect.usingIndex('PRIMARY')} ON ${name}.blockerId = ${blocker} AND ${name}.blockedId = ${blocked}`;
  const rows = await sql.query(
    `SELECT c.id FROM conversation c ${dialect.usingIndex('PRIMARY')} ${blocks('x', first, second)} ${blocks('y', second, first)}
     WHERE c.id IN (${placeholders(ids.length)}) AND (x.blockerId IS NOT NULL OR y.blockerId IS NOT NULL)`,
    ids,
  );
  return new Set(rows.map((row) => asText(row.id)));
}

const PLAIN_COLUMNS =
  'conversationId, seq, id, version, senderId, type, content, clientMessageId, requestHash, createdAt';
const OTHER_COLUMNS = 'signed, mentionsAll, forwardedFrom, replyToSeq';

const plainValues = (message: StoredMessage): SqlValue[] => [
  message.conversationId,
  message.seq,
  message.id,
  message.version,
  message.senderId,
  message.type,
  message.content,
  message.clientMessageId,
  message.requestHash,
  message.createdAt,
];

const otherValues = ({ signed, mentionsAll, forwardedFrom, replyToSeq }: StoredMessage): SqlValue[] => [
  Number(signed),
  Number(mentionsAll),
  forwardedFrom,
  replyToSeq,
];

const isPlain = ({ signed, mentionsAll, forwardedFrom, replyToSeq }: StoredMessage): boolean =>
  !signed && !mentionsAll && forwardedFrom === null && replyToSeq === null;

/** All rows of a batch in one statement, which does not spell out for each what none of them has: that is a tenth of its cost. */
export function insertMessages(messages: readonly StoredMessage[]): Statement {
  const plain = messages.every(isPlain);
  const [columns, width] = plain ? [PLAIN_COLUMNS, 10] : [`${PLAIN_COLUMNS}, ${OTHER_COLUMNS}`, 14];
  return [
    `INSERT INTO message (${columns}) VALUES ${tuples(messages.length, width)}`,
    messages.flatMap((message) =>
      plain ? plainValues(message) : [...plainValues(message), ...otherValues(message)],
    ),
  ];
}

/** Moves the counters of locked conversations to where the batch ends, in one statement. */
export function advanceConversations(
  dialect: Dialect,
  conversations: readonly LockedConversation[],
): Statement {
  return [
    dialect.advanceConversations(conversations.length),
    conversations.flatMap(({ id, kind, lastSeq, version, lastActivityAt }): SqlValue[] => [
      id,
      kind,
      lastSeq,
      version,
      lastActivityAt,
      lastActivityAt,
    ]),
  ];
}

/** Writes down when people posted, where slow mode wants to know. */
export function notePosts(dialect: Dialect, senders: readonly SenderMembership[]): Statement[] {
  if (senders.length === 0) return [];
  const values = senders.flatMap(({ conversationId, userId, postedAt }): SqlValue[] => [
    conversationId,
    userId,
    postedAt,
    postedAt,
  ]);
  return [[dialect.notePosts(senders.length), values]];
}
