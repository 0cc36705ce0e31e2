import { connect, type Socket } from 'node:net';
import { startTestServer, type TestServer } from '../support/server';

/** The server's own deadline for headers, and how often it looks. */
const LATEST_MS = 15_000 + 2_500 + 3_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** What came until the connection ended, and when that was. */
function ended(socket: Socket): Promise<{ readonly answer: string; readonly afterMs: number }> {
  const began = Date.now();
  let answer = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ answer, afterMs: Date.now() - began }));
  });
}
const open = (): Socket => connect(Number(new URL(server.url).port), '127.0.0.1');

test('whoever says nothing, or headers without end, is given up while others are served', async () => {
  const silent = open();
  const dripping = open();
  const flooding = open();
  const all = [silent, dripping, flooding].map(ended);
  dripping.write('GET /api/v1/sync HTTP/1.1\r\nHost: a\r\n');
  const drip = setInterval(() => dripping.write('X-A: b\r\n'), 500);
  flooding.write(`GET / HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(50_000)}`);
  await server.request.get('/health/ready').expect(200);
  const [fromSilent, fromDripping, fromFlooding] = await Promise.all(all);
  clearInterval(drip);
  expect(fromSilent?.afterMs).toBeLessThan(LATEST_MS);
  expect(fromDripping?.afterMs).toBeLessThan(LATEST_MS);
  expect(fromDripping?.answer).toMatch(/^HTTP\/1.1 408 /);
  expect(fromFlooding?.afterMs).toBeLessThan(2_000);
  expect(fromFlooding?.answer).toMatch(/^HTTP\/1.1 431 /);
  await server.request.get('/health/ready').expect(200);
});
