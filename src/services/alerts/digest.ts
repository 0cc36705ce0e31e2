import type { Mail } from '../notifications/mails';
import { previewOf, summaryOf, type Telling } from './alert-text';

interface Digest {
  readonly to: string;
  readonly username: string;
  readonly tellings: readonly Telling[];
  /** `null`: the server does not know its own address */
  readonly unsubscribeUrl: string | null;
}

/** Conversations told in full; the others are only counted. */
const MOST_CONVERSATIONS = 20;

const indented = (line: string): string => `  ${line}`;

function partOf(telling: Telling): string[] {
  return [summaryOf(telling), ...(telling.preview ? previewOf(telling).map(indented) : []), ''];
}

/** What waits for somebody who has not read it. The subject holds nothing that anybody wrote. */
export function digestMail({ to, username, tellings, unsubscribeUrl }: Digest): Mail {
  const shown = tellings.slice(0, MOST_CONVERSATIONS);
  const more = tellings.length - shown.length;
  const lines = [
    `While you were away, ${username}:`,
    '',
    ...shown.flatMap(partOf),
    ...(more > 0 ? [`And something new in ${more} other conversations.`, ''] : []),
    '-- ',
    'You get this mail because you have not read this for a while.',
    ...(unsubscribeUrl === null
      ? ['You can switch such mails off in your settings.']
      : ['To get no such mails any more:', unsubscribeUrl]),
  ];
  return {
    to,
    subject: 'You have unread messages',
    text: `${lines.join('\n')}\n`,
    ...(unsubscribeUrl !== null && { unsubscribeUrl }),
  };
}
