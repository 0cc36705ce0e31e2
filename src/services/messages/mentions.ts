import { foldCase } from '../../helpers/text';

/** Names of one message that count: whoever names more people means nobody in particular. */
export const MOST_MENTIONS = 50;

/** A username behind an `@` that stands at the beginning of a word: not in an e-mail address, nor in a path. */
const NAMED = /(?<![\p{L}\p{N}\p{M}_@/])@([a-z0-9][a-z0-9_.-]{1,30}[a-z0-9])(?![\p{L}\p{N}\p{M}@])/giu;

const EVERYBODY = 'all';

/** Whom a text names, whoever they are. */
export interface NamedInText {
  /** usernames as they are compared, each once, in the order of the text */
  readonly usernameKeys: readonly string[];
  readonly everybody: boolean;
}

/** Whom a text names by `@username` and `@all`, in any case. */
export function namedIn(content: string): NamedInText {
  if (!content.includes('@')) return { usernameKeys: [], everybody: false };
  const names = new Set<string>();
  for (const [, name] of content.matchAll(NAMED)) names.add(foldCase(name as string));
  const everybody = names.delete(EVERYBODY);
  return { usernameKeys: [...names].slice(0, MOST_MENTIONS), everybody };
}
