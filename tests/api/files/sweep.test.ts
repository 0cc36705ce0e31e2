import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { File } from '../../../src/contracts/files';
import { randomKey } from '../../../src/helpers/hashing';
import { createFiles, type Files } from '../../../src/services/files';
import { attach, download, uploaded } from '../../support/files';
import { createGroup, groupOf } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { newName } from '../auth/answers';

const HOUR_MS = 3_600_000;

let server: TestServer;
let ada: Person;
/** The same a day later, and an hour before that. */
let tomorrow: Files;
let almostTomorrow: Files;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ada = await makePerson(server, newName());
  const { config, logger, database } = server.container;
  const later = (milliseconds: number) =>
    createFiles({
      database,
      config,
      logger,
      bus: server.container.bus,
      clock: () => new Date(Date.now() + milliseconds),
    });
  tomorrow = later(24 * HOUR_MS + 1_000);
  almostTomorrow = later(23 * HOUR_MS);
});
afterAll(() => server.stop());

const objects = (): string[] =>
  readdirSync(path.join(server.home.dataDir, 'files'), { recursive: true })
    .map((name) => path.join(server.home.dataDir, 'files', String(name)))
    .filter((name) => statSync(name).isFile())
    .map((name) => path.basename(name))
    .sort();
const keysOf = async (): Promise<string[]> => {
  const { reader } = await server.database();
  return (await reader.blob.findMany()).map(({ storageKey }) => storageKey).sort();
};
const status = async ({ id }: File): Promise<number> =>
  (await download(server, `/api/v1/files/${id}`, ada)).status;
/** A new message of a new group, with a file. */
async function posted(file: File) {
  const { id } = await createGroup(server, ada);
  const group = groupOf(server, id);
  const message = (await group.post(ada, '/messages', { content: 'look' }).expect(201)).body;
  await attach(server, message, file.id);
  return group;
}

test('a file that no message has goes after a day, with its thumbnail and its bytes', async () => {
  const picture = await uploaded(server, ada, tinyPng(400, 300));
  await almostTomorrow.fileSweep.sweep();
  expect(await status(picture)).toBe(200);
  await tomorrow.fileSweep.sweep();
  expect(await status(picture)).toBe(404);
  expect(objects()).toEqual(await keysOf());
  const { reader } = await server.database();
  expect(await reader.strayObject.count()).toBe(0);
});

test('what a message has stays, and so do bytes that another file has', async () => {
  const bytes = randomBytes(100);
  const [kept, unused] = [await uploaded(server, ada, bytes), await uploaded(server, ada, bytes)];
  await posted(kept);
  await tomorrow.fileSweep.sweep();
  expect([await status(kept), await status(unused)]).toEqual([200, 404]);
  expect((await download(server, kept.url).expect(200)).body).toEqual(bytes);
});

test('a file whose row says that no message has it stays when one does', async () => {
  const file = await uploaded(server, ada);
  await posted(file);
  const { writer } = await server.database();
  await writer.file.update({ where: { id: file.id }, data: { unattachedSince: new Date(0) } });
  await tomorrow.fileSweep.sweep();
  expect(await status(file)).toBe(200);
  await writer.file.update({ where: { id: file.id }, data: { unattachedSince: null } });
});

test('the files of a deleted conversation are released; those that another one has, too, are not', async () => {
  const [only, shared] = [await uploaded(server, ada), await uploaded(server, ada)];
  const group = await posted(only);
  const message = (await group.post(ada, '/messages', { content: 'look' }).expect(201)).body;
  await attach(server, message, shared.id);
  await posted(shared);
  await group.delete(ada).expect(204);
  await server.container.deletion.sweep();
  const { reader } = await server.database();
  const rowOf = ({ id }: File) => reader.file.findUniqueOrThrow({ where: { id } });
  expect((await rowOf(only)).unattachedSince).toBeInstanceOf(Date);
  expect((await rowOf(shared)).unattachedSince).toBeNull();
  await tomorrow.fileSweep.sweep();
  expect([await status(only), await status(shared)]).toEqual([404, 200]);
});

test('objects that belong to no blob go after a day, when they are known', async () => {
  const file = await uploaded(server, ada);
  const { reader, writer } = await server.database();
  const { storageKey } = await reader.blob.findUniqueOrThrow({ where: { sha256: file.sha256 } });
  const [died, neverWritten] = [randomKey(), randomKey()];
  for (const key of [died, neverWritten])
    await writer.strayObject.create({ data: { storageKey: key, since: new Date() } });
  await tomorrow.fileSweep.sweep();
  expect(await reader.strayObject.count()).toBe(0);
  expect(objects()).not.toContain(storageKey);
});

test('an object that cannot be removed holds up no other', async () => {
  const { writer } = await server.database();
  const [stuck, other] = ['0'.repeat(32), 'f'.repeat(32)] as const;
  // A folder where the object should be.
  mkdirSync(path.join(server.home.dataDir, 'files', '00', '00', stuck), { recursive: true });
  await writer.strayObject.createMany({
    data: [
      { storageKey: stuck, since: new Date(0) },
      { storageKey: other, since: new Date(1) },
    ],
  });
  await tomorrow.fileSweep.sweep();
  const left = await writer.strayObject.findMany({ where: { storageKey: { in: [stuck, other] } } });
  expect(left.map(({ storageKey }) => storageKey)).toEqual([stuck]);
  await writer.strayObject.deleteMany({ where: { storageKey: stuck } });
  rmdirSync(path.join(server.home.dataDir, 'files', '00', '00', stuck));
});

test('several sweeps and uploads of the same bytes at once keep what is needed and nothing else', async () => {
  const bytes = randomBytes(5_000);
  for (let round = 0; round < 5; round += 1) {
    await uploaded(server, ada, bytes);
    const [kept] = await Promise.all([
      uploaded(server, ada, bytes),
      tomorrow.fileSweep.sweep(),
      uploaded(server, ada, bytes),
      tomorrow.fileSweep.sweep(),
    ]);
    const found = await download(server, `/api/v1/files/${kept.id}`, ada);
    // The sweep of tomorrow may have taken it; if it has not, it is whole.
    if (found.status === 200) expect(found.body).toEqual(bytes);
    else expect(found.status).toBe(404);
  }
  await tomorrow.fileSweep.sweep();
  await tomorrow.fileSweep.sweep();
  expect(objects()).toEqual(await keysOf());
});
