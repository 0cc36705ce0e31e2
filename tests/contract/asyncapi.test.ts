import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { buildAsyncApi } from '../../src/contracts/asyncapi';
import { clientEvents, serverEvents, type ClientEventName } from '../../src/contracts/events';
import { CATALOGUE } from '../../src/helpers/errors';
import { handlersFor } from '../../src/sockets/connection';
import type { SessionClock } from '../../src/sockets/session-clock';
import { documentText } from '../../swagger';
import { signUp } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

const SENT = Object.keys(clientEvents) as ClientEventName[];
const HEARD = Object.keys(serverEvents);

describe('the AsyncAPI document', () => {
  const document = buildAsyncApi();
  const text = documentText(document);
  const operations = (action: 'send' | 'receive') =>
    Object.entries(document.operations).filter(([, operation]) => operation.action === action);
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  test('is valid AsyncAPI 3.0', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(text);
    expect(
      diagnostics.filter(({ severity }) => Number(severity) === Number(DiagnosticSeverity.Error)),
    ).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.operations().all()).toHaveLength(SENT.length + HEARD.length);
  });

  test('is the same text at every build, and has only shapes that are used', () => {
    expect(documentText(buildAsyncApi())).toBe(text);
    expect(text).not.toMatch(/"\$(id|schema|defs)"|#\/definitions/);
    const names = [...text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(document.components.schemas)));
  });

  test('has every event of the contracts, with its line', () => {
    const nameOf = ([key]: [string, unknown]) => document.components.messages[key]?.name;
    expect(operations('receive').map(nameOf)).toEqual(SENT);
    expect(operations('send').map(nameOf)).toEqual(HEARD);
    for (const { summary } of Object.values(document.operations)) expect(summary).toMatch(/^[A-Z].+[^.]$/);
  });

  test('gives every event that a client sends an acknowledgement: data, or an error with a code', () => {
    for (const [key, { reply }] of operations('receive')) {
      expect(reply?.messages).toEqual([{ $ref: `#/channels/socket/messages/${key}.ack` }]);
      expect(document.components.messages[`${key}.ack`]?.payload).toMatchObject({
        oneOf: [
          { properties: { ok: { const: true }, data: expect.any(Object) }, required: ['ok', 'data'] },
          { properties: { ok: { const: false }, error: { $ref: '#/components/schemas/SocketProblem' } } },
        ],
      });
    }
    expect(document.components.schemas.ErrorCode?.enum).toEqual(Object.keys(CATALOGUE));
    for (const [, { reply }] of operations('send')) expect(reply).toBeUndefined();
  });

  test('has the events that the server handles, no more and no fewer', () => {
    const handlers = handlersFor(server.container, {} as SessionClock);
    expect(Object.keys(handlers).sort()).toEqual([...SENT].sort());
  });

  test('names no event that the live server does not know', async () => {
    const client = await connect(server, (await signUp(server)).tokens);
    for (const name of SENT) {
      const answer = await client.ask(name, 'not an object');
      expect(answer).toMatchObject({ ok: false, error: { errors: [{ path: 'payload' }] } });
    }
    expect(await client.ask('no_event' as ClientEventName, {})).toMatchObject({
      ok: false,
      error: { code: 'validation_failed', errors: [{ path: 'event' }] },
    });
  });

  test('is what the server serves', async () => {
    const { body } = await server.request.get('/asyncapi.json').expect(200);
    expect(body).toEqual(document);
  });
});

describe('the page of the events', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  const page = async (): Promise<string> =>
    (await server.request.get('/socket-docs').expect(200).expect('Content-Type', /html/)).text;

  test('shows every event and every shape, and no link on it leads nowhere', async () => {
    const html = await page();
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      ...SENT.map((name) => `client-${name}`),
      ...HEARD.map((name) => `server-${name}`),
      ...Object.keys(buildAsyncApi().components.schemas).map((name) => `shape-${name}`),
    ]);
    const targets = new Set([...html.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target));
    expect(targets).toEqual(new Set(ids));
  });

  test('loads nothing from elsewhere, and nothing that the server does not have', async () => {
    const html = await page();
    expect(html).not.toMatch(/<script|https?:/);
    const urls = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, url]) => url ?? '');
    for (const url of new Set(urls)) expect((await server.request.get(url)).status).toBeLessThan(400);
    await server.request
      .get('/socket-docs/style.css')
      .expect(200)
      .expect('Content-Type', /^text\/css/);
  });

  test('shows text as text, and the guide as a guide', async () => {
    const html = await page();
    expect(html).toContain('<h2>Order</h2>');
    expect(html).toContain('<code>GET /api/v1/sync?since=&lt;cursor&gt;</code>');
    expect(html).toContain('const socket: Socket&lt;ServerToClientEvents, ClientToServerEvents&gt; =');
    expect(html).not.toMatch(/```|^- |^## /m);
  });
});
