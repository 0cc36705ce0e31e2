import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { loadConfig, type S3Config } from '../../../src/config/env';
import { randomKey } from '../../../src/helpers/hashing';
import { openStorage } from '../../../src/services/files/storage/open-storage';
import { S3Storage } from '../../../src/services/files/storage/s3-storage';
import { MissingObject, type ObjectStorage } from '../../../src/services/files/storage/storage';
import { freePort } from '../../support/free-port';
import { startS3, type S3Server } from '../../support/s3';

let folder: string;
let s3: S3Server;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'chat-storage-'));
  s3 = await startS3();
});
afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

const withSettings = (settings: Readonly<Record<string, string>>): ObjectStorage =>
  openStorage(loadConfig({ NODE_ENV: 'test', DATA_DIR: folder, ...settings }));

describe.each([
  ['a folder', () => ({})],
  ['a bucket', () => s3.settings],
])('%s', (_, settings) => {
  let storage: ObjectStorage;
  beforeAll(() => {
    storage = withSettings(settings());
  });
  afterAll(() => storage.close());

  const fileOf = async (bytes: Buffer): Promise<string> => {
    const file = path.join(folder, randomKey());
    await writeFile(file, bytes);
    return file;
  };
  const read = async (key: string, range?: { start: number; end: number }): Promise<Buffer> =>
    buffer(await storage.open(key, range));

  test.each([
    ['nothing', 0],
    ['a byte', 1],
    ['some', 70_000],
    ['more than a part', 12_000_000],
  ])('gives back %s as it was put, from a file or from memory', async (_size, size) => {
    const bytes = randomBytes(size);
    const [fromFile, fromMemory] = [randomKey(), randomKey()];
    await storage.put(fromFile, await fileOf(bytes));
    await storage.put(fromMemory, bytes);
    expect((await read(fromFile)).equals(bytes)).toBe(true);
    expect((await read(fromMemory)).equals(bytes)).toBe(true);
    await storage.remove(fromFile);
    await storage.remove(fromMemory);
  });

  test('gives a part', async () => {
    const key = randomKey();
    const bytes = randomBytes(1_000);
    await storage.put(key, bytes);
    expect(await read(key, { start: 10, end: 19 })).toEqual(bytes.subarray(10, 20));
    expect(await read(key, { start: 999, end: 999 })).toEqual(bytes.subarray(999));
    await storage.remove(key);
  });

  test('has nothing under a key that nothing was put under, or that was removed; removing twice is fine', async () => {
    const key = randomKey();
    await expect(storage.open(key)).rejects.toBeInstanceOf(MissingObject);
    expect(await storage.sizeOf(key)).toBeUndefined();
    await storage.put(key, randomBytes(9));
    expect(await storage.sizeOf(key)).toBe(9);
    await storage.remove(key);
    await storage.remove(key);
    await expect(storage.open(key)).rejects.toBeInstanceOf(MissingObject);
  });

  test('lists what it has by key, page by page, with sizes', async () => {
    const sizes = new Map(Array.from({ length: 23 }, (_item, index) => [randomKey(), index]));
    for (const [key, size] of sizes) await storage.put(key, randomBytes(size));
    const found = [];
    for (let after = ''; ;) {
      const page = await storage.list(after, 5);
      expect(page.length).toBeLessThanOrEqual(5);
      if (page.length === 0) break;
      found.push(...page);
      after = page.at(-1)?.key ?? '';
    }
    const expected = [...sizes].map(([key, size]) => ({ key, size }));
    expect(found).toEqual(expected.sort((left, right) => (left.key < right.key ? -1 : 1)));
    for (const key of sizes.keys()) await storage.remove(key);
    expect(await storage.list('', 5)).toEqual([]);
  });

  test('takes nothing else for a key', async () => {
    for (const key of ['', '../../secret', 'A'.repeat(32), `${randomKey()}/..`, `${randomKey()}\0`]) {
      await expect(storage.put(key, randomBytes(1))).rejects.toThrow('not a key');
      await expect(storage.open(key)).rejects.toThrow('not a key');
      await expect(storage.remove(key)).rejects.toThrow('not a key');
    }
  });

  test('puts many at once', async () => {
    const keys = Array.from({ length: 20 }, randomKey);
    await Promise.all(keys.map((key) => storage.put(key, Buffer.from(key))));
    for (const key of keys) expect((await read(key)).toString()).toBe(key);
    for (const key of keys) await storage.remove(key);
  });
});

test('a full disk is unavailable, and leaves nothing', async () => {
  const storage = withSettings({});
  const key = randomKey();
  const place = path.join(folder, 'files', key.slice(0, 2), key.slice(2, 4));
  await mkdir(place, { recursive: true });
  await symlink('/dev/full', path.join(place, `${key}.part`));
  await expect(storage.put(key, randomBytes(9))).rejects.toMatchObject({ code: 'unavailable' });
  expect(existsSync(path.join(place, `${key}.part`))).toBe(false);
  expect(await storage.list('', 5)).toEqual([]);
});

test('a folder is listed in spite of what others have put there', async () => {
  const storage = withSettings({});
  const key = randomKey();
  await storage.put(key, randomBytes(9));
  for (const name of ['.DS_Store', 'zz', path.join(key.slice(0, 2), 'notes')])
    await writeFile(path.join(folder, 'files', name), 'x');
  expect(await storage.list('', 5)).toEqual([{ key, size: 9 }]);
});

test('a bucket that takes what is said to it, and says nothing, is unavailable', async () => {
  const mute = createServer((socket) => void socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  const config = loadConfig({ NODE_ENV: 'test', ...s3.settings, S3_ENDPOINT: `http://127.0.0.1:${port}` });
  const storage = new S3Storage(config.files.s3 as S3Config, { answerMs: 100 });
  const unavailable = { code: 'unavailable' };
  await expect(storage.put(randomKey(), randomBytes(9))).rejects.toMatchObject(unavailable);
  await expect(storage.open(randomKey())).rejects.toMatchObject(unavailable);
  storage.close();
  mute.close();
}, 10_000);

test('a bucket that does not answer, or is not there, is unavailable', async () => {
  for (const settings of [
    { ...s3.settings, S3_ENDPOINT: `http://127.0.0.1:${await freePort()}` },
    { ...s3.settings, S3_BUCKET: 'another' },
    { ...s3.settings, S3_ACCESS_KEY_ID: 'nobody' },
  ]) {
    const storage = withSettings(settings);
    const unavailable = { code: 'unavailable' };
    await expect(storage.put(randomKey(), randomBytes(9))).rejects.toMatchObject(unavailable);
    await expect(storage.open(randomKey())).rejects.toMatchObject(unavailable);
    await expect(storage.list('', 5)).rejects.toMatchObject(unavailable);
    storage.close();
  }
}, 60_000);
