import { readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { randomKey } from '../../../src/helpers/hashing';
import { makePerson, type Person } from '../../support/people';
import { moving, plain, quarters, redAndBlue, tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { newName, problem } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

const mine = '/api/v1/users/me/avatar';
const show = (person: Person, picture: Buffer) =>
  server.request.put(mine).set(person.authorization).attach('file', picture, 'me');
const showNothing = (person: Person) => server.request.delete(mine).set(person.authorization);
const folder = (): string => path.join(server.home.dataDir, 'avatars');
const rowOf = async ({ id }: Person) =>
  (await server.database()).reader.user.findUniqueOrThrow({ where: { id } });

/** Shows a picture and fetches what became of it. */
async function shown(picture: Buffer): Promise<{ url: string; bytes: Buffer }> {
  const { body } = await show(ada, picture).expect(200);
  const url = body.avatarUrl as string;
  return { url, bytes: (await server.request.get(url).expect(200)).body as Buffer };
}

describe('PUT /users/me/avatar', () => {
  test('answers the profile, and everybody sees the picture from then on', async () => {
    const { body } = await show(ada, await plain(300, 500).png().toBuffer()).expect(200);
    expect(body).toEqual({
      ...ada.user,
      avatarUrl: expect.stringMatching(/^\/avatars\/[0-9a-f]{32}\.webp$/),
    });
    const bob = await makePerson(server, newName());
    const seen = await server.request.get(`/api/v1/users/${ada.id}`).set(bob.authorization).expect(200);
    expect(seen.body.avatarUrl).toBe(body.avatarUrl);
    const found = await server.request.get(`/api/v1/users?search=${ada.username}`).set(bob.authorization);
    expect(found.body.items[0].avatarUrl).toBe(body.avatarUrl);
    const { body: chat } = await server.request
      .post('/api/v1/chats')
      .set(bob.authorization)
      .send({ userId: ada.id })
      .expect(201);
    expect(chat.peer.avatarUrl).toBe(body.avatarUrl);
  });

  test.each([
    ['JPEG', () => plain(300, 200).jpeg().toBuffer()],
    ['PNG', () => plain(20, 20).png().toBuffer()],
    ['WebP', () => plain(300, 200).webp().toBuffer()],
    ['AVIF', () => plain(64, 64).avif().toBuffer()],
    ['a moving GIF', () => moving('gif')],
    ['a moving WebP', () => moving('webp')],
  ])('makes a square WebP of %s, of a moving one the first frame', async (_, picture) => {
    const { bytes } = await shown(await picture());
    const { format, width, height, pages } = await sharp(bytes).metadata();
    expect({ format, width, height, pages }).toEqual({
      format: 'webp',
      width: 256,
      height: 256,
      pages: undefined,
    });
    expect(await quarters(bytes)).toEqual(['red', 'red', 'red', 'red']);
  });

  test('turns a photo upright and tells nobody where it was taken', async () => {
    const photo = await (
      await redAndBlue()
    )
      .jpeg()
      .withMetadata({ orientation: 6 })
      .withExifMerge({
        IFD0: { Copyright: 'somebody' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
      })
      .withIccProfile('p3')
      .toBuffer();
    const before = await sharp(photo).metadata();
    expect([before.orientation, before.exif !== undefined, before.icc !== undefined]).toEqual([
      6,
      true,
      true,
    ]);
    const { bytes } = await shown(photo);
    // Left became up.
    expect(await quarters(bytes)).toEqual(['red', 'red', 'blue', 'blue']);
    const { orientation, exif, icc, xmp, iptc } = await sharp(bytes).metadata();
    expect([orientation, exif, icc, xmp, iptc]).toEqual(Array(5).fill(undefined));
    expect(bytes.includes('somebody')).toBe(false);
  });

  test('what hangs on behind a picture is gone', async () => {
    const script = '<script>alert(1)</script>';
    const polyglot = Buffer.concat([await plain(20, 20).png().toBuffer(), Buffer.from(script)]);
    expect((await shown(polyglot)).bytes.includes('script')).toBe(false);
  });

  test('a large one in few bytes is read while it keeps to the limit', async () => {
    await shown(tinyPng(7_000, 7_000));
  });

  test('a new one has a new address, and the old file is gone', async () => {
    const [first, second] = [
      await shown(await plain(9, 9).png().toBuffer()),
      await shown(await plain(9, 9).png().toBuffer()),
    ];
    expect(second.url).not.toBe(first.url);
    const gone = await server.request.get(first.url).expect(404);
    expect(gone.body).toEqual(problem('not_found', { detail: 'There is no such picture here' }));
    expect(await readdir(folder())).not.toContain(path.basename(first.url));
  });

  test('of several at the same moment one row and one file are left', async () => {
    const before = await readdir(folder());
    const pictures = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        plain(50 + index, 50)
          .png()
          .toBuffer(),
      ),
    );
    await Promise.all(pictures.map((picture) => show(ada, picture).expect(200)));
    const { avatarKey } = await rowOf(ada);
    expect((await readdir(folder())).filter((name) => !before.includes(name))).toEqual([`${avatarKey}.webp`]);
  });

  test("bumps userVersion and is told to one's own devices", async () => {
    const phone = await connect(server, ada.tokens);
    const { userVersion } = await rowOf(ada);
    await show(ada, tinyPng(8, 8)).expect(200);
    expect(await phone.next('user_updated')).toEqual({ userVersion: userVersion + 1 });
    await showNothing(ada).expect(204);
    expect(await phone.next('user_updated')).toEqual({ userVersion: userVersion + 2 });
    phone.close();
  });
});

describe('DELETE /users/me/avatar', () => {
  test('takes the picture away, also twice, also where there is none', async () => {
    const { url } = await shown(tinyPng(8, 8));
    expect((await showNothing(ada).expect(204)).text).toBe('');
    await server.request.get(url).expect(404);
    const { userVersion } = await rowOf(ada);
    await showNothing(ada).expect(204);
    expect(await rowOf(ada)).toMatchObject({ avatarKey: null, userVersion });
    const { body } = await server.request.get('/api/v1/users/me').set(ada.authorization).expect(200);
    expect(body).toEqual(ada.user);
  });

  test('is 401 without a token', async () => {
    await server.request.delete(mine).expect(401);
  });
});

describe('GET /avatars/{file}', () => {
  test('needs no token, may be kept for ever and shown anywhere', async () => {
    const { url } = await shown(tinyPng(8, 8));
    const answer = await server.request.get(url).expect(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });

  test('is 404 for everything else, wherever it points', async () => {
    const { url } = await shown(tinyPng(8, 8));
    const file = path.basename(url);
    await writeFile(path.join(folder(), 'secret.webp'), 'secret');
    for (const other of [
      `${randomKey()}.webp`,
      file.toUpperCase(),
      file.replace('.webp', ''),
      file.replace('.webp', '.png'),
      `${file}%00`,
      `x${file}`,
      'secret.webp',
      '..%2fchat.db',
      '..%2f..%2f..%2fetc%2fpasswd',
      `..%2favatars%2f${file}`,
      `.%2f${file}`,
      '',
    ]) {
      const { body } = await server.request.get(`/avatars/${other}`).expect(404);
      expect([other, body.code]).toEqual([other, 'not_found']);
    }
    await server.request.put(url).send({}).expect(404);
  });
});

describe('the sweep', () => {
  const longAgo = new Date(Date.now() - 2 * 3_600_000);
  const leave = async (name: string, time?: Date): Promise<string> => {
    await writeFile(path.join(folder(), name), 'x');
    if (time) await utimes(path.join(folder(), name), time, time);
    return name;
  };

  test("removes what is nobody's and older than an hour, and nothing else", async () => {
    const used = path.basename((await shown(tinyPng(8, 8))).url);
    await utimes(path.join(folder(), used), longAgo, longAgo);
    const gone = [
      await leave(`${randomKey()}.webp`, longAgo),
      await leave(`${randomKey()}.part`, longAgo),
      await leave(used.replace('webp', 'part'), longAgo),
    ];
    const kept = [
      used,
      await leave(`${randomKey()}.webp`),
      await leave(`${randomKey()}.part`),
      await leave('not-ours.txt', longAgo),
    ];
    await server.container.accounts.sweep();
    const left = await readdir(folder());
    expect(gone.filter((name) => left.includes(name))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining(kept));
  });

  test('goes on behind a thousand files, and begins again', async () => {
    await Promise.all(Array.from({ length: 1_000 }, () => leave(`0${randomKey().slice(1)}.webp`)));
    const last = await leave(`${'f'.repeat(32)}.webp`, longAgo);
    await server.container.accounts.sweep();
    expect(await readdir(folder())).toContain(last);
    await server.container.accounts.sweep();
    expect(await readdir(folder())).not.toContain(last);
    const first = await leave(`${'0'.repeat(32)}.webp`, longAgo);
    await server.container.accounts.sweep();
    expect(await readdir(folder())).not.toContain(first);
  });
});
