import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { AVATAR_MAX_BYTES } from '../../../src/contracts/account';
import { makePerson, type Person } from '../../support/people';
import { plain, tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newName, problem, wrongFields } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ada = await makePerson(server, newName());
});
afterEach(async () => {
  const { body } = await server.request.get('/api/v1/users/me').set(ada.authorization).expect(200);
  expect(body).toEqual(ada.user);
  const folder = path.join(server.home.dataDir, 'avatars');
  expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
});
afterAll(() => server.stop());

const mine = '/api/v1/users/me/avatar';
const put = () => server.request.put(mine).set(ada.authorization);
const show = (picture: Buffer | string) =>
  put().attach('file', Buffer.from(picture as Buffer), { filename: 'me.png', contentType: 'image/png' });

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);
const noise = (kind: 'jpeg' | 'png' | 'webp' | 'gif'): Promise<Buffer> =>
  plain(300, 300)
    .composite([
      {
        input: Buffer.from(Array.from({ length: 27_000 }, (_, index) => (index * 7919) % 251)),
        raw: { width: 100, height: 90, channels: 3 },
      },
    ])
    [kind]()
    .toBuffer();

describe('what is no picture is 415, whatever it is called', () => {
  test.each<[string, () => Buffer | string | Promise<Buffer>]>([
    ['nothing at all', () => Buffer.alloc(0)],
    ['text', () => 'hello'],
    ['HTML', () => '<!doctype html><script>alert(1)</script>'],
    ['SVG', () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>'],
    [
      'SVG that reads files',
      () =>
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>',
    ],
    [
      'PDF with a picture behind it',
      async () => Buffer.concat([Buffer.from('%PDF-1.7\n'), await noise('jpeg')]),
    ],
    ['TIFF', () => plain(9, 9).tiff().toBuffer()],
    ['a GIF that is a script', () => 'GIF89a/*    */=1;alert(1)'],
    ['HEIC', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')],
    ['the first bytes of a JPEG', () => Buffer.from('ffd8ffe000104a464946', 'hex')],
    ['half a JPEG', async () => half(await noise('jpeg'))],
    ['half a PNG', async () => half(await noise('png'))],
    ['half a WebP', async () => half(await noise('webp'))],
    ['half a GIF', async () => half(await noise('gif'))],
  ])('%s', async (_, picture) => {
    const { body } = await show(await picture()).expect(415);
    expect(body).toEqual(problem('unsupported_media_type', { detail: expect.stringContaining('WebP') }));
  });
});

describe('too large', () => {
  test('is 413 above 5 MiB; exactly that much is looked at', async () => {
    const { body } = await show(Buffer.alloc(AVATAR_MAX_BYTES + 1)).expect(413);
    expect(body).toEqual(problem('payload_too_large'));
    await show(Buffer.alloc(AVATAR_MAX_BYTES)).expect(415);
  });

  test.each([
    ['64 million pixels in some kilobytes', 8_000, 8_000],
    ['a thread of 17,000 pixels', 17_000, 1],
    ['a header that claims ten thousand million of them', 100_000, 100_000, 1],
  ])('is 400 for %s, in no time', async (_, width, height, rows = height) => {
    const start = Date.now();
    expect(wrongFields(await show(tinyPng(width, height, rows)).expect(400))).toEqual(['body.file']);
    expect(Date.now() - start).toBeLessThan(2_000);
  });

  test('is 400 for 20 million pixels of AVIF, which takes more memory than others', async () => {
    const picture = await plain(5_000, 4_000).avif({ effort: 0 }).toBuffer();
    const { body } = await show(picture).expect(400);
    expect(body.errors).toEqual([
      { path: 'body.file', message: 'must have at most 16 million pixels and 16384 on a side' },
    ]);
  });
});

describe('400 for a body that is not one file', () => {
  const picture = tinyPng(8, 8);
  const type = 'multipart/form-data; boundary=x';
  const part = (name: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\n\r\n`;

  test('no file', async () => {
    expect(wrongFields(await put().expect(400))).toEqual(['body.file']);
    expect(wrongFields(await put().set('Content-Type', type).send('--x--\r\n').expect(400))).toEqual([
      'body.file',
    ]);
  });

  test('another field, a text field, or two files', async () => {
    for (const wrong of [
      put().attach('avatar', picture, 'a'),
      put().field('file', 'text'),
      put().attach('file', picture, 'a').field('more', 'text'),
      put().attach('file', picture, 'a').attach('file', picture, 'b'),
    ])
      expect(wrongFields(await wrong.expect(400))).toEqual(['body']);
  });

  test('broken multipart', async () => {
    for (const [contentType, body] of [
      ['multipart/form-data', 'x'],
      [type, 'nonsense'],
      [type, part('file')],
      [type, `${part('file')}cut off`],
      [type, '--x\r\nno header\r\n\r\nx\r\n--x--\r\n'],
    ] as const) {
      const answer = await put().set('Content-Type', contentType).send(body).expect(400);
      expect(answer.body.code).toBe('validation_failed');
    }
  });
});

test('a body that is not multipart is 415', async () => {
  const { body } = await put().send({ file: 'x' }).expect(415);
  expect(body).toEqual(problem('unsupported_media_type', { detail: expect.stringContaining('multipart') }));
  await put().set('Content-Type', 'image/png').send(tinyPng(8, 8)).expect(415);
});

test('multipart passes nowhere else', async () => {
  for (const [method, url] of [
    ['patch', '/api/v1/users/me'],
    ['put', '/api/v1/users/me/password'],
    ['post', '/api/v1/users/me/avatar'],
    ['put', '/api/v1/users/me/avatar/x'],
  ] as const) {
    const answer = await server.request[method](url)
      .set(ada.authorization)
      .attach('file', tinyPng(8, 8), 'a');
    expect([url, answer.status]).toEqual([url, 415]);
  }
});

test('is 401 without a token', async () => {
  const { body } = await server.request.put(mine).attach('file', tinyPng(8, 8), 'a').expect(401);
  expect(body.code).toBe('unauthenticated');
});

test('thirty an hour', async () => {
  const limited = await startTestServer();
  try {
    const eve = await makePerson(limited, newName());
    const again = () => limited.request.put(mine).set(eve.authorization);
    for (let tries = 0; tries < 30; tries += 1) await again().expect(400);
    expectTooMany(await again().expect(429), 'rate_limited', 3_600);
  } finally {
    await limited.stop();
  }
});
