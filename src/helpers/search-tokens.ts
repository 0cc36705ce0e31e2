import { hash } from 'node:crypto';
import { foldText } from './fold-text';

/** Written without spaces between words: found by any part of a run. */
const UNSPACED = String.raw`(?:(?=[\p{L}\p{M}\p{N}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}])`;
const PIECES = new RegExp(
  String.raw`(?<run>${UNSPACED}+)|(?:(?!${UNSPACED})[\p{L}\p{M}\p{N}])+|\p{Regional_Indicator}{2}|\p{Extended_Pictographic}`,
  'gu',
);

/** A word, an emoji, or a run of a script without spaces, folded. */
export interface Piece {
  readonly text: string;
  readonly isRun: boolean;
  /** Where a part of it stands in the original: UTF-16 units, the end not included. */
  origin(start: number, end: number): readonly [start: number, end: number];
}

/** What of a text can be searched for, in its order. */
export function piecesOf(original: string): Piece[] {
  const folded = foldText(original);
  return [...folded.text.matchAll(PIECES)].map(({ 0: text, index, groups }) => ({
    text,
    isRun: groups?.run !== undefined,
    origin: (start, end) => folded.origin(index + start, index + end),
  }));
}

const pairsOf = (characters: readonly string[]): string[] =>
  characters.slice(1).map((character, index) => `${characters[index]}${character}`);

/** What a message is found by: its words, and of runs every character and every two that stand together. */
export function termsOf(original: string): Set<string> {
  const terms = new Set<string>();
  for (const { text, isRun } of piecesOf(original)) {
    const characters = isRun ? [...text] : [text];
    for (const term of [...characters, ...(isRun ? pairsOf(characters) : [])]) terms.add(term);
  }
  return terms;
}

/** The terms that every message with this piece has. */
export function termsSought({ text, isRun }: Piece): string[] {
  const characters = [...text];
  return isRun && characters.length > 1 ? pairsOf(characters) : [text];
}

/** Forty bits: within what full-text indexes take for a word (3 to 10 characters), and what they share by chance is sorted out by looking. */
const TOKEN_LENGTH = 10;

/**
 * A term as it stands in the index: hex digits, which no parser splits, folds or takes for a stop word. Each conversation has its own, so
 * that a search reads of no others, however common the word is elsewhere.
 */
export const tokenOf = (conversationId: string, term: string): string =>
  hash('sha1', `${conversationId} ${term}`, 'hex').slice(0, TOKEN_LENGTH);
