import { piecesOf, termsSought, type Piece } from './search-tokens';

/** What somebody typed into a search field. */
export interface SearchQuery {
  /** All of them must occur; the pieces of one stand together, in this order. */
  readonly phrases: readonly (readonly Piece[])[];
  /** usernames, all of which must be the author's */
  readonly from: readonly string[];
  /** handles of channels, all of which must be where it stands */
  readonly in: readonly string[];
  readonly hasFile: boolean;
}

const PARTS = /["“”„«]([^"“”„»]*)["“”»]?|from:@?(\S+)|in:@?(\S+)|(has:file)(?=\s|$)|([^\s"“”„«]+)/giu;

/** Words, `"phrases"`, `from:@username`, `in:@handle`, `has:file`; anything else is text. */
export function parseSearch(text: string): SearchQuery {
  const phrases: Piece[][] = [];
  const from: string[] = [];
  const inHandles: string[] = [];
  let hasFile = false;
  for (const [, phrase, username, handle, file, word] of text.matchAll(PARTS)) {
    if (phrase !== undefined) phrases.push(piecesOf(phrase));
    else if (username !== undefined) from.push(username);
    else if (handle !== undefined) inHandles.push(handle);
    else if (file !== undefined) hasFile = true;
    else if (word !== undefined) phrases.push(...piecesOf(word).map((piece) => [piece]));
  }
  return { phrases: phrases.filter(({ length }) => length > 0), from, in: inHandles, hasFile };
}

/** Longer words are rarer: with these looked up, what is left is sorted out by looking at the messages. */
const MAX_TERMS = 8;

/** What to look up in the index. */
export function indexTermsOf({ phrases }: SearchQuery): string[] {
  const terms = new Set(phrases.flat().flatMap(termsSought));
  return [...terms].sort((left, right) => right.length - left.length).slice(0, MAX_TERMS);
}
