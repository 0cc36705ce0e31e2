import {
  docx,
  flac,
  id3,
  mkv,
  mp3,
  mp4,
  opus,
  pdf,
  wav,
  webm,
  webmSound,
  zip,
} from '../../support/media-samples';
import { plain } from '../../support/pictures';
import { inspect } from './inspecting';

const OPAQUE = { kind: 'file', mimeType: 'application/octet-stream' };
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (digits: string): Buffer => Buffer.concat([Buffer.from(digits, 'hex'), Buffer.alloc(600)]);

test('sounds: what they are and how long', async () => {
  const cover = await plain(30, 30).png().toBuffer();
  for (const [bytes, mimeType, seconds] of [
    [wav(3), 'audio/wav', 3],
    [mp3(100), 'audio/mpeg', 2.6],
    [Buffer.concat([id3(cover), mp3(100)]), 'audio/mpeg', 2.6],
    [opus(4), 'audio/ogg', 4],
    [flac(5), 'audio/flac', 5],
    [mp4({ brand: 'M4A ', tracks: ['soun'] }), 'audio/mp4', 7],
    [mp4({ tracks: ['soun'] }), 'audio/mp4', 7],
    [webmSound(2), 'audio/webm', 2],
  ] as const)
    expect(await inspect(bytes)).toEqual({
      kind: 'audio',
      mimeType,
      durationSeconds: expect.closeTo(seconds, 1),
    });
});

test('films: also how large, as they are shown', async () => {
  for (const [bytes, mimeType, durationSeconds, width, height] of [
    [mp4(), 'video/mp4', 7, 640, 360],
    [mp4({ turned: true }), 'video/mp4', 7, 360, 640],
    [mp4({ brand: 'qt  ' }), 'video/quicktime', 7, 640, 360],
    [webm(6), 'video/webm', 6, 320, 240],
    [mkv(2), 'video/matroska', 2, 320, 240],
  ] as const)
    expect(await inspect(bytes)).toMatchObject({ kind: 'video', mimeType, durationSeconds, width, height });
});

test.each([
  ['a PDF', pdf(), 'a.pdf', 'application/pdf'],
  ['a ZIP', zip({ 'a.txt': 'a' }), 'a.zip', 'application/zip'],
  ['a Word document', docx(), 'a', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['an odd one', zip({ a: 'a' }), 'a.odt', 'application/vnd.oasis.opendocument.text'],
  ['an old one', hex('d0cf11e0a1b11ae1'), 'a.doc', 'application/msword'],
  ['text', ascii('hello'), 'notes', 'text/plain'],
  ['text in Latin-1', ascii('gr\xfc\xdfe'), 'notes.txt', 'text/plain'],
  ['text in UTF-16', Buffer.from('\ufeffhello', 'utf16le'), 'notes.txt', 'text/plain'],
  ['a table', ascii('a,b\n1,2\n'), 'a.CSV', 'text/csv'],
  ['JSON', ascii('{"a":1}'), 'a.json', 'application/json'],
  ['no JSON', ascii('hello'), 'a.json', 'text/plain'],
  ['Markdown', ascii('# Title'), 'a.md', 'text/markdown'],
  ['source code', ascii('print("hello")'), 'a.py', 'text/plain'],
  ['an iPhone’s picture', mp4({ brand: 'heic', tracks: [] }), 'a.heic', 'image/heic'],
])('%s is a file', async (_, bytes, name, mimeType) => {
  expect(await inspect(bytes, name, 'image/png')).toEqual({ kind: 'file', mimeType });
});

test.each([
  ['HTML', ascii('<!DOCTYPE html><script>alert(1)</script>'), 'a.html'],
  ['HTML that is called a text', ascii('  \n<p onclick="alert(1)">'), 'a.txt'],
  ['HTML behind text', ascii('hello <ScRiPt>alert(1)</script>'), 'a.txt'],
  ['HTML in UTF-16', Buffer.from('\ufeff<html>', 'utf16le'), 'a.txt'],
  ['SVG', ascii('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'a.svg'],
  ['SVG that is called a picture', ascii('<?xml version="1.0"?><svg/>'), 'a.png'],
  ['XHTML', ascii('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>'), 'a.xhtml'],
  ['a table with a page in it', ascii('a,<iframe src=x>'), 'a.csv'],
  ['bytes without a meaning', Buffer.from([1, 2, 3, 0, 5]), 'a.png'],
  ['a film without pictures or sound', mp4({ tracks: [] }), 'a.mp4'],
])('%s is nothing that a browser shows', async (_, bytes, name) => {
  expect(await inspect(bytes, name, 'text/html')).toEqual(OPAQUE);
});

test.each([
  ['a Windows program', Buffer.concat([ascii('MZ'), Buffer.alloc(200)]), 'photo.jpg'],
  ['an ELF program', hex('7f454c46020101'), 'photo.jpg'],
  ['a Mach-O program', hex('cffaedfe'), 'a'],
  ['a Java class', hex('cafebabe00000034'), 'a'],
  ['WebAssembly', hex('0061736d01000000'), 'a'],
  ['a shortcut', hex('4c0000000114020000000000c000000000000046'), 'a'],
  ['a script', ascii('#!/bin/sh\nrm -rf /'), 'readme.txt'],
  ['a script behind a byte order mark', ascii('\xef\xbb\xbf#!/bin/sh'), 'readme.txt'],
  ['JavaScript', ascii('alert(1)'), 'a.js'],
  ['a batch file, with dots and blanks that Windows drops', ascii('dir'), 'a.BAT. '],
  ['PowerShell in letters of full width', ascii('dir'), 'a.ｐｓ1'],
  ['a picture that is called a program', ascii('GIF89a'), 'a.gif.exe'],
  ['a JAR', zip({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0' }), 'a.zip'],
  ['an Android package', zip({ 'AndroidManifest.xml': 'x', 'classes.dex': 'x' }), 'a.zip'],
  ['a Debian package', ascii('!<arch>\ndebian-binary   0'), 'a'],
])('%s is refused', async (_, bytes, name) => {
  await expect(inspect(bytes, name, 'image/jpeg')).rejects.toMatchObject({ code: 'unsupported_media_type' });
});

test('an installer is refused by what its root entry says, whatever its name', async () => {
  const bytes = hex('d0cf11e0a1b11ae1');
  bytes.writeUInt16LE(9, 0x1e);
  bytes.writeUInt32LE(0, 0x30);
  const installer = Buffer.concat([bytes, Buffer.alloc(1024)]);
  Buffer.from('84100c0000000000c000000000000046', 'hex').copy(installer, 512 + 0x50);
  await expect(inspect(installer, 'a.doc')).rejects.toMatchObject({ code: 'unsupported_media_type' });
});

test('a film of a million boxes is refused before it takes long', async () => {
  const boxes = Buffer.alloc(8_000_000, Buffer.from('000000086d6f6f66', 'hex'));
  const started = performance.now();
  await expect(inspect(Buffer.concat([mp4(), boxes]))).rejects.toMatchObject({
    code: 'unsupported_media_type',
  });
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a length that no file has takes no memory', async () => {
  const before = process.memoryUsage().rss;
  const bytes = wav(1);
  for (const value of [0x7fff_ffff, 0xffff_ffff]) {
    bytes.writeUInt32LE(value, 16);
    await inspect(bytes).catch(() => undefined);
  }
  const tagged = Buffer.concat([id3(Buffer.alloc(10)), mp3(10)]);
  tagged.fill(0x7f, 6, 10);
  await inspect(tagged).catch(() => undefined);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(100);
});

test('an empty file is refused', async () => {
  await expect(inspect('', 'a.txt')).rejects.toMatchObject({
    code: 'validation_failed',
    errors: [{ path: 'body.file', message: 'must not be empty' }],
  });
});

test.each([
  ['a film without its end', mp4().subarray(0, -50)],
  ['a film without its movie box', mp4().subarray(0, 500)],
  ['a recording without its tracks', webm(3).subarray(0, 80)],
  ['a FLAC within its header', flac(1).subarray(0, 30)],
])('%s is refused', async (_, bytes) => {
  await expect(inspect(bytes)).rejects.toMatchObject({ code: 'unsupported_media_type' });
});
