import { contentDisposition, tameFileName } from '../../../src/helpers/file-names';

describe('the name of a file', () => {
  test.each([
    ['photo.jpg', 'photo.jpg'],
    ['  photo.jpg  ', 'photo.jpg'],
    ['/etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['dir/', 'file'],
    ['', 'file'],
    ['.', 'file'],
    ['...', 'file'],
    ['.profile', '.profile'],
    ['a\0b\nc\x7f\x85.txt', 'abc.txt'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['\u2066x\u2069\u200F', 'x'],
    ['half \ud83d.txt', 'half \ufffd.txt'],
    ['e\u0301te\u0301.txt', 'e\u0301te\u0301.txt'],
    ['👩‍👩‍👧 مرحبا 写真.png', '👩‍👩‍👧 مرحبا 写真.png'],
  ])('%j is kept as %j', (given, kept) => expect(tameFileName(given)).toBe(kept));

  test('is cut to 255 UTF-16 units, before its extension, never within a character', () => {
    expect(tameFileName(`${'a'.repeat(300)}.tar`)).toBe(`${'a'.repeat(251)}.tar`);
    const family = '👩‍👩‍👧';
    const cut = tameFileName(`${family.repeat(60)}.png`);
    expect(cut).toBe(`${family.repeat(31)}.png`);
    expect(tameFileName(`${'b'.repeat(20)}.${'x'.repeat(300)}`)).toBe(`${'b'.repeat(20)}.${'x'.repeat(234)}`);
  });

  test('of one endless character is no name', () => {
    expect(tameFileName(`a${'\u0301'.repeat(5_000)}.txt`)).toBe('file.txt');
  });
});

describe('Content-Disposition', () => {
  test.each([
    ['a.png', `inline; filename="a.png"; filename*=UTF-8''a.png`],
    ['a"b\\c%.png', `inline; filename="a_b_c_.png"; filename*=UTF-8''a%22b%5Cc%25.png`],
    ["it's (1)*.png", `inline; filename="it's (1)*.png"; filename*=UTF-8''it%27s%20%281%29%2A.png`],
    ['写真.png', `inline; filename="__.png"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png`],
  ])('of %s', (name, header) => expect(contentDisposition('inline', name)).toBe(header));
});
