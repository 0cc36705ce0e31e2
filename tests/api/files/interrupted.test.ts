import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { request as open, type ClientRequest } from 'node:http';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { upload } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { smallDisk } from '../../support/small-disk';
import { newName, problem, until } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

const folder = (): string => path.join(server.home.dataDir, 'tmp');
const incoming = (): string[] => readdirSync(folder());

/** The beginning of an upload that says it has a megabyte. */
function begin(bytes: Buffer): ClientRequest {
  const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  const request = open(`${server.url}/api/v1/files`, {
    method: 'POST',
    headers: {
      ...ada.authorization,
      'Content-Type': 'multipart/form-data; boundary=x',
      'Content-Length': 1_000_000,
    },
  });
  request.on('error', () => undefined);
  request.write(head);
  request.write(bytes);
  return request;
}

test('an upload that is broken off leaves nothing', async () => {
  mkdirSync(folder(), { recursive: true });
  const request = begin(randomBytes(400_000));
  await until('the first bytes to come in', () => Promise.resolve(incoming().length === 1));
  request.destroy();
  await until('them to be gone', () => Promise.resolve(incoming().length === 0));
  const { reader } = await server.database();
  expect(await reader.file.count({ where: { ownerId: ada.id } })).toBe(0);
});

test('uploads that are broken off give their room back', async () => {
  const room = 5 * 1024 ** 3;
  const requests = Array.from({ length: 5 }, () => begin(randomBytes(1_000)));
  await until('them to come in', () => Promise.resolve(incoming().length === 5));
  const { uploads } = server.container;
  const identity = { userId: ada.id } as never;
  await expect(uploads.admit(identity, room - 1_000_000)).rejects.toMatchObject({ code: 'quota_exceeded' });
  for (const request of requests) request.destroy();
  await until('them to be gone', () => Promise.resolve(incoming().length === 0));
  const release = await until('their room', () =>
    uploads.admit(identity, room - 1_000_000).catch(() => null),
  );
  release();
});

test('who is gone before their room is kept does not keep it', async () => {
  const { uploads } = server.container;
  const asked = jest.spyOn(uploads, 'admit');
  const released = new Promise<number>((resolve) => {
    asked.mockImplementationOnce(async (identity, bytes) => {
      request.destroy();
      const release = await uploads.admit(identity, bytes);
      // Until the server has heard of it.
      await wait(200);
      return () => {
        release();
        resolve(bytes);
      };
    });
  });
  const request = begin(randomBytes(1_000));
  expect(await released).toBeLessThanOrEqual(1_000_000);
  asked.mockRestore();
  expect(incoming()).toEqual([]);
});

test('what a crash has left is removed when it is old', async () => {
  const twoHoursAgo = new Date(Date.now() - 2 * 3_600_000 - 1_000);
  await writeFile(path.join(folder(), 'old'), 'x');
  await utimes(path.join(folder(), 'old'), twoHoursAgo, twoHoursAgo);
  await writeFile(path.join(folder(), 'new'), 'x');
  await server.container.fileSweep.sweep();
  expect(incoming()).toEqual(['new']);
});

describe.each(['tmp', 'files'])('with a full disk under %s', (name) => {
  test('an upload is told to come back, leaves nothing, and succeeds when there is room', async () => {
    const full = await startTestServer({ RATE_LIMITS: 'off' });
    const place = path.join(full.home.dataDir, name);
    const unmount = smallDisk(place);
    try {
      if (!unmount) return console.warn('no disk can be mounted here: this was not tried');
      const eve = await makePerson(full, newName());
      const { body } = await upload(full, eve, randomBytes(2_000_000)).expect(503);
      expect(body).toEqual(problem('unavailable', { retryAfter: 60 }));
      expect(readdirSync(path.join(full.home.dataDir, 'tmp'))).toEqual([]);
      const { reader } = await full.database();
      expect([await reader.file.count(), await reader.blob.count()]).toEqual([0, 0]);
      await upload(full, eve, randomBytes(500_000)).expect(201);
    } finally {
      await full.container.fileSweep.stop();
      unmount?.();
      await full.stop();
    }
  });
});

test('the server stops in spite of an upload that does not come to its end', async () => {
  const request = begin(randomBytes(1_000));
  const gone = new Promise((resolve) => request.once('close', resolve));
  await until('it to come in', () => Promise.resolve(incoming().some((found) => found !== 'new')));
  await server.restart();
  await gone;
  await until('it to be gone', () => Promise.resolve(incoming().join() === 'new'));
}, 60_000);
