import { DisplayName, Handle, Title, Username } from '../../src/contracts/fields';

const isName = (name: string): boolean => DisplayName.safeParse(name).success;

describe('a display name', () => {
  test.each([
    'Ada',
    'Ада 愛 عادا',
    "O'Neil-Smith, Jr.",
    '👩‍🚀',
    '👨🏽‍❤️‍💋‍👨🏻',
    '🏳️‍🌈 🏴‍☠️ ❤️',
    '1️⃣ #️⃣',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'می‌خواهم',
    'ශ්‍රී',
    'क्‌ष',
    '邉󠄂',
    'é e\u0301',
  ])('may be %s', (name) => expect(isName(name)).toBe(true));

  test.each([
    ['a zero-width space', 'Ada\u200b'],
    ['a joiner between letters', 'A\u200dda'],
    ['a joiner behind an emoji', '👩\u200d'],
    ['a non-joiner between letters', 'A\u200cda'],
    ['a direction mark', '\u200eAda'],
    ['an override', '\u202eadA'],
    ['an embedding', '\u202aAda\u202c'],
    ['an isolate', '\u2066Ada\u2069'],
    ['an Arabic letter mark', '\u061cAda'],
    ['a word joiner', 'A\u2060da'],
    ['a byte order mark inside', 'A\ufeffda'],
    ['a soft hyphen', 'A\u00adda'],
    ['a Hangul filler', 'Ada\u3164'],
    ['a variation selector behind a letter', 'Ada\ufe0f'],
    ['tags without a flag', 'Ada\u{e0041}'],
    ['a braille blank', '\u2800'],
    ['blanks only', '\u00a0\u3000'],
    ['an accent of nothing', '\u0301'],
    ['a line break', 'A\nda'],
    ['nothing', ' '],
  ])('has no %s', (_, name) => expect(isName(name)).toBe(false));

  test('says what is wrong once', () => {
    for (const [name, message] of [
      ['', 'must have 1 to 64 characters'],
      ['x\u200b', 'must not contain invisible characters'],
    ] as const)
      expect(DisplayName.safeParse(name).error?.issues).toMatchObject([{ message }]);
  });
});

describe('a username', () => {
  test.each(['admin', 'Admin', 'a.d.m.i.n', 'no-reply', 'mailer-daemon', 'EVERYONE', 'system'])(
    'is not %s',
    (name) => expect(Username.safeParse(name).error?.issues).toMatchObject([{ message: 'is reserved' }]),
  );

  test.each(['ada', 'administer', 'sysadmins', 'Me2', 'x'.repeat(32)])('may be %s', (name) =>
    expect(Username.safeParse(name).success).toBe(true),
  );
});

describe('a handle', () => {
  test.each(['news', 'a1b', 'The_News_2026', 'x'.repeat(32)])('may be %s', (handle) =>
    expect(Handle.safeParse(handle).success).toBe(true),
  );

  test.each([
    'ab',
    'x'.repeat(33),
    '_news',
    'news_',
    'ne-ws',
    'ne.ws',
    '@news',
    'nouvelles_é',
    '',
    'support',
    'Ad_min',
  ])('is not %j', (handle) => expect(Handle.safeParse(handle).success).toBe(false));
});

test('a title is a line of 1 to 128 characters that can be seen', () => {
  expect(Title.parse('  Tea at five 🍵 ')).toBe('Tea at five 🍵');
  expect(Title.safeParse('🍵'.repeat(128)).success).toBe(true);
  for (const title of ['', '   ', '🍵'.repeat(129), 'Tea\nat five', 'Tea\u200b', '\u3164'])
    expect(Title.safeParse(title).success).toBe(false);
});
