import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { makeChat, send } from '../support/chats';
import { startCollector, type Collector } from '../support/collector';
import { freePort } from '../support/free-port';
import { startProcessServer } from '../support/process-server';
import { connect } from '../support/sockets';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${SPAN}-01`;
const SERVER = 2;
const ERROR = 2;

let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(() => collector.close());

const spansNamed = (name: string) => collector.spans.filter((span) => span.name === name);

test('requests, events and batches are told to the collector, without anything that people said or are', async () => {
  const server = await startProcessServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_SERVICE_NAME: 'our-chat',
  });
  const { ada, bob, chat } = await makeChat(server);
  const phone = await connect(server, bob.tokens);
  await phone.must('join_chat', { chatId: chat.id });
  await phone.ask('join_chat', { chatId: ada.id });
  await phone.ask('made_up' as 'join_chat', {});
  const sent = await send(server, ada, chat.id, 'a word between us');
  await server.request
    .get('/api/v1/users?search=secretly')
    .set(ada.authorization)
    .set('traceparent', traceparent)
    .expect(200);
  await server.request.get(`/api/v1/chats/${bob.id}`).set(ada.authorization).expect(404);
  await server.kill('SIGTERM');
  await server.stop();

  expect(new Set(collector.services)).toEqual(new Set(['our-chat']));
  expect(spansNamed('POST /api/v1/chats/{chatId}/messages')).toEqual([
    expect.objectContaining({
      kind: SERVER,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/api/v1/chats/{chatId}/messages',
        'http.response.status_code': 201,
      },
    }),
  ]);
  const [missing] = spansNamed('GET /api/v1/chats/{chatId}');
  expect(missing?.attributes['http.response.status_code']).toBe(404);
  expect(missing?.status?.code ?? 0).not.toBe(ERROR);
  expect(spansNamed('event join_chat').map(({ attributes }) => attributes)).toEqual([
    { 'chat.event': 'join_chat' },
    { 'chat.event': 'join_chat', 'error.type': 'not_found' },
  ]);
  expect(spansNamed('event other')).toHaveLength(1);
  expect(spansNamed('commit batch')[0]?.attributes).toEqual({ 'chat.batch.commands': 1 });
  for (const span of collector.spans)
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  // Nobody who is not trusted chooses what a trace belongs to.
  expect(spansNamed('GET /api/v1/users')[0]?.traceId).not.toBe(TRACE);

  const told = collector.bodies.join('\n');
  const people = [ada, bob].flatMap(({ id, username, tokens }) => [id, username, tokens.accessToken]);
  for (const secret of [...people, chat.id, sent.id, 'a word between us', 'secretly', 'made_up', '127.0.0.1'])
    expect(told).not.toContain(secret);
});

test('behind a proxy a request is part of the trace that it came with', async () => {
  const server = await startProcessServer({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRUST_PROXY: '1' });
  await server.request.get('/health/live').set('traceparent', traceparent).expect(200);
  await server.request.get('/health/live').set('traceparent', 'nonsense').expect(200);
  await server.stop();
  const [inTrace, alone] = spansNamed('GET /health/live');
  expect([inTrace?.traceId, inTrace?.parentSpanId]).toEqual([TRACE, SPAN]);
  expect(alone?.traceId).not.toBe(TRACE);
  expect(alone?.parentSpanId ?? '').toBe('');
});

test('a collector that is away keeps nobody waiting, and the server ends as it should', async () => {
  const server = await startProcessServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
  });
  await server.request.get('/health/live').expect(200);
  const began = performance.now();
  expect(await server.kill('SIGTERM')).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(server.output).toContain('the last traces were not sent');
  await server.stop();
});

test('without a collector neither OpenTelemetry’s SDK nor its exporter is loaded', () => {
  const root = path.join(__dirname, '../..');
  const loaded = (config: object | null): number => {
    const program = `
      require('./src/container');
      const { openTracing } = require('./src/services/tracing/open-tracing');
      openTracing(${JSON.stringify(config)}, { on: () => undefined });
      console.log(Object.keys(require.cache).filter((file) => /@opentelemetry.(sdk-trace|exporter)/.test(file)).length);
      process.exit(0);`;
    const args = ['-r', path.join(root, 'tests/support/swc-register.cjs'), '-e', program];
    return Number(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
  };
  expect(loaded(null)).toBe(0);
  expect(loaded({ endpoint: 'http://127.0.0.1:9', serviceName: 'chat' })).toBeGreaterThan(0);
});
