import fc from 'fast-check';
import { matchText } from '../../../src/helpers/search-match';
import { indexTermsOf, parseSearch } from '../../../src/helpers/search-query';

const parsed = (text: string) => {
  const { phrases, ...rest } = parseSearch(text);
  return { phrases: phrases.map((phrase) => phrase.map((piece) => piece.text)), ...rest };
};
const nothing = { phrases: [], from: [], in: [], hasFile: false };

test.each([
  ['Hello World', { ...nothing, phrases: [['hello'], ['world']] }],
  ['"Hello World" again', { ...nothing, phrases: [['hello', 'world'], ['again']] }],
  [
    '“see you” «à toi»',
    {
      ...nothing,
      phrases: [
        ['see', 'you'],
        ['a', 'toi'],
      ],
    },
  ],
  ['"open end', { ...nothing, phrases: [['open', 'end']] }],
  ['from:@ada in:@news has:file plan', { phrases: [['plan']], from: ['ada'], in: ['news'], hasFile: true }],
  ['FROM:ada', { ...nothing, from: ['ada'] }],
  ['has:filed from:', { ...nothing, phrases: [['has'], ['filed'], ['from']] }],
  ['well-known', { ...nothing, phrases: [['well'], ['known']] }],
  ['""', nothing],
])('%s is read as it is meant', (text, expected) => {
  expect(parsed(text)).toEqual(expected);
});

test('of a long query the longest terms are looked up', () => {
  expect(indexTermsOf(parseSearch('a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh iiiiiiiii'))).toEqual([
    'iiiiiiiii',
    'hhhhhhhh',
    'ggggggg',
    'ffffff',
    'eeeee',
    'dddd',
    'ccc',
    'bb',
  ]);
});

const highlighted = (text: string, query: string): string[] | undefined =>
  matchText(text, parseSearch(query).phrases)?.highlights.map(([start, end]) => text.slice(start, end));

test.each([
  ['a word, wherever it stands', 'The cat saw a CAT.', 'cat', ['cat', 'CAT']],
  ['no part of a word', 'concatenate', 'cat', undefined],
  ['all words or nothing', 'one two', 'one three', undefined],
  ['accents with their letters', 'un Cafe\u0301!', 'cafe', ['Cafe\u0301']],
  ['a phrase as one', 'so see, you there. you see', '"see you"', ['see, you']],
  ['no phrase in another order', 'you see', '"see you"', undefined],
  ['a part of a run', '我住在東京都内', '東京', ['東京']],
  ['a phrase across scripts', '買iPhone手機了', '"iphone手機"', ['iPhone手機']],
  ['a character outside the basic plane', '𠮷野家 👍', '野 👍', ['野', '👍']],
  ['what overlaps as one', '啊啊啊', '啊啊', ['啊啊啊']],
  ['Persian with a joiner', 'من می\u200cروم خانه', 'ميروم', ['می\u200cروم']],
])('a match shows %s', (_what, text, query, expected) => {
  expect(highlighted(text, query)).toEqual(expected);
});

test('what is searched for as it was written is found, within the text and in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, sought) => {
      const query = parseSearch(sought.replace(/["“”„«»:]/g, ' '));
      const text = `${before}\n${sought}`;
      const match = matchText(text, query.phrases);
      expect(match).not.toBeNull();
      let last = 0;
      for (const [start, end] of match?.highlights ?? []) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = end;
      }
    }),
  );
});
