import type { Row } from '../../database/database';
import { placeholders } from '../../database/dialects/dialect';
import { asBoolean, asNumber, asText, asTextOrNull } from '../../database/rows';
import { FILE_COLUMNS, toStoredFile, type StoredFile } from '../files/file';
import type { MessageType } from '../../contracts/messages';
import type { Place } from './place';

/** A message that another one answers. */
export interface Answered extends Place {
  readonly id: string;
  readonly senderId: string;
  readonly signed: boolean;
  readonly type: MessageType;
  /** of its text; `null` when it was deleted */
  readonly beginning: string | null;
  /** the name of its first file, when it has no text */
  readonly firstFile: string | undefined;
}

/** How many have reacted with an emoji. */
export interface ReactionCount {
  readonly emoji: string;
  readonly count: number;
  /** those of the viewers who have */
  readonly viewerIds: readonly string[];
}

/** What stands at a message beside its row. */
export interface ReadStanding {
  /** whom it names, or answers; sorted */
  readonly mentionedIds: readonly string[];
  /** first come, first */
  readonly reactions: readonly ReactionCount[];
  /** what it answers */
  readonly answered: Answered | null;
  /** in the order they are shown */
  readonly files: readonly StoredFile[];
}

const NOTHING: ReadStanding = { mentionedIds: [], reactions: [], answered: null, files: [] };

/** Enough of a text for a preview: nobody's character has twenty code points. */
export const BEGINNING = 'SUBSTR(a.content, 1, 2000)';

/** Of a message without a text. Lookups of primary keys. */
export const FIRST_FILE = `CASE WHEN a.content = '' THEN (SELECT f.name FROM attachment t JOIN file f ON f.id = t.fileId
  WHERE t.conversationId = a.conversationId AND t.seq = a.seq AND t.position = 0) END`;

/** Only of messages that may have some: lookups of primary keys. */
const FILES = `CASE WHEN m.type NOT IN ('text', 'system') THEN (SELECT GROUP_CONCAT(JSON_ARRAY(t.position, ${FILE_COLUMNS}))
  FROM attachment t JOIN file f ON f.id = t.fileId WHERE t.conversationId = m.conversationId AND t.seq = m.seq) END`;

/**
 * What stands at messages `m`, as columns of the statement that reads them: ranges of mention_message and of the primary keys of
 * reaction_count, reaction and message. Takes the viewers' ids, of which there are `viewers`.
 */
export const standingColumns = (viewers: number): string => `
  (SELECT GROUP_CONCAT(n.userId) FROM mention n WHERE n.conversationId = m.conversationId AND n.seq = m.seq) AS mentionedIds,
  (SELECT GROUP_CONCAT(JSON_ARRAY(c.position, c.emoji, c.total, ${viewers === 0 ? 'NULL' : viewersAmong(viewers)}))
    FROM reaction_count c WHERE c.conversationId = m.conversationId AND c.seq = m.seq) AS reactions,
  (SELECT GROUP_CONCAT(JSON_ARRAY(a.id, a.senderId, a.signed, a.type, ${BEGINNING}, ${FIRST_FILE}))
    FROM message a WHERE a.conversationId = m.conversationId AND a.seq = m.replyToSeq) AS answered,
  ${FILES} AS files`;

const viewersAmong = (viewers: number): string =>
  `(SELECT GROUP_CONCAT(r.userId) FROM reaction r WHERE r.conversationId = c.conversationId AND r.seq = c.seq
      AND r.emoji = c.emoji AND r.userId IN (${placeholders(viewers)}))`;

/** What GROUP_CONCAT makes of JSON_ARRAYs. */
const arraysIn = (value: unknown): unknown[][] =>
  value === null ? [] : (JSON.parse(`[${asText(value)}]`) as unknown[][]);

const byPosition = ([left]: unknown[], [right]: unknown[]): number => asNumber(left) - asNumber(right);

const listIn = (value: unknown): string[] => (value === null ? [] : asText(value).split(','));

function answeredIn(row: Row): Answered | null {
  const [answered] = arraysIn(row.answered);
  if (!answered) return null;
  const [id, senderId, signed, type, beginning, firstFile] = answered;
  return {
    conversationId: asText(row.conversationId),
    seq: asNumber(row.replyToSeq),
    id: asText(id),
    senderId: asText(senderId),
    signed: asBoolean(signed),
    type: asText(type) as MessageType,
    beginning: asTextOrNull(beginning),
    firstFile: asTextOrNull(firstFile) ?? undefined,
  };
}

const FILE_KEYS = FILE_COLUMNS.split(',').map((column) => column.trim().replace('f.', ''));

const filesIn = (value: unknown): StoredFile[] =>
  arraysIn(value)
    .sort(byPosition)
    .map(([, ...columns]) =>
      toStoredFile(Object.fromEntries(FILE_KEYS.map((key, index) => [key, columns[index]]))),
    );

/** The columns of `standingColumns`. */
export function toStanding(row: Row): ReadStanding {
  const { mentionedIds, reactions, answered, files } = row;
  if (mentionedIds === null && reactions === null && answered === null && files === null) return NOTHING;
  return {
    mentionedIds: listIn(mentionedIds).sort(),
    reactions: arraysIn(reactions)
      .sort(byPosition)
      .map(([, emoji, count, viewerIds]) => ({
        emoji: asText(emoji),
        count: asNumber(count),
        viewerIds: listIn(viewerIds),
      })),
    answered: answeredIn(row),
    files: filesIn(files),
  };
}
