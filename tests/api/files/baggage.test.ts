import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { download, upload, uploaded } from '../../support/files';
import { box, mp4 } from '../../support/media-samples';
import { makePerson, type Person } from '../../support/people';
import { called, plain } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { newName } from '../auth/answers';

const WHO = 'Ada Lovelace, 12 Saint James Square';
const WHERE = '+51.5074-000.1278/';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

/** What others get of it. */
async function seen(bytes: Buffer, filename: string) {
  const file = await uploaded(server, ada, bytes, { filename });
  const { body } = await download(server, file.url).expect(200);
  expect(file.sha256).toBe(createHash('sha256').update(body).digest('hex'));
  return { file, bytes: body as Buffer };
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

test('a phone’s HEIC keeps its picture and loses who took it and where', async () => {
  const avif = await plain(64, 48)
    .withExif({ IFD0: { Copyright: WHO }, IFD3: { GPSLatitude: '51/1 30/1 26/1' } })
    .avif()
    .toBuffer();
  expect((await sharp(avif).metadata()).exif?.includes(WHO)).toBe(true);
  const { file, bytes } = await seen(called(avif, 'heic'), 'IMG_0001.HEIC');
  expect(file).toMatchObject({ kind: 'file', mimeType: 'image/heic', size: avif.length });
  expect(bytes.includes(WHO)).toBe(false);
  expect(await sharp(called(bytes, 'avif')).raw().toBuffer()).toEqual(await sharp(avif).raw().toBuffer());
});

test('a film keeps its pictures and loses who made it and where', async () => {
  const place = box('udta', box('\u00a9xyz', latin1(`\0\x12\x15\xc7${WHERE}`)));
  const apple = box('meta', box('hdlr', latin1(`\0\0\0\0\0\0\0\0mdta${WHO}`)), box('ilst', latin1(WHERE)));
  const film = mp4({ more: [place, apple] });
  const { file, bytes } = await seen(film, 'clip.mp4');
  expect(file).toMatchObject({ kind: 'video', duration: 7, width: 640, size: film.length });
  expect(bytes.includes(WHERE) || bytes.includes(WHO) || bytes.includes('udta')).toBe(false);
  // Nothing else moved, and what is left is a film like the one without.
  const plainFilm = mp4();
  const moov = plainFilm.indexOf('moov');
  expect(bytes.subarray(0, moov - 4)).toEqual(plainFilm.subarray(0, moov - 4));
  expect(bytes.subarray(moov, plainFilm.length)).toEqual(plainFilm.subarray(moov));
});

test('a song keeps its title', async () => {
  const song = mp4({ brand: 'M4A ', tracks: ['soun'], more: [box('udta', latin1(WHO))] });
  expect((await seen(song, 'song.m4a')).bytes).toEqual(song);
});

test('a HEIC whose extents overlap a thousand times is refused before it is written a thousand times', async () => {
  const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
  const extents = Array.from({ length: 1_000 }, () => latin1('\0\0\0\x10\0\0\x20\0'));
  const iloc = box('iloc', latin1('\0\0\0\0'), u16(0x4400), u16(1), u16(1), u16(0), u16(1_000), ...extents);
  const infe = box('infe', latin1('\x02\0\0\0'), u16(1), u16(0), latin1('Exif\0'));
  const iinf = box('iinf', latin1('\0\0\0\0'), u16(1), infe);
  const bytes = Buffer.concat([
    box('ftyp', latin1('heic\0\0\0\0heic')),
    box('meta', latin1('\0\0\0\0'), iinf, iloc),
    box('mdat', Buffer.alloc(20_000, 1)),
  ]);
  const { body } = await upload(server, ada, bytes, { filename: 'a.heic' }).expect(415);
  expect(body.code).toBe('unsupported_media_type');
});

test('a HEIC whose list of contents leads nowhere is refused', async () => {
  const avif = await plain(64, 48)
    .withExif({ IFD0: { Copyright: WHO } })
    .avif()
    .toBuffer();
  const iloc = avif.indexOf('iloc');
  const broken = called(avif, 'heic').fill(0xff, iloc + 12, iloc + 40);
  const { body } = await upload(server, ada, broken, { filename: 'a.heic' }).expect(415);
  expect(body.code).toBe('unsupported_media_type');
});
