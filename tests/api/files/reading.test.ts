import { randomBytes } from 'node:crypto';
import type { File } from '../../../src/contracts/files';
import { signedUrlOf } from '../../../src/services/files/file-urls';
import { download, unknownFile, uploaded } from '../../support/files';
import { makePerson, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { newName, problem } from '../auth/answers';

let server: TestServer;
let ada: Person;
let file: File;
const bytes = randomBytes(100_000);
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  ada = await makePerson(server, newName());
  file = await uploaded(server, ada, bytes, { filename: 'Müll "1".bin' });
});
afterAll(() => server.stop());

const mine = (path = '') => `/api/v1/files/${file.id}${path}`;
const nobodys = problem('not_found', { detail: 'There is no such file here' });
const get = (headers: Record<string, string> = {}, url = file.url) => download(server, url).set(headers);

describe('GET /files/{id}', () => {
  test('gives the bytes, and lets no browser take them for anything else', async () => {
    const answer = await download(server, mine(), ada).expect(200);
    expect(answer.body).toEqual(bytes);
    expect(answer.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-disposition': `attachment; filename="M_ll _1_.bin"; filename*=UTF-8''M%C3%BCll%20%221%22.bin`,
      'content-length': '100000',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'application/octet-stream',
      'cross-origin-resource-policy': 'cross-origin',
      etag: `"${file.sha256}"`,
      'x-content-type-options': 'nosniff',
    });
  });

  test('a picture is shown, or saved when one asks for that', async () => {
    const picture = await uploaded(server, ada, tinyPng(9, 9), { filename: 'a.png' });
    const shown = await get({}, picture.url).expect(200);
    expect(shown.headers['content-disposition']).toBe(`inline; filename="a.png"; filename*=UTF-8''a.png`);
    const saved = await get({}, `${picture.url}&download`).expect(200);
    expect(saved.headers['content-disposition']).toMatch(/^attachment;/);
    const thumbnail = await get({}, picture.thumbnailUrl).expect(200);
    expect(thumbnail.headers['content-disposition']).toMatch(/^inline; filename="a.png.webp"/);
  });

  test('what its bytes were taken for is never sent as a page', async () => {
    const { writer } = await server.database();
    const page = await uploaded(server, ada, Buffer.from('<script>1</script>'), { filename: 'a.html' });
    for (const mimeType of ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml; charset=x']) {
      await writer.file.update({ where: { id: page.id }, data: { mimeType } });
      const { headers } = await get({}, page.url).expect(200);
      expect([headers['content-type'], headers['content-disposition']?.slice(0, 10)]).toEqual([
        'application/octet-stream',
        'attachment',
      ]);
    }
  });

  test('HEAD says the same without the bytes', async () => {
    const answer = await fetch(server.url + file.url, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      '100000',
      '',
    ]);
  });

  test.each([
    ['bytes=0-99', 0, 99],
    ['bytes=99990-', 99_990, 99_999],
    ['bytes=-10', 99_990, 99_999],
    ['bytes=99999-200000', 99_999, 99_999],
    ['bytes=-200000', 0, 99_999],
  ])('%s is one part', async (Range, start, end) => {
    const answer = await get({ Range }).expect(206);
    expect(answer.headers['content-range']).toBe(`bytes ${start}-${end}/100000`);
    expect(answer.headers['content-length']).toBe(String(end - start + 1));
    expect(answer.body).toEqual(bytes.subarray(start, end + 1));
  });

  test.each(['bytes=100000-', 'bytes=100000-100001', 'bytes=-0'])('%s is 416', async (Range) => {
    const answer = await get({ Range }).expect(416);
    expect(answer.headers['content-range']).toBe('bytes */100000');
    expect(answer.headers['content-length']).toBe('0');
  });

  test.each(['bytes=0-1,5-6', 'lines=0-1', 'bytes=x', 'bytes=9-5', 'bytes=-', 'nonsense'])(
    '%s is the whole',
    async (Range) => {
      expect((await get({ Range }).expect(200)).body).toEqual(bytes);
    },
  );

  test('a part of what is not there any more is the whole of what is', async () => {
    await get({ Range: 'bytes=0-9', 'If-Range': `"${file.sha256}"` }).expect(206);
    await get({ Range: 'bytes=0-9', 'If-Range': '"other"' }).expect(200);
  });

  test('304 for whoever has it', async () => {
    const answer = await get({ 'If-None-Match': `"${file.sha256}"` }).expect(304);
    expect(answer.headers.etag).toBe(`"${file.sha256}"`);
    await get({ 'If-None-Match': '"other"' }).expect(200);
  });

  test('400 for what is no id, or a query it does not know', async () => {
    await server.request.get('/api/v1/files/x').set(ada.authorization).expect(400);
    await server.request.get(mine('?size=big')).set(ada.authorization).expect(400);
  });

  test('401 without a token or a signature', async () => {
    await server.request.get(mine()).expect(401);
    await server.request.get(mine('/thumbnail')).expect(401);
  });

  test('404 for a stranger, for what there is not, and for a thumbnail that it has not', async () => {
    const eve = await makePerson(server, newName());
    for (const [url, person] of [
      [mine(), eve],
      [unknownFile(), ada],
      [mine('/thumbnail'), ada],
    ] as const) {
      const { body } = await server.request.get(url).set(person.authorization).expect(404);
      expect(body).toEqual(nobodys);
    }
  });
});

describe('a signed address', () => {
  const secondsLeft = (url: string): number =>
    Number(new URL(url, server.url).searchParams.get('expires')) - Date.now() / 1000;

  test('is good for one hour to two, the same for everybody', async () => {
    expect(secondsLeft(file.url)).toBeGreaterThan(3_590);
    expect(secondsLeft(file.url)).toBeLessThanOrEqual(7_200);
    const { headers } = await get().expect(200);
    const [, kept] = /^private, max-age=(\d+)$/.exec(headers['cache-control'] ?? '') ?? [];
    expect(Math.abs(Number(kept) - secondsLeft(file.url))).toBeLessThan(5);
  });

  test('opens nothing else', async () => {
    const picture = await uploaded(server, ada, tinyPng(9, 9));
    const [, query] = picture.url.split('?');
    const expired = signedUrlOf(picture.id, 'content', new Date(Date.now() - 3 * 3_600_000));
    for (const url of [
      mine(`?${query}`),
      `/api/v1/files/${picture.id}/thumbnail?${query}`,
      picture.url.replace(/expires=(\d+)/, (_, expires: string) => `expires=${Number(expires) + 3_600}`),
      picture.url.slice(0, -1),
      `${picture.url}A`,
      expired,
    ]) {
      const { body } = await server.request.get(url).expect(404);
      expect([url, body]).toEqual([url, nobodys]);
    }
  });

  test('does not stand in the way of a token', async () => {
    const [url] = [mine('?expires=1&signature=x')];
    await download(server, url, ada).expect(200);
    await server.request.get(url).expect(404);
  });

  test('stays good when the server starts anew', async () => {
    await server.restart();
    expect((await get().expect(200)).body).toEqual(bytes);
  });
});
