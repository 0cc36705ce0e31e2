import { operations } from '../../src/contracts/operations';
import { fullPath } from '../../src/contracts/openapi';
import { newId } from '../../src/helpers/ids';
import { makeChannel, post } from '../support/channels';
import { makeChat, send } from '../support/chats';
import { documentedMetrics } from '../support/documented-metrics';
import { until } from '../support/faults';
import { makeGroup } from '../support/groups';
import { signUp, type Person } from '../support/people';
import { parseMetrics, type Family } from '../support/prometheus';
import { databaseKind } from '../support/run';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

const POOL = /^chat_database_pool_/;
const documented = documentedMetrics().filter(({ name }) => databaseKind === 'mysql' || !POOL.test(name));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ LIMITS: 'search=1/60', DATABASE_POOL_SIZE: '2' });
});
afterAll(() => server.stop());

const scrape = async (): Promise<Map<string, Family>> => {
  const { text } = await server.request.get('/metrics').expect(200);
  return parseMetrics(text);
};
/** The sum of a metric's samples that have these labels; of a histogram, how many were observed. */
function valueOf(families: Map<string, Family>, name: string, labels: Record<string, string> = {}): number {
  const family = families.get(name);
  if (!family) return Number.NaN;
  const counted = family.type === 'histogram' ? `${name}_count` : name;
  return family.samples
    .filter((sample) => sample.name === counted)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
const storeJob = (
  kind: string,
  changes: { nextAt?: Date; deadAt?: Date; leasedBy?: string; leasedUntil?: Date },
) => {
  const now = new Date();
  const job = { id: newId(), kind, payload: '{}', attempts: 1, nextAt: now, createdAt: now };
  return server.container.database.writer.outboxJob.create({ data: { ...job, ...changes } });
};
const identityOf = (person: Person) =>
  server.container.accounts.sessions.authenticate(person.tokens.accessToken);

test('what is documented is there, with these types and labels, and nothing of ours besides', async () => {
  const families = await scrape();
  const found = [...families.values()].filter(({ name }) => name.startsWith('chat_'));
  expect(found.map(({ name }) => name).sort()).toEqual(
    documented.flatMap(({ name }) => (name.startsWith('chat_') ? name : [])).sort(),
  );
  for (const { name, type, labels } of documented) {
    expect([name, families.get(name)?.type]).toEqual([name, type]);
    const used = families.get(name)?.samples.flatMap((sample) => Object.keys(sample.labels)) ?? [];
    const own = [...new Set(used)].filter((label) => label !== 'le');
    if (used.length > 0) expect([name, own.sort()]).toEqual([name, [...labels].sort()]);
  }
});

test('messages, batches, sockets, people, requests and limits are counted; nobody is named', async () => {
  const before = await scrape();
  const eve = await signUp(server, 'Evelyn.Metrics');
  const { ada, bob, chat } = await makeChat(server);
  const { group, owner, id: groupId } = await makeGroup(server);
  const channel = await makeChannel(server, { title: 'Unspeakable' });
  await connect(server, ada.tokens);
  const phone = await connect(server, bob.tokens);
  await phone.must('join_chat', { chatId: chat.id });
  await phone.must('chat_message', { chatId: chat.id, content: 'by socket', clientMessageId: 'one' });
  await phone.must('chat_message', { chatId: chat.id, content: 'by socket', clientMessageId: 'one' });
  const sent = await send(server, ada, chat.id, 'by REST');
  await group.post(owner, '/messages', { content: 'to all' }).expect(201);
  await group.patch(owner, '', { title: 'Coffee' }).expect(200);
  await post(server, channel.owner, channel.id, 'news');
  for (const status of [200, 429])
    await server.request.get('/api/v1/search/messages?q=news').set(ada.authorization).expect(status);
  await server.request.get(`/api/v1/chats/${chat.id}`).expect(401);
  await server.request.get(`/nowhere/${ada.id}/${eve.username}`).expect(404);

  await until(async () => valueOf(await scrape(), 'chat_people_online') === 2, 10_000);
  const { text } = await server.request.get('/metrics').expect(200);
  const after = parseMetrics(text);
  const moved = (name: string, labels?: Record<string, string>): number =>
    valueOf(after, name, labels) - valueOf(before, name, labels);
  expect(moved('chat_sockets')).toBe(2);
  // Each socket is in a room of its own, of its person and of its session.
  expect(moved('chat_rooms')).toBeGreaterThanOrEqual(6);
  expect(moved('chat_messages_total', { kind: 'chat', type: 'text' })).toBe(2);
  expect(moved('chat_messages_total', { kind: 'group', type: 'text' })).toBe(1);
  expect(moved('chat_messages_total', { kind: 'group', type: 'system' })).toBe(1);
  expect(moved('chat_messages_total', { kind: 'channel', type: 'text' })).toBe(1);
  expect(moved('chat_writer_batch_commands')).toBeGreaterThanOrEqual(5);
  expect(moved('chat_writer_commit_seconds')).toBe(moved('chat_writer_batch_commands'));
  expect(moved('chat_limit_refusals_total', { limit: 'search' })).toBe(1);
  const requests = (method: string, route: string, status: string): number =>
    moved('chat_http_requests_total', { method, route, status });
  expect(requests('GET', '/api/v1/search/messages', '200')).toBe(1);
  expect(requests('GET', '/api/v1/search/messages', '429')).toBe(1);
  expect(requests('GET', '/api/v1/chats/{chatId}', '401')).toBe(1);
  expect(requests('POST', '/api/v1/chats/{chatId}/messages', '201')).toBe(1);
  expect(requests('GET', 'other', '404')).toBe(1);
  expect(moved('chat_http_request_duration_seconds', { route: '/api/v1/search/messages' })).toBe(2);

  for (const secret of [eve, ada, bob, owner].flatMap(({ id, username, email }) => [id, username, email]))
    expect(text).not.toContain(secret);
  for (const secret of [chat.id, groupId, channel.id, sent.id, 'Unspeakable', '127.0.0.1', 'by REST'])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test('the queue of the writer, the index that is behind and the database’s connections are seen at work', async () => {
  const { ada, chat } = await makeChat(server);
  const { messages, database, metrics } = server.container;
  const identity = await identityOf(ada);
  await scrape();
  const sends = Array.from({ length: 150 }, (_, index) =>
    messages.send(identity, 'chat', chat.id, { content: String(index) }),
  );
  const busy = parseMetrics(await metrics.text());
  expect(valueOf(busy, 'chat_writer_queue_commands')).toBeGreaterThan(0);
  await Promise.all(sends);
  const behind = parseMetrics(await metrics.text());
  expect(valueOf(behind, 'chat_writer_queue_commands')).toBe(0);
  expect(valueOf(behind, 'chat_search_waiting_conversations')).toBeGreaterThan(0);
  expect(valueOf(behind, 'chat_search_lag_seconds')).toBeGreaterThan(0);
  await until(async () => valueOf(await scrape(), 'chat_search_lag_seconds') === 0, 25_000);
  if (databaseKind === 'sqlite') return;
  await until(async () => {
    const reads = Array.from({ length: 5 }, () => database.reader.$queryRawUnsafe('SELECT SLEEP(0.3)'));
    const full = parseMetrics(await metrics.text());
    await Promise.all(reads);
    return (
      valueOf(full, 'chat_database_pool_connections', { state: 'active' }) === 2 &&
      valueOf(full, 'chat_database_pool_waiting_requests') > 0
    );
  }, 15_000);
  expect(valueOf(await scrape(), 'chat_database_pool_connections', { state: 'idle' })).toBeGreaterThan(0);
});

test('jobs that wait and jobs that were given up are counted by kind', async () => {
  server.mail.refusing = true;
  await server.request
    .post('/api/v1/auth/sign-up')
    .send({ email: 'nobody.yet@example.com', username: 'nobody.yet', password: 'correct horse battery' })
    .expect(202);
  const now = Date.now();
  await storeJob('mail', { deadAt: new Date(now) });
  // In the hands of somebody else, for a minute already.
  const lease = { leasedBy: newId(), leasedUntil: new Date(now + 60_000) };
  await storeJob('password_reset_code', { ...lease, nextAt: new Date(now - 60_000) });
  await until(async () => {
    const families = await scrape();
    const of = (name: string, kind: string): number => valueOf(families, `chat_outbox_${name}`, { kind });
    return (
      of('waiting_jobs', 'mail') === 1 &&
      of('dead_jobs', 'mail') === 1 &&
      of('waiting_jobs', 'password_reset_code') === 1 &&
      of('oldest_due_seconds', 'password_reset_code') >= 60
    );
  }, 10_000);
});

test('whatever is asked for, a route’s label is a template of the contracts', async () => {
  const strange = [
    '/',
    '/%2e%2e/etc',
    '/api/v1/chats/..%2f..',
    '/API/v1/CHATS/',
    '/api/v1/users/@x/y',
    '//a',
  ];
  for (const path of strange) await server.request.get(path);
  for (let index = 0; index < 20; index += 1) await server.request.get(`/guess/${newId()}`).expect(404);
  await fetch(server.url, { method: 'PROPFIND' });
  const families = await scrape();
  const templates = new Set(['other', ...operations.map((operation) => fullPath(operation))]);
  const routes = families.get('chat_http_requests_total')?.samples.map(({ labels }) => labels.route ?? '');
  expect(routes?.filter((route) => !templates.has(route))).toEqual([]);
  expect(
    valueOf(families, 'chat_http_requests_total', { method: 'GET', route: '/api/v1/chats' }),
  ).toBeGreaterThan(0);
});

test('a scrape goes on without what the database does not tell', async () => {
  const broken = await startTestServer();
  try {
    await broken.container.database.writer.$executeRawUnsafe('DROP TABLE outbox_job');
    const { text } = await broken.request.get('/metrics').expect(200);
    const families = parseMetrics(text);
    expect(valueOf(families, 'chat_scrape_failures_total')).toBe(1);
    expect(families.get('chat_outbox_waiting_jobs')?.samples).toEqual([]);
    expect(families.get('chat_people_online')?.samples).toEqual([]);
    expect(valueOf(families, 'chat_sockets')).toBe(0);
  } finally {
    await broken.stop();
  }
});
