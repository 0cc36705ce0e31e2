import { MOST_MENTIONS, namedIn } from '../../../src/services/messages/mentions';

const keys = (content: string): readonly string[] => namedIn(content).usernameKeys;

test.each([
  ['@ada', ['ada']],
  ['hello @Ada, and @bob-2.', ['ada', 'bob-2']],
  ['(@ada) "@bob" @ada again @ADA', ['ada', 'bob']],
  ['@ada_lovelace.x @bob_', ['ada_lovelace.x', 'bob']],
  ["@ada's tea\n@bob", ['ada', 'bob']],
  ['سلام @ada، خوبی؟', ['ada']],
  ['👋@ada', ['ada']],
])('%j names people', (content, expected) => {
  expect(keys(content)).toEqual(expected);
});

test.each([
  'no one',
  'ada@example.com',
  'é@ada',
  'https://example.com/@ada',
  '@ada@example.com, @@ada',
  '@ab @é @ada\u0301 @adaé',
  `@${'a'.repeat(33)}`,
  '@ ada',
])('%j names nobody', (content) => {
  expect(keys(content)).toEqual([]);
});

test('@all names everybody, and is not a username', () => {
  expect(namedIn('@All look, @ada')).toEqual({ usernameKeys: ['ada'], everybody: true });
  expect(namedIn('@allan, all of you')).toEqual({ usernameKeys: ['allan'], everybody: false });
});

test('names past the fiftieth do not count', () => {
  const names = Array.from({ length: MOST_MENTIONS + 5 }, (_, index) => `@person${index}`);
  expect(keys(names.join(' '))).toHaveLength(MOST_MENTIONS);
});
