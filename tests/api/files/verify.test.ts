import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, truncate, writeFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { File } from '../../../src/contracts/files';
import { randomKey } from '../../../src/helpers/hashing';
import { openStorage } from '../../../src/services/files/storage/open-storage';
import { verifyFiles } from '../../../src/services/files/verify';
import { uploaded } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

const ROOT = path.join(__dirname, '../../..');
const FILES = 12;

let server: TestServer;
let ada: Person;
let files: File[];
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ada = await makePerson(server);
  files = [];
  for (let count = 0; count < FILES; count += 1) files.push(await uploaded(server, ada, randomBytes(100)));
});
afterAll(() => server.stop());

const pathOf = (key: string): string =>
  path.join(server.home.dataDir, 'files', key.slice(0, 2), key.slice(2, 4), key);
async function keyOf(file: File | undefined): Promise<string> {
  const { reader } = await server.database();
  return (await reader.blob.findUniqueOrThrow({ where: { sha256: file?.sha256 ?? '' } })).storageKey;
}
const verify = async (progress: (checked: number, total: number) => void = () => undefined) =>
  verifyFiles(await server.database(), openStorage(server.container.config), progress);
/** @returns the exit code and what was printed */
async function byScript(): Promise<[number, string]> {
  const { config } = server.container;
  const env = { PATH: process.env.PATH, ...server.home.settings, LOG_LEVEL: 'silent' };
  const args = [
    '-r',
    path.join(ROOT, 'tests/support/swc-register.cjs'),
    path.join(ROOT, 'scripts/files-verify.ts'),
  ];
  return promisify(execFile)(process.execPath, args, { cwd: config.dataDir, env }).then(
    ({ stdout }): [number, string] => [0, stdout],
    ({ code, stdout }: { code: number; stdout: string }): [number, string] => [code, stdout],
  );
}

test('finds nothing where all is well, and tells how far it is', async () => {
  const told: number[][] = [];
  expect(await verify((...progress) => told.push(progress))).toEqual({
    checked: FILES,
    missing: [],
    wrongSizes: [],
    orphans: [],
  });
  expect(told).toEqual([[FILES, FILES]]);
  const [code, output] = await byScript();
  expect([code, output]).toEqual([0, expect.stringContaining('12 checked: 0 missing')]);
});

test('does not take what waits for the sweep for an orphan', async () => {
  const key = randomKey();
  const { writer } = await server.database();
  await writer.strayObject.create({ data: { storageKey: key, since: new Date() } });
  await mkdir(path.dirname(pathOf(key)), { recursive: true });
  await writeFile(pathOf(key), 'x');
  expect((await verify()).orphans).toEqual([]);
});

test('finds what is missing, of a wrong size, and unknown, wherever it stands', async () => {
  const keys = (await Promise.all(files.map(keyOf))).sort();
  const [first = '', second = ''] = keys;
  const last = keys.at(-1) ?? '';
  const orphans = ['0'.repeat(32), randomKey(), 'f'.repeat(32)].sort();
  for (const key of orphans) {
    await mkdir(path.dirname(pathOf(key)), { recursive: true });
    await writeFile(pathOf(key), 'x');
  }
  await rm(pathOf(first));
  await truncate(pathOf(second), 50);
  await rm(pathOf(last));
  expect(await verify()).toEqual({
    checked: FILES,
    missing: [first, last],
    wrongSizes: [second],
    orphans,
  });
  const [code, output] = await byScript();
  expect([code, output]).toEqual([1, expect.stringContaining(`missing: ${first}`)]);
});
