import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecure } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { post } from '../../../src/services/webhooks/posting';
import { startReceiver, withStatus, type Receiver } from '../../support/webhook-receiver';

jest.setTimeout(40_000);

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

const send = (url = receiver.url, allowPrivate = true) =>
  post({ url, headers: { 'content-type': 'application/json' }, body: '{"a":"é"}', allowPrivate });

test('what is answered with 2xx has arrived', async () => {
  expect(await send()).toEqual({ statusCode: 204, error: null });
  expect(receiver.received).toEqual([expect.objectContaining({ body: '{"a":"é"}', path: '/hook' })]);
});

test.each([500, 410, 404, 301, 302, 307, 308])(
  '%i is a failure, and no redirect is followed',
  async (status) => {
    receiver.answers(withStatus(status, { location: `${receiver.url}/elsewhere` }));
    expect(await send()).toEqual({ statusCode: status, error: `it answered ${status}` });
    expect(receiver.received).toHaveLength(1);
  },
);

test('a connection that is cut is a failure', async () => {
  receiver.answers((response) => void response.socket?.destroy());
  expect(await send()).toEqual({ statusCode: null, error: expect.any(String) });
});

test('nobody listens there', async () => {
  await receiver.stop();
  expect(await send()).toEqual({ statusCode: null, error: expect.stringContaining('ECONNREFUSED') });
  receiver = await startReceiver();
});

test('who says nothing is waited for ten seconds', async () => {
  receiver.answers(() => undefined);
  const began = Date.now();
  expect(await send()).toEqual({ statusCode: null, error: 'no answer within 10 seconds' });
  expect(Date.now() - began).toBeLessThan(15_000);
});

test('of a huge answer no more than a little is read', async () => {
  let closedAfter = 0;
  const closed = new Promise<void>((resolve) =>
    receiver.answers((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        if (response.destroyed) return;
        closedAfter += chunk.length;
        response.write(chunk, more);
      };
      response.on('close', resolve);
      more();
    }),
  );
  expect(await send()).toEqual({ statusCode: 200, error: null });
  await closed;
  expect(closedAfter).toBeLessThan(16 * 1024 ** 2);
});

test('a slow answer stands when its status has come', async () => {
  receiver.answers((response) => void response.writeHead(200).write('a'));
  expect(await send()).toEqual({ statusCode: 200, error: null });
});

test('an answer is waited for to its end: no connection is left behind', async () => {
  let isEnded = false;
  receiver.answers((response) => {
    response.writeHead(200).write('a');
    setTimeout(() => {
      isEnded = true;
      response.end();
    }, 300);
  });
  expect(await send()).toEqual({ statusCode: 200, error: null });
  expect(isEnded).toBe(true);
});

test('an answer that changes the protocol is a failure', async () => {
  receiver.answers(
    (response) =>
      void response.socket?.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      ),
  );
  expect(await send()).toEqual({ statusCode: null, error: 'the connection ended without an answer' });
});

test('a private address is not connected to, whatever name it has', async () => {
  for (const url of [
    receiver.url,
    receiver.url.replace('127.0.0.1', 'localhost'),
    receiver.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
    receiver.url.replace('127.0.0.1', '2130706433'),
    receiver.url.replace('127.0.0.1', '0x7f.1'),
  ])
    expect(await send(url, false)).toEqual({
      statusCode: null,
      error: 'its address is not a public one',
    });
  expect(receiver.received).toEqual([]);
});

test('a certificate that nobody vouches for is refused', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1'],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const secure = await startReceiver(
    (listener) => createSecure({ key: readFileSync(key), cert: readFileSync(cert) }, listener),
    'https',
  );
  rmSync(folder, { recursive: true });
  expect(await send(secure.url)).toEqual({ statusCode: null, error: expect.stringMatching(/self-signed/) });
  expect(secure.received).toEqual([]);
  await secure.stop();
});
