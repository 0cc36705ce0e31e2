import { createHmac } from 'node:crypto';
import type { MadeWebhook, WebhookDelivery } from '../../../src/contracts/webhooks';
import { makeAdmin } from '../../support/admins';
import { createChannel } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { createGroup } from '../../support/groups';
import { makePerson, signUp, type Person } from '../../support/people';
import { startProcessServer } from '../../support/process-server';
import { report } from '../../support/reports';
import { describeWhen } from '../../support/run';
import { startTestServer, type TestedServer, type TestServer } from '../../support/server';
import { startReceiver, withStatus, type Delivered, type Receiver } from '../../support/webhook-receiver';

jest.setTimeout(60_000);
const SETTINGS = { RATE_LIMITS: 'off', WEBHOOK_ALLOW_PRIVATE: 'true' };

let server: TestServer;
let admin: Person;
let receiver: Receiver;
beforeAll(async () => {
  server = await startTestServer(SETTINGS);
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await (await server.database()).writer.webhook.deleteMany({});
  await receiver.stop();
});

const ALL = [
  ...['user.signed_up', 'user.suspended', 'user.suspension_lifted', 'user.deleted', 'conversation.created'],
  ...['conversation.deleted', 'report.created', 'report.handled', 'announcement.made'],
];
const create = (body: object, on: TestedServer = server, by = admin) =>
  on.request.post('/api/v1/admin/webhooks').set(by.authorization).send(body);
const made = async (events = ALL, url = receiver.url): Promise<MadeWebhook> =>
  (await create({ url, events }).expect(201)).body as MadeWebhook;
const at = (id: string) => `/api/v1/admin/webhooks/${id}`;
const change = (id: string, body: object) => server.request.patch(at(id)).set(admin.authorization).send(body);
const deliveriesOf = async (id: string): Promise<WebhookDelivery[]> =>
  (
    await server.request
      .get(`${at(id)}/deliveries`)
      .set(admin.authorization)
      .expect(200)
  ).body.items;
let announcements = 0;
/** Each says something else: the same again would be told nobody. */
const announce = (content = `tea ${(announcements += 1)}`, on: TestedServer = server, by = admin) =>
  on.request
    .post('/api/v1/admin/announcements')
    .set(by.authorization)
    .send({ content, via: ['socket'] })
    .expect(202);
/** The next try is now, whatever was settled. */
async function hurry(on: TestedServer = server): Promise<void> {
  const { writer } = await on.database();
  await writer.webhookDelivery.updateMany({
    where: { status: 'waiting' },
    data: { nextAt: new Date(0), leasedUntil: null },
  });
}
async function settled(id: string, matches: (first: WebhookDelivery) => boolean): Promise<WebhookDelivery> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const [first] = await deliveriesOf(id);
    if (first && matches(first)) return first;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not settled: ${JSON.stringify(await deliveriesOf(id))}`);
}

/** As the specification says, and not as the server does it. */
function isSigned({ headers, body }: Delivered, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

test('what happens is told, signed, with nothing of what people write to each other', async () => {
  const { webhook, secret } = await made();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const ada = await signUp(server, 'webhook.ada');
  const { bob, chat } = await makeChat(server);
  await send(server, bob, chat.id, 'a secret of ours');
  const group = await createGroup(server, ada);
  const { body: channel } = await createChannel(server, ada, { title: 'Open news', handle: 'open_news' });
  await server.request.delete(`/api/v1/groups/${group.id}`).set(ada.authorization).expect(204);
  const { body: reported } = await report(server, bob, { targetType: 'user', targetId: ada.id });
  await server.request
    .patch(`/api/v1/admin/reports/${reported.id}`)
    .set(admin.authorization)
    .send({ status: 'in_review' })
    .expect(200);
  const suspension = `/api/v1/admin/users/${bob.id}/suspension`;
  await server.request.put(suspension).set(admin.authorization).send({ reason: 'tea' }).expect(200);
  await server.request.delete(suspension).set(admin.authorization).expect(204);
  await server.request.delete(`/api/v1/admin/users/${bob.id}`).set(admin.authorization).expect(204);
  await announce('the kettle is on');
  const told: [string, object][] = [];
  for (let index = 0; index < 10; index += 1) {
    const delivered = await receiver.next();
    expect(isSigned(delivered, secret)).toBe(true);
    expect(delivered.headers['webhook-attempt']).toBe('1');
    const { type, timestamp, data } = JSON.parse(delivered.body);
    expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(60_000);
    told.push([type, data]);
  }
  const owned = { conversationId: group.id, kind: 'group', visibility: null };
  expect(told).toEqual(
    expect.arrayContaining([
      ['user.signed_up', { userId: ada.id, username: 'webhook.ada' }],
      ['conversation.created', owned],
      [
        'conversation.created',
        { conversationId: channel.id, kind: 'channel', visibility: 'public', title: 'Open news' },
      ],
      ['conversation.deleted', owned],
      ['report.created', { reportId: reported.id, targetType: 'user', targetId: ada.id, reason: 'spam' }],
      ['report.handled', { reportId: reported.id, status: 'in_review', handledById: admin.id }],
      ['user.suspended', { userId: bob.id, byId: admin.id, until: null }],
      ['user.suspension_lifted', { userId: bob.id, byId: admin.id }],
      ['user.deleted', { userId: bob.id, byAdmin: true }],
      ['announcement.made', { id: expect.any(String), content: 'the kettle is on', via: ['socket'] }],
    ]),
  );
  expect(JSON.stringify(told)).not.toContain('a secret of ours');
  expect(await settled(webhook.id, ({ status }) => status === 'delivered')).toMatchObject({
    attempts: 1,
    statusCode: 204,
    error: null,
    nextAt: null,
    durationMs: expect.any(Number),
  });
});

test('a report about an admin does not say what was reported, nor so by whom', async () => {
  await made(['report.created']);
  const boss = await makeAdmin(server);
  const ada = await makePerson(server);
  const chat = await openChat(server, boss, ada);
  const { id: targetId } = await send(server, boss, chat.id, 'do as I say');
  const about = [
    { targetType: 'message', targetId },
    { targetType: 'conversation', targetId: chat.id },
    { targetType: 'user', targetId: boss.id },
  ] as const;
  for (const { targetType, ...what } of about) {
    const { body: made } = await report(server, ada, { targetType, ...what });
    const { data } = JSON.parse((await receiver.next()).body);
    expect(data).toEqual({ reportId: made.id, targetType, reason: 'spam' });
  }
});

test('what does not arrive is told again under the same id, and a replay is, too', async () => {
  const { webhook, secret } = await made(['announcement.made']);
  receiver.answers(withStatus(500));
  await announce();
  const first = await receiver.next();
  expect(await settled(webhook.id, ({ error }) => error !== null)).toMatchObject({
    status: 'waiting',
    statusCode: 500,
    error: 'it answered 500',
  });
  const replay = (delivery = String(first.headers['webhook-id'])) =>
    server.request.post(`${at(webhook.id)}/deliveries/${delivery}/replay`).set(admin.authorization);
  expect((await replay().expect(409)).body.code).toBe('conflict');
  receiver.answers(withStatus(200));
  await hurry();
  const second = await receiver.next();
  expect(second.headers).toMatchObject({ 'webhook-id': first.headers['webhook-id'], 'webhook-attempt': '2' });
  expect([second.body, isSigned(second, secret)]).toEqual([first.body, true]);
  await settled(webhook.id, ({ status }) => status === 'delivered');
  expect((await replay().expect(202)).body).toMatchObject({ status: 'waiting', attempts: 2 });
  const third = await receiver.next();
  expect(third.headers).toMatchObject({ 'webhook-id': first.headers['webhook-id'], 'webhook-attempt': '3' });
  await replay('0198c0de-0000-7000-8000-000000000001').expect(404);
});

test('after the last try a delivery has failed; after three days of that the webhook is off', async () => {
  const { webhook } = await made(['announcement.made']);
  receiver.answers(withStatus(503));
  await announce();
  await settled(webhook.id, ({ error }) => error !== null);
  const { writer } = await server.database();
  await writer.webhookDelivery.updateMany({ where: { webhookId: webhook.id }, data: { tries: 11 } });
  await writer.webhook.updateMany({ data: { failingSince: new Date(Date.now() - 4 * 86_400_000) } });
  await hurry();
  await settled(webhook.id, ({ status }) => status === 'failed');
  const { body } = await server.request.get('/api/v1/admin/webhooks').set(admin.authorization).expect(200);
  expect(body.items).toEqual([
    expect.objectContaining({ enabled: false, disabledReason: 'nothing has arrived for three days' }),
  ]);
  const { body: log } = await server.request
    .get(`/api/v1/admin/audit-log?targetId=${webhook.id}`)
    .set(admin.authorization)
    .expect(200);
  expect(log.items[0]).toMatchObject({ action: 'webhook.disabled', actorId: null });
  await announce();
  expect(await deliveriesOf(webhook.id)).toHaveLength(1);
  const { body: changed } = await change(webhook.id, { enabled: true }).expect(200);
  expect(changed.webhook).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
});

test('410 says to stop', async () => {
  const { webhook } = await made(['announcement.made']);
  receiver.answers(withStatus(410));
  await announce();
  await settled(webhook.id, ({ status }) => status === 'failed');
  const { body } = await server.request.get('/api/v1/admin/webhooks').set(admin.authorization);
  expect(body.items[0].enabled).toBe(false);
});

test('410 of where it went before leaves it on where it goes now', async () => {
  const { webhook } = await made(['announcement.made']);
  const gone = new Promise<() => void>((resolve) =>
    receiver.answers((response) => resolve(() => void response.writeHead(410).end())),
  );
  await announce();
  const answer = await gone;
  await change(webhook.id, { url: `${receiver.url}/elsewhere` }).expect(200);
  answer();
  await settled(webhook.id, ({ status }) => status === 'failed');
  const { body } = await server.request.get('/api/v1/admin/webhooks').set(admin.authorization);
  expect(body.items[0]).toMatchObject({ enabled: true, disabledReason: null });
});

test('a receiver that hangs holds up nobody else', async () => {
  await made(['announcement.made']);
  const other = await startReceiver();
  receiver.answers(() => undefined);
  for (let index = 0; index < 6; index += 1) await announce(`held up ${index}`);
  await receiver.next();
  await made(['announcement.made'], other.url);
  await announce('quick');
  await other.next(({ body }) => body.includes('quick'), 5_000);
  await other.stop();
});

test('a new secret signs what is sent from then on; the audit log tells no secret and no path', async () => {
  const { webhook, secret } = await made(['announcement.made'], `${receiver.url}/s3cr3t-path`);
  const { body } = await change(webhook.id, { rotateSecret: true }).expect(200);
  expect(body.secret).not.toBe(secret);
  await announce();
  const delivered = await receiver.next();
  expect([isSigned(delivered, body.secret), isSigned(delivered, secret)]).toEqual([true, false]);
  const { body: log } = await server.request
    .get(`/api/v1/admin/audit-log?targetId=${webhook.id}`)
    .set(admin.authorization);
  expect(log.items.map(({ action }: { action: string }) => action)).toEqual([
    'webhook.changed',
    'webhook.created',
  ]);
  const { reader } = await server.database();
  const rows = JSON.stringify([log, await reader.webhook.findMany()]);
  for (const hidden of [secret, body.secret]) expect(rows).not.toContain(hidden);
  expect(JSON.stringify(log)).not.toContain('s3cr3t');
});

test('with a webhook goes what waits for it', async () => {
  const { webhook } = await made(['announcement.made']);
  receiver.answers(withStatus(500));
  await announce();
  await settled(webhook.id, ({ error }) => error !== null);
  const remove = () => server.request.delete(at(webhook.id)).set(admin.authorization);
  await remove().expect(204);
  await remove().expect(404);
  await server.request
    .get(`${at(webhook.id)}/deliveries`)
    .set(admin.authorization)
    .expect(404);
  const { reader } = await server.database();
  expect(await reader.webhookDelivery.count({ where: { webhookId: webhook.id } })).toBe(0);
});

test('wrong input is refused, and more than twenty are', async () => {
  const events = ['user.deleted'];
  for (const url of [
    ...['', 'ftp://example.com', 'https://user:pass@example.com', 'https://example.com/#a', 'example.com'],
    `https://example.com/${'a'.repeat(2048)}`,
  ])
    await create({ url, events }).expect(400);
  for (const wrong of [[], ['message.sent'], ['user.deleted', 'user.deleted']])
    await create({ url: receiver.url, events: wrong }).expect(400);
  const { webhook } = await made();
  await change(webhook.id, {}).expect(400);
  await change('0198c0de-0000-7000-8000-000000000001', { enabled: false }).expect(404);
  await server.request
    .get(`${at(webhook.id)}/deliveries?cursor=x`)
    .set(admin.authorization)
    .expect(400);
  for (let index = 1; index < 20; index += 1) await made();
  expect((await create({ url: receiver.url, events }).expect(422)).body.code).toBe('limit_reached');
});

test('deliveries are listed page by page, and old ones are swept', async () => {
  const { webhook } = await made(['announcement.made']);
  for (let index = 0; index < 3; index += 1) await announce();
  const page = async (cursor = '') =>
    (
      await server.request
        .get(`${at(webhook.id)}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`)
        .set(admin.authorization)
        .expect(200)
    ).body;
  const first = await page();
  const second = await page(first.nextCursor);
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
  const { reader, writer } = await server.database();
  const old = '018c0000-0000-7000-8000-000000000001';
  await writer.webhookDelivery.updateMany({ where: { id: second.items[0].id }, data: { id: old } });
  await server.container.webhookWorker.sweep();
  expect(await reader.webhookDelivery.count({ where: { webhookId: webhook.id } })).toBe(2);
});

test('a change that is rolled back is not told', async () => {
  const { webhook } = await made(['conversation.created']);
  const ada = await makePerson(server);
  await createChannel(server, ada, { title: 'One', handle: 'the_same' }).expect(201);
  await createChannel(server, ada, { title: 'Two', handle: 'the_same' }).expect(409);
  expect(await deliveriesOf(webhook.id)).toHaveLength(1);
});

test('where private addresses are not allowed, they are refused, and so is a name of one when it is sent to', async () => {
  const strict = await startTestServer({ RATE_LIMITS: 'off' });
  const owner = await makeAdmin(strict);
  const events = ['announcement.made'];
  for (const url of [receiver.url, 'https://127.0.0.1/', 'https://[::1]/', 'https://169.254.169.254/'])
    expect((await create({ url, events }, strict, owner).expect(400)).body.code).toBe('validation_failed');
  const url = receiver.url.replace('http://127.0.0.1', 'https://localhost');
  const { body } = await create({ url, events }, strict, owner).expect(201);
  await announce('tea', strict, owner);
  const list = () =>
    strict.request
      .get(`${at(body.webhook.id)}/deliveries`)
      .set(owner.authorization)
      .expect(200);
  for (let tries = 0; (await list()).body.items[0].error === null && tries < 200; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await list()).body.items[0]).toMatchObject({
    error: 'its address is not a public one',
    statusCode: null,
  });
  expect(receiver.received).toEqual([]);
  await strict.stop();
});

test('a server that is killed before it knows the answer sends it again under the same id', async () => {
  const doomed = await startProcessServer(SETTINGS);
  const owner = await makeAdmin(doomed);
  receiver.answers(() => undefined);
  await create({ url: receiver.url, events: ['announcement.made'] }, doomed, owner).expect(201);
  await announce('tea', doomed, owner);
  const first = await receiver.next();
  await doomed.kill();
  receiver.answers(withStatus(204));
  await hurry(doomed);
  await doomed.start();
  const second = await receiver.next();
  expect(second.headers).toMatchObject({ 'webhook-id': first.headers['webhook-id'], 'webhook-attempt': '2' });
  await doomed.stop();
});

describeWhen('mysql')('two servers on one database', () => {
  test('each delivery is sent by one of them', async () => {
    const second = await startTestServer(SETTINGS, { sharing: server });
    await made(['announcement.made']);
    for (let index = 0; index < 30; index += 1) await announce(`number ${index}`);
    const ids = new Set<unknown>();
    for (let index = 0; index < 30; index += 1) ids.add((await receiver.next()).headers['webhook-id']);
    expect(ids.size).toBe(30);
    expect(receiver.received).toHaveLength(30);
    await second.stop();
  });
});
