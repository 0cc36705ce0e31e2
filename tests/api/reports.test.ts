import type { OwnReport } from '../../src/contracts/reports';
import { makeAdmin } from '../support/admins';
import { makeChannel } from '../support/channels';
import { makeChat, send } from '../support/chats';
import { attach, download, uploaded } from '../support/files';
import { createGroup, groupOf } from '../support/groups';
import { makePerson, PASSWORD, type Person } from '../support/people';
import { report as reportBy } from '../support/reports';
import { startTestServer, type TestServer } from '../support/server';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const NOTHING = '0198c0de-0000-7000-8000-000000000001';
const report = (by: Person, targetType: string, targetId: string, more: object = {}) =>
  reportBy(server, by, { targetType, targetId, ...more });
const made = async (by: Person, targetType: string, targetId: string): Promise<OwnReport> =>
  (await report(by, targetType, targetId).expect(201)).body;
const seen = (path = '', by = admin) =>
  server.request.get(`/api/v1/admin/reports${path}`).set(by.authorization);
const handle = (id: string, body: object, by = admin) =>
  server.request.patch(`/api/v1/admin/reports/${id}`).set(by.authorization).send(body);
const contextOf = async (id: string) => (await seen(`/${id}`).expect(200)).body.context;

describe('POST /reports', () => {
  test('somebody is reported once while the report is not closed, and another time after that', async () => {
    const [ada, bob] = [await makePerson(server), await makePerson(server)];
    const first = await report(ada, 'user', bob.id, { note: 'sells tea' }).expect(201);
    expect(first.body).toEqual({
      ...{ id: expect.any(String), targetType: 'user', targetId: bob.id, reason: 'spam' },
      ...{ note: 'sells tea', status: 'open', createdAt: expect.any(String) },
    });
    const again = await report(ada, 'user', bob.id, { reason: 'hate' }).expect(200);
    expect(again.body).toEqual(first.body);
    await handle(first.body.id, { status: 'in_review' }).expect(200);
    expect((await report(ada, 'user', bob.id).expect(200)).body).toEqual({
      ...first.body,
      status: 'in_review',
    });
    await handle(first.body.id, { status: 'dismissed', resolution: 'good tea' }).expect(200);
    expect((await made(ada, 'user', bob.id)).id).not.toBe(first.body.id);
  });

  test('at the same moment makes one report', async () => {
    const [ada, bob] = [await makePerson(server), await makePerson(server)];
    const answers = await Promise.all(Array.from({ length: 8 }, () => report(ada, 'user', bob.id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(7).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  test('a message is kept as it was, with what was said around it, whatever becomes of it', async () => {
    const { ada, bob, chat } = await makeChat(server);
    for (let turn = 1; turn <= 7; turn += 1) await send(server, bob, chat.id, `before ${turn}`);
    const message = await send(server, ada, chat.id, 'buy this');
    await send(server, bob, chat.id, 'no');
    const file = await uploaded(server, ada);
    await attach(server, message, file.id);
    const { id } = await made(bob, 'message', message.id);
    await server.request
      .delete(`/api/v1/chats/${chat.id}/messages/${message.id}?for=everyone`)
      .set(ada.authorization)
      .expect(204);
    const context = await contextOf(id);
    expect(context).toMatchObject({
      conversation: { id: chat.id, kind: 'chat', title: null },
      message: { id: message.id, senderId: ada.id, content: 'buy this', createdAt: message.createdAt },
      after: [{ content: 'no', senderId: bob.id, attachments: [] }],
    });
    expect(context.before.map(({ content }: { content: string }) => content)).toEqual([
      ...['before 3', 'before 4', 'before 5', 'before 6', 'before 7'],
    ]);
  });

  test('what is kept of the talk is what the reporter may read', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const messages: string[] = [];
    for (const text of ['cleared', 'hidden', 'bad'])
      messages.push((await send(server, ada, chat.id, text)).id);
    await server.request
      .delete(`/api/v1/conversations/${chat.id}/history`)
      .set(bob.authorization)
      .send({ uptoSeq: 1 })
      .expect(200);
    await server.request
      .delete(`/api/v1/chats/${chat.id}/messages/${messages[1]}?for=me`)
      .set(bob.authorization)
      .expect(204);
    for (const gone of messages.slice(0, 2)) await report(bob, 'message', gone).expect(404);
    const { id } = await made(bob, 'message', messages[2] ?? '');
    expect(await contextOf(id)).toMatchObject({ before: [], message: { content: 'bad' }, after: [] });
  });

  test('what one may not see, is not there, or is gone is the same', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const eve = await makePerson(server);
    const group = await createGroup(server, ada, [bob]);
    const secret = await send(server, ada, chat.id, 'secret');
    const answers = [
      await report(eve, 'message', secret.id),
      await report(eve, 'message', NOTHING),
      await report(eve, 'conversation', chat.id),
      await report(eve, 'conversation', group.id),
      await report(eve, 'conversation', NOTHING),
      await report(eve, 'user', NOTHING),
    ];
    expect(answers.map(({ status, body }) => [status, body.code, body.detail])).toEqual(
      ['message', 'message', 'conversation', 'conversation', 'conversation', 'user'].map((what) => [
        ...[404, 'not_found', `There is no such ${what} here`],
      ]),
    );
    await groupOf(server, group.id).delete(bob, `/members/${bob.id}`).expect(204);
    await report(bob, 'conversation', group.id).expect(404);
    await server.request
      .delete(`/api/v1/chats/${chat.id}/messages/${secret.id}?for=everyone`)
      .set(ada.authorization)
      .expect(204);
    await report(bob, 'message', secret.id).expect(404);
  });

  test('a public channel and its posts are for everybody to report', async () => {
    const { id, channel, owner, stranger } = await makeChannel(server);
    const post = (await channel.post(owner, '/messages', { content: 'tea' }).expect(201)).body;
    const aboutIt = await made(stranger, 'conversation', id);
    const aboutPost = await made(stranger, 'message', post.id);
    expect(JSON.stringify(aboutPost)).not.toContain(owner.id);
    expect((await seen(`/${aboutIt.id}`).expect(200)).body).toMatchObject({
      subject: { id: owner.id },
      context: { conversation: { kind: 'channel', title: 'News' } },
    });
    expect((await seen(`/${aboutPost.id}`).expect(200)).body).toMatchObject({
      subject: { id: owner.id },
      context: { message: { content: 'tea' } },
    });
  });

  test('oneself, what one has said and what the server has said are refused, as is what is no report', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const own = await send(server, ada, chat.id, 'mine');
    const { id } = await createGroup(server, ada);
    await groupOf(server, id)
      .post(ada, '/members', { userIds: [bob.id] })
      .expect(200);
    const { body } = await groupOf(server, id).get(bob, '/messages').expect(200);
    const said = body.items.find(({ type }: { type: string }) => type === 'system');
    for (const refused of [
      report(ada, 'user', ada.id),
      report(ada, 'message', own.id),
      report(bob, 'message', said.id),
      report(ada, 'server', bob.id),
      report(ada, 'user', 'x'),
      report(ada, 'user', bob.id, { reason: 'infected_file' }),
      report(ada, 'user', bob.id, { note: 'x'.repeat(1001) }),
      report(ada, 'user', bob.id, { status: 'resolved' }),
    ])
      expect((await refused.expect(400)).body.code).toBe('validation_failed');
    await server.request.post('/api/v1/reports').send({}).expect(401);
  });
});

describe('/admin/reports', () => {
  test('lists by state and kind, page by page, and what is about an admin is not for them', async () => {
    const ada = await makePerson(server);
    const other = await makeAdmin(server);
    const ids: string[] = [];
    for (const target of [await makePerson(server), other, await makePerson(server)])
      ids.unshift((await made(ada, 'user', target.id)).id);
    const [last, aboutOther, first] = ids as [string, string, string];
    await handle(first, { status: 'in_review' }).expect(200);
    const found: string[] = [];
    for (let cursor = ''; found.length < 3;) {
      const { body } = await seen(`?targetType=user&limit=1${cursor}`).expect(200);
      found.push(...body.items.map(({ id }: OwnReport) => id));
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(found).toEqual(ids);
    const listed = async (query: string, by?: Person) =>
      (await seen(query, by).expect(200)).body.items.map(({ id }: OwnReport) => id);
    expect(await listed('?status=in_review')).toContain(first);
    expect(await listed('?status=open')).not.toContain(first);
    expect((await listed('', other)).slice(0, 2)).toEqual([last, first]);
    await seen(`/${aboutOther}`, other).expect(404);
    await handle(aboutOther, { status: 'in_review' }, other).expect(404);
    await seen('', ada).expect(403);
    for (const query of ['?status=new', '?cursor=x']) await seen(query).expect(400);
  });

  test('a report says who handled it and what came of it, and stands beside others of the same', async () => {
    const [ada, bob, eve] = [await makePerson(server), await makePerson(server), await makePerson(server)];
    const [first, second] = [await made(ada, 'user', eve.id), await made(bob, 'user', eve.id)];
    const { body } = await handle(first.id, { status: 'resolved', resolution: 'talked to' }).expect(200);
    expect(body).toMatchObject({
      ...{ status: 'resolved', resolution: 'talked to', handledAt: expect.any(String) },
      ...{ reporter: { id: ada.id }, subject: { id: eve.id }, handledBy: { id: admin.id } },
    });
    const details = (await seen(`/${second.id}`).expect(200)).body;
    expect(details).toMatchObject({
      ...{ status: 'open', handledBy: null, reporter: { id: bob.id } },
      context: { user: { username: eve.username } },
    });
    expect(details.others).toEqual([body]);
    const log = await server.request
      .get(`/api/v1/admin/audit-log?targetId=${first.id}`)
      .set(admin.authorization)
      .expect(200);
    // Whom the report is about may read the log, and must not learn from it what the report's own door would not tell.
    expect(log.body.items).toEqual([
      expect.objectContaining({
        ...{ action: 'report.handled', actorId: admin.id, targetType: 'report' },
        ...{ before: { status: 'open' }, after: { status: 'resolved' } },
      }),
    ]);
  });

  test('when two admins decide at once one of them does; what is closed stays closed', async () => {
    const other = await makeAdmin(server);
    const { id } = await made(await makePerson(server), 'user', (await makePerson(server)).id);
    const answers = await Promise.all([
      handle(id, { status: 'resolved', resolution: 'yes' }),
      handle(id, { status: 'dismissed', resolution: 'no' }, other),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = answers.find(({ status }) => status === 200)?.body;
    expect((await seen(`/${id}`).expect(200)).body).toMatchObject(won);
    for (const status of ['open', 'in_review']) await handle(id, { status }).expect(409);
  });

  test('closing without a word, an unknown state and an unknown report are refused', async () => {
    const { id } = await made(await makePerson(server), 'user', (await makePerson(server)).id);
    for (const body of [
      { status: 'resolved' },
      { status: 'resolved', resolution: ' \n' },
      { status: 'gone' },
      {},
    ])
      await handle(id, body).expect(400);
    await handle(id, { status: 'open' }).expect(409);
    await handle(NOTHING, { status: 'in_review' }).expect(404);
    await seen('/x').expect(400);
  });

  test('accounts go, their reports stay', async () => {
    const [ada, eve] = [await makePerson(server), await makePerson(server)];
    const { id } = await made(ada, 'user', eve.id);
    for (const person of [ada, eve])
      await server.request
        .delete('/api/v1/users/me')
        .set(person.authorization)
        .send({ password: PASSWORD })
        .expect(204);
    expect((await seen(`/${id}`).expect(200)).body).toMatchObject({
      reporter: { id: ada.id, deleted: true },
      subject: { id: eve.id, deleted: true },
      context: { user: { username: eve.username } },
    });
  });

  test('admins read the files of a reported message until the report is closed', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'look');
    const file = await uploaded(server, ada);
    await attach(server, message, file.id);
    const eve = await makePerson(server);
    const statuses = async () => [
      (await download(server, `/api/v1/files/${file.id}`, admin)).status,
      (await download(server, `/api/v1/files/${file.id}`, eve)).status,
    ];
    expect(await statuses()).toEqual([404, 404]);
    await made(eve, 'user', ada.id);
    expect(await statuses()).toEqual([404, 404]);
    const { id } = await made(bob, 'message', message.id);
    expect(await statuses()).toEqual([200, 404]);
    await handle(id, { status: 'dismissed', resolution: 'a cat' }).expect(200);
    expect(await statuses()).toEqual([404, 404]);
  });

  test('what was closed a year ago is forgotten', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1)
      ids.push((await made(await makePerson(server), 'user', admin.id)).id);
    const other = await makeAdmin(server);
    for (const id of ids.slice(0, 2)) await handle(id, { status: 'dismissed', resolution: 'no' }, other);
    const closedAt = new Date(Date.now() - 366 * 86_400_000);
    await (await server.database()).writer.report.update({ where: { id: ids[0] ?? '' }, data: { closedAt } });
    await server.container.reports.sweep();
    const statuses = await Promise.all(ids.map(async (id) => (await seen(`/${id}`, other)).status));
    expect(statuses).toEqual([404, 200, 200]);
  });
});
