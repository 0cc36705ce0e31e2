import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { File } from '../../../src/contracts/files';
import { download, upload, uploaded } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newName, problem, until, wrongFields } from '../auth/answers';

const MAX_BYTES = 300_000;
const QUOTA_BYTES = 500_000;

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({
    RATE_LIMITS: 'off',
    UPLOAD_MAX_BYTES: String(MAX_BYTES),
    UPLOAD_QUOTA_BYTES: String(QUOTA_BYTES),
  });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
});
afterEach(async () => {
  await until('the folder to be empty', async () => (await incoming()).length === 0);
});
afterAll(() => server.stop());

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const incoming = (): Promise<string[]> => readdir(path.join(server.home.dataDir, 'tmp')).catch(() => []);
const post = () => server.request.post('/api/v1/files').set(ada.authorization);
const rows = async () => {
  const { reader } = await server.database();
  return { files: await reader.file.count(), blobs: await reader.blob.count() };
};
const signed = (path: string) =>
  expect.stringMatching(new RegExp(`^/api/v1/files/${path}\\?expires=\\d{10}&signature=[\\w-]{43}$`));

describe('POST /files', () => {
  test('answers what the bytes are, and keeps them as they are', async () => {
    const bytes = randomBytes(200_000);
    const { body } = await upload(server, ada, bytes, { filename: 'notes.bin' }).expect(201);
    const file = body as File;
    expect(file).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind: 'file',
      mimeType: 'application/octet-stream',
      size: 200_000,
      name: 'notes.bin',
      url: signed(file.id),
      sha256: sha256(bytes),
    });
    expect((await download(server, file.url).expect(200)).body).toEqual(bytes);
  });

  test('a picture has a size and a thumbnail', async () => {
    const file = await uploaded(server, ada, tinyPng(640, 400), { filename: 'view.png' });
    expect(file).toMatchObject({ kind: 'image', mimeType: 'image/png', width: 640, height: 400 });
    expect(file.thumbnailUrl).toEqual(signed(`${file.id}/thumbnail`));
    const thumbnail = await download(server, file.thumbnailUrl!).expect(200);
    expect(thumbnail.headers['content-type']).toBe('image/webp');
  });

  test.each([
    ['Größe 写真 😀.txt', 'Größe 写真 😀.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\x.doc', 'x.doc'],
    ['a\u202Efdp.txt', 'afdp.txt'],
    ['..', 'file'],
  ])('is called %j → %j', async (filename, name) => {
    expect((await uploaded(server, ada, randomBytes(9), { filename })).name).toBe(name);
  });

  test('the same bytes are stored once, whoever sends them, also at the same moment', async () => {
    const bytes = randomBytes(1_000);
    const before = await rows();
    const bob = await makePerson(server, newName());
    const files = await Promise.all([ada, bob, ada, bob].map((person) => uploaded(server, person, bytes)));
    expect(new Set(files.map(({ id }) => id)).size).toBe(4);
    expect(await rows()).toEqual({ files: before.files + 4, blobs: before.blobs + 1 });
    for (const { url } of files) expect((await download(server, url).expect(200)).body).toEqual(bytes);
  });

  test('413 for a file that is too large, whether it says so before or not', async () => {
    const { body } = await upload(server, ada, randomBytes(MAX_BYTES + 1)).expect(413);
    expect(body).toEqual(problem('payload_too_large'));
    const far = await upload(server, ada, randomBytes(MAX_BYTES + 100_000)).expect(413);
    expect(far.body).toEqual(problem('payload_too_large'));
    await upload(server, ada, randomBytes(MAX_BYTES)).expect(201);
  });

  test('413 when all one has takes up the room; what is removed makes room', async () => {
    const first = await uploaded(server, ada, randomBytes(QUOTA_BYTES - 250_000));
    await uploaded(server, ada, randomBytes(250_000));
    const { body } = await upload(server, ada, randomBytes(1)).expect(413);
    expect(body).toEqual(problem('quota_exceeded'));
    await server.request.delete(`/api/v1/files/${first.id}`).set(ada.authorization).expect(204);
    await upload(server, ada, randomBytes(1)).expect(201);
  });

  test('of many at the same moment only as many as there is room for are kept', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => upload(server, ada, randomBytes(120_000))),
    );
    const stored = answers.filter(({ status }) => status === 201);
    expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 413)).toEqual(
      [],
    );
    expect(stored).toHaveLength(4);
    const { reader } = await server.database();
    const { _sum } = await reader.file.aggregate({ where: { ownerId: ada.id }, _sum: { size: true } });
    expect(Number(_sum.size)).toBe(4 * 120_000);
  });

  test('the quota is held in the transaction, too', async () => {
    // Two servers do not know what the other is taking in.
    const { uploads, temporaryFiles } = server.container;
    const identity = { userId: ada.id, sessionId: '' };
    const store = async () => {
      const received = await temporaryFiles.write(randomBytes(QUOTA_BYTES / 2 + 1));
      return uploads.store(identity as never, received, { name: 'x', mimeType: undefined });
    };
    const results = await Promise.allSettled([store(), store(), store()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});

describe('refusals', () => {
  test('400 for a body that is not one file', async () => {
    expect(wrongFields(await post().field('file', 'text').expect(400))).toEqual(['body']);
    expect(wrongFields(await post().attach('other', randomBytes(9), 'a').expect(400))).toEqual(['body']);
    const two = post().attach('file', randomBytes(9), 'a').attach('file', randomBytes(9), 'b');
    expect(wrongFields(await two.expect(400))).toEqual(['body']);
    const none = post().set('Content-Type', 'multipart/form-data; boundary=x').send('--x--\r\n');
    expect(wrongFields(await none.expect(400))).toEqual(['body.file']);
  });

  test('400 for a file without a byte', async () => {
    expect(wrongFields(await upload(server, ada, Buffer.alloc(0)).expect(400))).toEqual(['body.file']);
  });

  test('415 for a body that is not multipart', async () => {
    await post().send({ file: 'x' }).expect(415);
    await post().set('Content-Type', 'image/png').send(tinyPng(8, 8)).expect(415);
  });

  test.each([
    ['what turns the direction of text', 'run.b\u202Eat'],
    ['a control character', 'run.b\u0085at'],
    ['the end of a long name', `${'a'.repeat(251)}.bat${'z'.repeat(20)}`],
  ])('415 for what is called as a program without %s', async (_, filename) => {
    await upload(server, ada, Buffer.from('del *'), { filename }).expect(415);
  });

  test('401 without a token, before anything is read', async () => {
    const { body } = await server.request
      .post('/api/v1/files')
      .attach('file', randomBytes(9), 'a')
      .expect(401);
    expect(body.code).toBe('unauthenticated');
  });

  test('429 after six hundred an hour', async () => {
    const limited = await startTestServer();
    try {
      const eve = await makePerson(limited, newName());
      const again = () => limited.request.post('/api/v1/files').set(eve.authorization).send({});
      for (let tries = 0; tries < 600; tries += 1) await again().expect(415);
      expectTooMany(await again().expect(429), 'rate_limited', 3_600);
    } finally {
      await limited.stop();
    }
  });
});
