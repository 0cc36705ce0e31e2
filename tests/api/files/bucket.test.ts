import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { download, uploaded } from '../../support/files';
import { makePerson } from '../../support/people';
import { startS3, type S3Server } from '../../support/s3';
import { startTestServer, type TestServer } from '../../support/server';

let s3: S3Server;
let server: TestServer;
beforeAll(async () => {
  s3 = await startS3();
  server = await startTestServer({ RATE_LIMITS: 'off', ...s3.settings });
});
afterAll(async () => {
  await server.stop();
  await s3.stop();
});

test('with a bucket, files are kept there and nowhere else', async () => {
  const ada = await makePerson(server);
  const bytes = randomBytes(7_000_000);
  const file = await uploaded(server, ada, bytes);
  expect((await download(server, file.url).expect(200)).body.equals(bytes)).toBe(true);
  const part = await download(server, file.url).set('Range', 'bytes=6000000-6000009').expect(206);
  expect(part.body).toEqual(bytes.subarray(6_000_000, 6_000_010));
  expect(existsSync(path.join(server.home.dataDir, 'files'))).toBe(false);
  await server.request.delete(`/api/v1/files/${file.id}`).set(ada.authorization).expect(204);
  await server.request.get(file.url).expect(404);
});
