import { qualifiedEmoji } from '../../src/helpers/emoji';

test.each([
  ['👍', '👍'],
  ['👍🏽', '👍🏽'],
  ['👨‍👩‍👧', '👨‍👩‍👧'],
  ['🇩🇪', '🇩🇪'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
])('%s is one emoji, spelled as it is stored', (text, stored) => {
  expect(qualifiedEmoji(text)).toBe(stored);
});

test.each([
  ['\u2764', '\u2764\uFE0F'],
  ['\u2764\uFE0F', '\u2764\uFE0F'],
  ['\u00A9', '\u00A9\uFE0F'],
  ['1\u20E3', '1\uFE0F\u20E3'],
  ['\u{1F3F3}\u200D\u{1F308}', '\u{1F3F3}\uFE0F\u200D\u{1F308}'],
  ['\u{1F441}\uFE0F\u200D\u{1F5E8}', '\u{1F441}\uFE0F\u200D\u{1F5E8}\uFE0F'],
  ['\u{1F575}\u{1F3FD}\u200D\u2642', '\u{1F575}\u{1F3FD}\u200D\u2642\uFE0F'],
  ['\u{1F575}\u200D\u2642\uFE0F', '\u{1F575}\uFE0F\u200D\u2642\uFE0F'],
  ['\u{1F44D}\uFE0F', '\u{1F44D}'],
])('however the presentation is asked for, it is one spelling: %j', (text, stored) => {
  expect(qualifiedEmoji(text)).toBe(stored);
});

test.each([
  '',
  'a',
  '1',
  '#',
  ' ',
  '👍👍',
  '👍 ',
  ':+1:',
  '🇩',
  '\u200D',
  '\uFE0F',
  '\u263A\uFE0E',
  '🏽👍',
  '<b>',
])('%j is not one emoji', (text) => {
  expect(qualifiedEmoji(text)).toBeNull();
});
