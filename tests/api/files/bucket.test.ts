import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { download, upload, uploaded } from '../../support/files';
import { makePerson } from '../../support/people';
import { startS3, type S3Server } from '../../support/s3';
import { startTestServer, type TestServer } from '../../support/server';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';

let s3: S3Server;
/** on the way to the bucket */
let proxy: TcpProxy;
let server: TestServer;
beforeAll(async () => {
  s3 = await startS3();
  proxy = await startTcpProxy(Number(new URL(s3.settings.S3_ENDPOINT!).port));
  const settings = { ...s3.settings, S3_ENDPOINT: `http://127.0.0.1:${proxy.port}` };
  server = await startTestServer({ RATE_LIMITS: 'off', ...settings });
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
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

test('a bucket that is lost in the middle of a download ends it, so that nobody takes the half for the whole', async () => {
  const ada = await makePerson(server);
  const bytes = randomBytes(50_000_000);
  const file = await uploaded(server, ada, bytes);
  const answer = await fetch(`${server.url}${file.url}`);
  expect(answer.headers.get('content-length')).toBe('50000000');
  const reader = answer.body!.getReader();
  await reader.read();
  proxy.cutAll();
  const rest = async (): Promise<void> => {
    while (!(await reader.read()).done);
  };
  await expect(rest()).rejects.toThrow();
  expect((await download(server, file.url).expect(200)).body.equals(bytes)).toBe(true);
});

test('a bucket that is lost in the middle of an upload is asked again', async () => {
  const ada = await makePerson(server);
  const marker = 'the middle of the second part';
  const bytes = Buffer.concat([randomBytes(6_000_000), Buffer.from(marker), randomBytes(1_000_000)]);
  const cut = proxy.cutAt('before', marker);
  const file = await uploaded(server, ada, bytes);
  await cut;
  expect((await download(server, file.url).expect(200)).body.equals(bytes)).toBe(true);
});

test('without the bucket an upload is refused, and nothing of it is seen; with it again it works', async () => {
  const ada = await makePerson(server);
  const bytes = randomBytes(1_000);
  await proxy.refuse();
  proxy.cutAll();
  const { body } = await upload(server, ada, bytes).expect(503);
  expect(body.code).toBe('unavailable');
  const { reader } = await server.database();
  expect(await reader.file.count({ where: { ownerId: ada.id } })).toBe(0);
  await proxy.pass();
  const file = await uploaded(server, ada, bytes);
  expect((await download(server, file.url).expect(200)).body).toEqual(bytes);
});
