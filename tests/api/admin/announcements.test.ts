import { AnnouncementMails } from '../../../src/services/announcements/announcement-mails';
import { makeAdmin } from '../../support/admins';
import { makePeople, makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { problem, until } from '../auth/answers';

let server: TestServer;
let admin: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
  admin = await makeAdmin(server);
});
afterAll(() => server.stop());

const announce = (body: object, by = admin) =>
  server.request.post('/api/v1/admin/announcements').set(by.authorization).send(body);
const made = async () =>
  (await server.request.get('/api/v1/admin/announcements').set(admin.authorization).expect(200)).body.items;
const mailsOf = (content: string): string[] =>
  server.mail.received.filter(({ text }) => text.startsWith(content)).map(({ to }) => to);

test('everybody who is connected hears it, and whoever was not reads it later', async () => {
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  const phone = await connect(server, ada.tokens);
  const { body } = await announce({ content: 'We move on Sunday.\nBack at ten.', via: ['socket'] }).expect(
    202,
  );
  expect(body).toEqual({
    id: expect.any(String),
    content: 'We move on Sunday.\nBack at ten.',
    createdAt: expect.any(String),
    author: expect.objectContaining({ id: admin.id }),
    via: ['socket'],
    mailed: 0,
    mailedAt: null,
    telegrams: 0,
    telegramsAt: null,
  });
  const { id, content, createdAt } = body;
  expect(await phone.next('announcement')).toEqual({ id, content, createdAt });
  const read = await server.request.get('/api/v1/announcements').set(bob.authorization).expect(200);
  expect(read.body).toEqual({ items: [{ id, content, createdAt }] });
  expect(await made()).toEqual([body]);
  const log = await server.request
    .get(`/api/v1/admin/audit-log?targetId=${id}`)
    .set(admin.authorization)
    .expect(200);
  expect(log.body.items).toMatchObject([
    { action: 'announcement.made', actorId: admin.id, after: { content, via: 'socket' } },
  ]);
});

test('everybody who has an account gets one mail, however many there are and whoever dies meanwhile', async () => {
  const people = await makePeople(server, 5);
  const { writer, reader } = await server.database();
  const now = new Date();
  const crowd = Array.from({ length: 130 }, (_, index) => index);
  const row = await reader.user.findUniqueOrThrow({ where: { id: (people[0] as Person).id } });
  await writer.user.createMany({
    data: crowd.map((index) => ({
      ...row,
      id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      ...{ username: `crowd${index}`, usernameKey: `crowd${index}`, displayNameKey: `crowd${index}` },
      ...{ email: `crowd${index}@example.com`, emailKey: `crowd${index}@example.com` },
    })),
  });
  const [, deleted, suspended] = people as [Person, Person, Person];
  await writer.user.update({ where: { id: deleted.id }, data: { deletedAt: now } });
  await server.request
    .put(`/api/v1/admin/users/${suspended.id}/suspension`)
    .set(admin.authorization)
    .send({ reason: 'spam' })
    .expect(200);
  const { body } = await announce({ content: 'Mind the gap', via: ['email', 'socket'] }).expect(202);
  const { id } = body;
  const mails = new AnnouncementMails({ database: server.container.database, pauseMs: 0 });
  // Jobs that are done again, by several at once.
  for (let isDone = false; !isDone;) {
    const at = await reader.announcement.findUniqueOrThrow({ where: { id } });
    isDone = at.mailedAt !== null;
    await Promise.all(['', at.mailAfter, at.mailAfter].map((from) => mails.write({ id, after: from })));
  }
  const latecomer = await makePerson(server);
  const there = await reader.user.findMany({
    where: { deletedAt: null, id: { lt: id } },
    select: { email: true },
  });
  const addressees = there.map(({ email }) => email).filter((email) => email !== suspended.email);
  expect(addressees.length).toBeGreaterThan(130);
  await until('all mails to come', () =>
    Promise.resolve(mailsOf('Mind the gap').length >= addressees.length),
  );
  await until('the outbox to be empty', async () => (await reader.outboxJob.count()) === 0);
  expect(mailsOf('Mind the gap').sort()).toEqual(addressees.sort());
  expect(mailsOf('Mind the gap')).not.toContain(latecomer.email);
  expect((await made())[0]).toMatchObject({ id, mailed: addressees.length, mailedAt: expect.any(String) });
});

test('what is sent twice, or again for want of an answer, is told once', async () => {
  const ada = await makePerson(server);
  const phone = await connect(server, ada.tokens);
  const body = { content: 'The same again', via: ['socket', 'email'] };
  const answers = await Promise.all([announce(body), announce(body), announce(body)]);
  answers.push(await announce({ ...body, via: ['email', 'socket'] }));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  // Another admin, and the same by other ways, are something else.
  const others = [
    await announce(body, await makeAdmin(server)),
    await announce({ ...body, via: ['socket'] }),
  ];
  const ids = [answers[0]?.body.id, ...others.map((answer) => answer.body.id)];
  expect(new Set(ids).size).toBe(3);
  await phone.next('announcement', ({ id }) => id === ids[2]);
  expect(phone.payloads('announcement').map(({ id }) => id)).toEqual(ids);
  await until('both mails to come', () =>
    Promise.resolve(mailsOf('The same again').filter((to) => to === ada.email).length >= 2),
  );
  const { reader, writer } = await server.database();
  expect(await reader.auditEntry.count({ where: { targetId: ids[0] ?? '' } })).toBe(1);
  // What was said some time ago may be said again.
  const old = '00000000-0000-7000-8000-00000000000';
  for (const [index, id] of ids.entries())
    await writer.announcement.update({ where: { id: id ?? '' }, data: { id: `${old}${index}` } });
  expect(ids).not.toContain((await announce(body).expect(202)).body.id);
});

test('whoever deletes their account while the mails are written gets none', async () => {
  const { database } = server.container;
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  const content = 'Nobody who goes hears this';
  const { body } = await announce({ content, via: ['socket'] }).expect(202);
  // Up to the one before them.
  const [after = ''] = [admin.id, ada.id, bob.id].sort();
  await database.writer.announcement.update({ where: { id: body.id }, data: { mailAfter: after } });
  const mails = new AnnouncementMails({ database });
  let writing: Promise<void> | undefined;
  await database.transaction(async (db) => {
    await db.user.updateMany({ where: { id: ada.id }, data: { deletedAt: new Date() } });
    writing = mails.write({ id: body.id, after });
    // It waits, or it is done too early.
    await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 300))]);
  });
  await writing;
  server.container.outbox.wake();
  await until('the mails to come', () => Promise.resolve(mailsOf(content).includes(bob.email)));
  await until('the outbox to be empty', async () => (await database.reader.outboxJob.count()) === 0);
  expect(mailsOf(content)).not.toContain(ada.email);
});

test('what cannot be told is refused', async () => {
  for (const body of [
    {},
    { content: '', via: ['socket'] },
    { content: ' \n', via: ['socket'] },
    { content: 'a'.repeat(4_001), via: ['socket'] },
    { content: 'a', via: [] },
    { content: 'a', via: ['telegram'] },
    { content: 'a', via: ['socket', 'socket'] },
    { content: 'a\u0000', via: ['socket'] },
  ])
    expect((await announce(body).expect(400)).body.code).toBe('validation_failed');
  const ada = await makePerson(server);
  expect((await announce({ content: 'a', via: ['socket'] }, ada).expect(403)).body).toEqual(
    problem('forbidden', { detail: expect.any(String) }),
  );
  await server.request.get('/api/v1/announcements').expect(401);
  await server.request.get('/api/v1/admin/announcements').set(ada.authorization).expect(403);
});
