import type { ConversationKind } from '../../contracts/messages';
import { wholeCharacters } from '../../helpers/text';
import { MOST_TOLD, type ToldMessage } from './told-messages.queries';

/** Messages whose beginning is shown, the latest ones. */
const MOST_SHOWN = 5;
/** UTF-16 units of each. */
const MAX_UNITS = 200;

export interface Telling {
  readonly kind: ConversationKind;
  readonly title: string | null;
  readonly preview: boolean;
  /** oldest first; at least one */
  readonly messages: readonly ToldMessage[];
}

/** A text as one line that shows nothing but itself: no line breaks that would look like somebody else's words, nothing that turns the direction. */
function oneLine(text: string): string {
  const line = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .trim();
  return line.length > MAX_UNITS ? `${wholeCharacters(line, MAX_UNITS - 1)}…` : line;
}

const saidIn = ({ beginning, type }: ToldMessage): string => oneLine(beginning) || `[${type}]`;

function counted(count: number): string {
  if (count === 1) return 'A new message';
  return `${count < MOST_TOLD ? count : `${MOST_TOLD - 1}+`} new messages`;
}

/** The one who wrote all of them. */
function onlySender(messages: readonly ToldMessage[]): string | null {
  const names = new Set(messages.map(({ senderName }) => senderName));
  const [name = null] = names;
  return names.size === 1 && name !== null ? oneLine(name) : null;
}

/** `Ada`, `Ada in Tea`, `Tea`: who, where. */
function whoAndWhere({ kind, title, messages }: Telling): { who: string | null; where: string | null } {
  return { who: onlySender(messages), where: kind === 'chat' ? null : oneLine(title ?? '') };
}

/** `3 new messages from Ada in Tea` */
export function summaryOf(telling: Telling): string {
  const { who, where } = whoAndWhere(telling);
  return `${counted(telling.messages.length)}${who === null ? '' : ` from ${who}`}${where === null ? '' : ` in ${where}`}`;
}

/** The beginnings of the latest messages, a line each, with who wrote it where that is not clear. */
export function previewOf({ messages }: Telling): string[] {
  const isClear = onlySender(messages) !== null;
  return messages
    .slice(-MOST_SHOWN)
    .map((message) =>
      isClear || message.senderName === null
        ? saidIn(message)
        : `${oneLine(message.senderName)}: ${saidIn(message)}`,
    );
}

/** Plain text, of some thousand characters at most. */
export function alertText(telling: Telling): string {
  const [only, ...more] = telling.messages;
  if (!telling.preview || !only) return summaryOf(telling);
  if (more.length > 0) return [summaryOf(telling), '', ...previewOf(telling)].join('\n');
  const { who, where } = whoAndWhere(telling);
  return `${[who, where].filter((part) => part !== null).join(' in ')}: ${saidIn(only)}`;
}
