import type { MessageType } from '../../contracts/messages';
import type { Database, Db, Row, SqlValue } from '../../database/database';
import type { Dialect } from '../../database/dialects/dialect';
import { asBoolean, asNumber, asText, asTextOrNull } from '../../database/rows';
import { NOT_HIDDEN } from '../messages/messages.queries';
import { onlyNaming, type Standing } from './alert';

/** Messages of one alert that are counted; a larger number is told as more than that. */
export const MOST_TOLD = 100;
/** Alerts of one statement. */
const AT_ONCE = 50;
/** UTF-16 units of each that are read: more than is shown. */
const BEGINNING = 600;

/** A message that an alert tells of. */
export interface ToldMessage {
  readonly seq: number;
  /** `null`: its conversation does not tell who wrote it */
  readonly senderName: string | null;
  readonly type: MessageType;
  readonly beginning: string;
}

const STANDS = '(s.until IS NULL OR s.until > ?)';

/**
 * Unread, said by somebody else who is not kept out, and blocks or is blocked by nobody here; not deleted, and not hidden. The read position is
 * looked at in the same statement: it is as new as the messages are.
 */
const UNREAD = `SELECT ? AS place, m.seq, m.type, m.signed, SUBSTR(m.content, 1, ${BEGINNING}) AS beginning, w.displayName
  FROM message m
  JOIN membership p ON p.conversationId = m.conversationId AND p.userId = ? AND p.leftAt IS NULL
    AND p.lastReadSeq < m.seq AND p.clearedUptoSeq < m.seq
  JOIN user w ON w.id = m.senderId
  WHERE m.conversationId = ? AND m.seq >= ? AND m.seq <= ? AND m.senderId <> ? AND m.deletedAt IS NULL AND m.type <> 'system'
    AND ${NOT_HIDDEN}
    AND NOT EXISTS (SELECT 1 FROM suspension s WHERE s.userId = m.senderId AND ${STANDS})
    AND NOT EXISTS (SELECT 1 FROM block b WHERE b.blockerId = ? AND b.blockedId = m.senderId)
    AND NOT EXISTS (SELECT 1 FROM block b WHERE b.blockerId = m.senderId AND b.blockedId = ?)`;

const NAMED =
  'EXISTS (SELECT 1 FROM mention n WHERE n.userId = ? AND n.conversationId = m.conversationId AND n.seq = m.seq)';

function partOf(standing: Standing, place: number, now: Date): [string, SqlValue[]] {
  const { userId, conversationId, firstSeq, lastSeq, kind, notify, settings, via } = standing;
  const naming = onlyNaming(kind, notify, settings[via]);
  const names = kind === 'group' ? `(m.mentionsAll = 1 OR ${NAMED})` : NAMED;
  return [
    `${UNREAD}${naming ? ` AND ${names}` : ''} ORDER BY m.seq DESC LIMIT ${MOST_TOLD}`,
    [
      ...[place, userId, conversationId, firstSeq, lastSeq, userId, userId, now, userId, userId],
      ...(naming ? [userId] : []),
    ],
  ];
}

/** What alerts tell of, by alert, oldest first, fifty alerts a statement: a range of the primary key and lookups of such each. */
export async function toldMessages(
  db: Db,
  { dialect }: Pick<Database, 'dialect'>,
  standings: readonly Standing[],
  now: Date,
): Promise<Map<Standing, ToldMessage[]>> {
  const told = new Map<Standing, ToldMessage[]>(standings.map((standing) => [standing, []]));
  for (let from = 0; from < standings.length; from += AT_ONCE)
    await addTold(db, dialect, { standings: standings.slice(from, from + AT_ONCE), told, now });
  for (const messages of told.values()) messages.sort((left, right) => left.seq - right.seq);
  return told;
}

interface Looking {
  readonly standings: readonly Standing[];
  readonly told: ReadonlyMap<Standing, ToldMessage[]>;
  readonly now: Date;
}

async function addTold(db: Db, dialect: Dialect, { standings, told, now }: Looking): Promise<void> {
  const parts = standings.map((standing, place) => partOf(standing, place, now));
  const rows = await db.$queryRawUnsafe<Row[]>(
    parts.map(([select]) => dialect.partOfUnion(select)).join(' UNION ALL '),
    ...parts.flatMap(([, values]) => values),
  );
  for (const row of rows) {
    const standing = standings[asNumber(row.place)];
    if (!standing) continue;
    told.get(standing)?.push({
      seq: asNumber(row.seq),
      senderName: standing.kind === 'channel' && !asBoolean(row.signed) ? null : asText(row.displayName),
      type: asText(row.type) as MessageType,
      beginning: asTextOrNull(row.beginning) ?? '',
    });
  }
}
