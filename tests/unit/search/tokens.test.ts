import fc from 'fast-check';
import { foldText } from '../../../src/helpers/fold-text';
import { termsOf, tokenOf } from '../../../src/helpers/search-tokens';

const terms = (text: string): string[] => [...termsOf(text)];

describe('what a message is found by', () => {
  test.each([
    ['case', 'HELLO', 'hello'],
    ['accents, however they are composed', 'Cafe\u0301 naïve', 'café NAIVE'],
    ['sharp s', 'STRASSE ẞ', 'straße ss'],
    ['Turkish i', 'İstanbul ısı', 'istanbul isi'],
    ['a final sigma', 'ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς'],
    ['compatibility forms', 'ﬁle ①２', 'file 12'],
    ['Nordic and Polish letters', 'Øresund Łódź', 'oresund lodz'],
    ['Persian and Arabic yeh and kaf', 'كتابي علي', 'کتابی على'],
    ['teh marbuta', 'مدرسة', 'مدرسه'],
    ['hamza', 'أحمد آب', 'احمد اب'],
    ['harakat', 'مُحَمَّد', 'محمد'],
    ['tatweel', 'سلـــام', 'سلام'],
    ['a zero-width non-joiner', 'می\u200cروم', 'میروم'],
    ['digits', '۱۲۳ ٤٥٦ ७८', '123 456 78'],
    ['vowel points of Hebrew', 'שָׁלוֹם', 'שלום'],
    ['Hangul letters and syllables', '\u1112\u1161\u11ab\u1100\u1173\u11af', '한글'],
    ['half-width kana', 'ｶﾞｷﾞ', 'ガギ'],
  ])('does not depend on %s', (_what, one, other) => {
    expect(terms(one)).toEqual(terms(other));
    expect(terms(one)).not.toEqual([]);
  });

  test.each([
    ['words of one letter', 'I am a b', ['i', 'am', 'a', 'b']],
    [
      'what punctuation separates',
      "don't; well-known e.g.a_b",
      ['don', 't', 'well', 'known', 'e', 'g', 'a', 'b'],
    ],
    ['characters and pairs of Han', '東京都', ['東', '京', '都', '東京', '京都']],
    ['kana with their long mark', 'データ', ['デ', 'ー', 'タ', 'デー', 'ータ']],
    ['Han within Latin', 'ab漢c', ['ab', '漢', 'c']],
    ['emoji', 'ok 👍🏽 🇫🇷!', ['ok', '👍', '🇫🇷']],
    ['vowel signs of Devanagari', 'हिन्दी', ['हिन्दी']],
    ['nothing', ' … -- ', []],
  ])('are %s', (_what, text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  test('folding twice is folding once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { text: once } = foldText(text);
        expect(foldText(once).text).toBe(once);
      }),
    );
  });

  test('every stretch of the folded text came from one of the original', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const folded = foldText(text);
        for (let at = 0; at < folded.text.length; at += 1) {
          const [start, end] = folded.origin(at, at + 1);
          expect(foldText(text.slice(start, end)).text).toContain(folded.text[at]);
        }
      }),
    );
  });

  test('a word that stands alone is found wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, other) => {
        const all = termsOf(`${other}\n${text}`);
        for (const term of termsOf(text)) expect(all).toContain(term);
      }),
    );
  });

  test('tokens are ten hex digits, and each conversation has its own', () => {
    fc.assert(
      fc.property(fc.string(), (term) => {
        expect(tokenOf('one', term)).toMatch(/^[0-9a-f]{10}$/);
        expect(tokenOf('one', term)).not.toBe(tokenOf('other', term));
      }),
    );
  });
});
