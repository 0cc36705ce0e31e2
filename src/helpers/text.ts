/** What two spellings of the same name have in common: NFKC, lower case. Source: Unicode UAX #15, #21. */
export function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** UTF-16 without half a character: anything else turns into the same U+FFFD on its way to bytes. */
export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text);

/** A password as it is hashed: the same however a keyboard composes its letters. Source: RFC 8265, 4.2; NIST SP 800-63B, 3.1.1.2. */
export const passwordText = (password: string): string => password.normalize('NFKC');

/** Length as people count it at the wire: Unicode code points, not UTF-16 units. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first `count` characters as people see them: an emoji of several code points is never cut. Source: Unicode UAX #29. */
export function graphemes(text: string, count: number): string {
  if (text.length <= count) return text;
  let cut = '';
  let taken = 0;
  // A grapheme may be long, but nobody reads a preview of one that has a thousand code units.
  for (const { segment } of segmenter.segment(text.slice(0, count * 20))) {
    if (taken === count) break;
    cut += segment;
    taken += 1;
  }
  return cut;
}

/** As many characters of the beginning, whole as people see them, as fit into so many UTF-16 units. */
export function wholeCharacters(text: string, units: number): string {
  if (text.length <= units) return text;
  let end = 0;
  // Some more than that: where the text is cut, so may a character be.
  for (const { index, segment } of segmenter.segment(text.slice(0, units + 10)))
    if (index + segment.length <= units) end = index + segment.length;
  return text.slice(0, end);
}
