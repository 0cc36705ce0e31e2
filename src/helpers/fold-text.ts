/** What the eye may overlook: accents, Arabic and Hebrew vowel points. Vowel signs of Indic scripts and the voicing of kana stay. */
const OVERLOOKED =
  /(?=\p{M})(?![\u3099\u309A])[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]/gu;
/** Joiners, tatweel, soft hyphens, variation selectors: they change how a word looks, not what it is. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u0640]/gu;

/** Letters that are the same to who searches, and that Unicode does not decompose. Source: for Arabic and Persian, the forms of kaf, yeh and heh. */
const SAME: Readonly<Record<string, string>> = {
  ی: 'ي',
  ى: 'ي',
  ې: 'ي',
  ک: 'ك',
  ڪ: 'ك',
  ة: 'ه',
  ۀ: 'ه',
  ە: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ۃ: 'ه',
  ٱ: 'ا',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  æ: 'ae',
  œ: 'oe',
};
const LETTERS = new RegExp(`[${Object.keys(SAME).join('')}]`, 'gu');

const DIGIT = /\p{Nd}/u;
const FOREIGN_DIGITS = /(?![0-9])\p{Nd}/gu;

/** Digits of a script stand together in tens, the zero first. Source: Unicode Standard, 4.6. */
function digitValue(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
  return String(value);
}

/** One character with its marks, or one syllable of Hangul letters: what may turn into another number of characters when it is folded. */
const CLUSTERS = /[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]+|.[\p{M}\uFF9E\uFF9F]*/gsu;

const foldAnew = (cluster: string): string =>
  cluster
    .normalize('NFKD')
    .replace(OVERLOOKED, '')
    .replace(INVISIBLE, '')
    .toLowerCase()
    // ß and ss, dotless i and i have their capitals in common.
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(OVERLOOKED, '')
    .normalize('NFC')
    .replace(LETTERS, (letter) => SAME[letter] ?? letter)
    .replace(FOREIGN_DIGITS, digitValue);

/** Folded clusters: texts are made of a few thousand different ones, and folding one takes ten steps. */
const known = new Map<string, string>();
const MAX_KNOWN = 20_000;
const MAX_KNOWN_LENGTH = 4;

function foldCluster(cluster: string): string {
  const found = known.get(cluster);
  if (found !== undefined) return found;
  const folded = foldAnew(cluster);
  if (cluster.length <= MAX_KNOWN_LENGTH && known.size < MAX_KNOWN) known.set(cluster, folded);
  return folded;
}

export interface Folded {
  readonly text: string;
  /** Where what became a stretch of `text` begins and ends in the original: UTF-16 units, the end not included. */
  origin(start: number, end: number): readonly [start: number, end: number];
}

// eslint-disable-next-line no-control-regex -- ASCII is what it looks for
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * What all spellings of a text have in common to who searches: case, accents, compatibility forms, letter variants and digits of
 * different scripts. Source: Unicode UAX #15 (NFKD), UTS #10.
 */
export function foldText(original: string): Folded {
  if (ASCII.test(original)) return { text: original.toLowerCase(), origin: (start, end) => [start, end] };
  let text = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: cluster, index } of original.matchAll(CLUSTERS)) {
    const folded = foldCluster(cluster);
    text += folded;
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(index);
      ends.push(index + cluster.length);
    }
  }
  return { text, origin: (start, end) => [starts[start] ?? 0, ends[end - 1] ?? 0] };
}
