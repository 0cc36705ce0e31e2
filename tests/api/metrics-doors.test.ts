import type { Request, Response } from 'express';
import type { Config } from '../../src/config/env';
import { scrapersOnly } from '../../src/middlewares/scrapers-only';
import { parseMetrics } from '../support/prometheus';
import { startTestServer, type TestServer } from '../support/server';

const METRICS_TOKEN = 'a-token-for-scrapers-in-tests-only-0123';

let server: TestServer;
afterEach(() => server.stop());
const start = async (settings: Record<string, string> = {}): Promise<void> => {
  server = await startTestServer(settings);
};
const ask = (headers: Record<string, string> = {}) => server.request.get('/metrics').set(headers);

test('with a token they are for whoever shows it', async () => {
  await start({ METRICS_TOKEN, LIMITS: 'unauthenticated=4/60' });
  for (const Authorization of ['', `Bearer ${METRICS_TOKEN}x`, METRICS_TOKEN, `Basic ${METRICS_TOKEN}`]) {
    const { body } = await ask(Authorization ? { Authorization } : {}).expect(401);
    expect(body.code).toBe('unauthenticated');
  }
  // Guessing has an end.
  const guess = { headers: { Authorization: 'Bearer guess' } };
  expect((await fetch(`${server.url}/metrics`, guess)).status).toBe(429);
});

test('a right token is answered in the text format', async () => {
  await start({ METRICS_TOKEN });
  const { text, headers } = await ask({ Authorization: `Bearer ${METRICS_TOKEN}` }).expect(200);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(parseMetrics(text).has('chat_sockets')).toBe(true);
});

test('with a port of their own they are there only, and nothing else is', async () => {
  await start({ METRICS_PORT: '0' });
  await ask().expect(404);
  const own = await fetch(`${server.metricsUrl}/metrics`);
  expect(own.status).toBe(200);
  expect(parseMetrics(await own.text()).has('chat_sockets')).toBe(true);
  for (const path of ['/', '/health/live', '/api/v1/users/me', '/api-docs'])
    expect((await fetch(`${server.metricsUrl}${path}`)).status).toBe(404);
});

test('a port of their own asks for the token, too, when there is one', async () => {
  await start({ METRICS_PORT: '0', METRICS_TOKEN });
  const headers = { Authorization: `Bearer ${METRICS_TOKEN}` };
  await ask(headers).expect(404);
  expect((await fetch(`${server.metricsUrl}/metrics`)).status).toBe(401);
  expect((await fetch(`${server.metricsUrl}/metrics`, { headers })).status).toBe(200);
});

test('in production there are none unless they were asked for', async () => {
  await start({ NODE_ENV: 'production' });
  const { body } = await ask().expect(404);
  expect(body.code).toBe('not_found');
});

describe('without any setting, elsewhere than in production', () => {
  test('they are for this machine', async () => {
    await start();
    await ask().expect(200);
  });

  test.each(['X-Forwarded-For', 'Forwarded'])('and not for who comes through a proxy: %s', async (header) => {
    await start();
    await ask({ [header]: '203.0.113.7' }).expect(404);
  });

  test.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['2001:db8::1', false],
    ['', false],
  ])('a peer at %s is let in: %s', async (remoteAddress, isLetIn) => {
    await start();
    const metrics: Config['metrics'] = { token: null, at: { kind: 'loopback' } };
    const request = { socket: { remoteAddress }, headers: {} } as unknown as Request;
    const next = jest.fn();
    const pass = () => void scrapersOnly(metrics, 'main')(request, {} as Response, next);
    if (isLetIn) pass();
    else expect(pass).toThrow(expect.objectContaining({ code: 'not_found' }));
    expect(next).toHaveBeenCalledTimes(isLetIn ? 1 : 0);
  });
});
