import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newId } from '../../../src/helpers/ids';
import { makeChat, send } from '../../support/chats';
import { archiveOf, askExport, ended, exported, jsonIn, unzipped } from '../../support/exports';
import { download, uploaded } from '../../support/files';
import { channelOf, createChannel } from '../../support/channels';
import { createGroup, makeGroup } from '../../support/groups';
import { makePerson, PASSWORD, type Person } from '../../support/people';
import { startProcessServer } from '../../support/process-server';
import { report } from '../../support/reports';
import { startS3 } from '../../support/s3';
import { startTestServer, type TestServer } from '../../support/server';
import { smallDisk } from '../../support/small-disk';
import { problem, until } from '../auth/answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const PATH = '/api/v1/users/me/export';
const folder = (): string => path.join(server.home.dataDir, 'exports');
const inFolder = (): string[] => (existsSync(folder()) ? readdirSync(folder()) : []);
const api = (method: 'post' | 'put' | 'patch', person: Person, url: string, body: object = {}) =>
  server.request[method](`/api/v1${url}`).set(person.authorization).send(body);

/** One as a server that died left it. */
async function left(person: Person, attempts: number, leasedForMs = -1000): Promise<string> {
  const id = newId();
  const { writer } = await server.database();
  await writer.dataExport.create({
    data: {
      ...{ id, userId: person.id, makingFor: person.id, status: 'making', progress: 40, attempts },
      ...{ leasedUntil: new Date(Date.now() + leasedForMs), createdAt: new Date() },
      expiresAt: new Date(Date.now() + 86_400_000),
    },
  });
  return id;
}

test('an export holds all of a person, and nothing that others wrote', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const group = await createGroup(server, ada, [bob], 'Tea');
  const file = await uploaded(server, ada, Buffer.from('leaves and water'), { filename: 'recipe.txt' });
  const spare = await uploaded(server, ada, randomBytes(300_000), { filename: 'a/b:c.bin' });
  const { body: said } = await api('post', ada, `/chats/${chat.id}/messages`, {
    content: 'first text',
    type: 'file',
    attachmentIds: [file.id],
  }).expect(201);
  await api('patch', ada, `/chats/${chat.id}/messages/${said.id}`, { content: 'second text' }).expect(200);
  const others = await send(server, bob, chat.id, 'the words of somebody else');
  await api('put', ada, `/chats/${chat.id}/messages/${others.id}/reactions/👍`).expect(200);
  await api('put', ada, `/chats/${chat.id}/read`, { seq: 2 }).expect((answer) => answer.status < 300);
  await api('post', ada, `/groups/${group.id}/messages`, { content: 'to the group' }).expect(201);
  await api('post', ada, `/groups/${group.id}/invites`, {}).expect(201);
  const { body: reported } = await report(server, ada, {
    ...{ targetType: 'message', targetId: others.id, reason: 'other', note: 'rude' },
  }).expect(201);
  const { writer } = await server.database();
  const handled = { status: 'resolved', handledById: bob.id, resolution: 'a word with them' };
  await writer.report.updateMany({ where: { id: reported.id }, data: handled });
  const { username, id: blockedId } = await makePerson(server);
  await api('put', ada, `/users/${blockedId}/block`).expect(204);

  const made = await exported(server, ada);
  expect(made).toMatchObject({ status: 'done', progress: 100 });
  const bytes = await archiveOf(server, ada, made.id);
  expect(bytes.length).toBe(made.size);
  expect(statSync(path.join(folder(), `${made.id}.1.zip`)).mode & 0o777).toBe(0o600);

  const entries = unzipped(bytes);
  const json = jsonIn(entries);
  expect(json['profile.json']).toMatchObject({ id: ada.id, email: ada.email, twoFactor: false });
  expect(json['settings.json']).toEqual(ada.user.settings);
  expect(json['sessions.json']).toEqual([expect.objectContaining({ ip: expect.any(String) })]);
  expect(json['blocks.json']).toEqual([{ userId: blockedId, username, createdAt: expect.any(String) }]);
  expect(json['conversations.json']).toEqual([
    expect.objectContaining({
      ...{ conversationId: chat.id, kind: 'chat', lastReadSeq: 2 },
      peer: { userId: bob.id, username: bob.username },
    }),
    expect.objectContaining({ conversationId: group.id, title: 'Tea', role: 'owner', isOwner: true }),
  ]);
  expect(json['invites.json']).toEqual([expect.objectContaining({ conversationId: group.id, uses: 0 })]);
  expect(json['reports.json']).toEqual([{ ...reported, status: 'resolved' }]);
  expect(json['reactions.json']).toEqual([{ conversationId: chat.id, seq: 2, emoji: '👍' }]);
  expect(json['messages.json']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        ...{ id: said.id, content: 'second text', fileIds: [file.id] },
        earlier: [{ content: 'first text', writtenAt: expect.any(String) }],
      }),
      expect.objectContaining({ conversationId: group.id, content: 'to the group', earlier: [] }),
    ]),
  );
  expect((json['messages.json'] as unknown[]).length).toBe(2);
  const files = json['files.json'] as { id: string; path: string; size: number }[];
  expect(files.map(({ id }) => id)).toEqual([file.id, spare.id]);
  expect(entries.get(files[0]?.path ?? '')?.toString()).toBe('leaves and water');
  expect(entries.get(files[1]?.path ?? '')?.length).toBe(300_000);
  expect(entries.get('README.txt')?.toString()).toContain('messages.json');
  const texts = Object.values(json).map((value) => JSON.stringify(value));
  for (const secret of [
    'the words of somebody else',
    'a word with them',
    'passwordHash',
    'refreshHash',
    'tokenHash',
    'storageKey',
  ])
    expect(texts.join('')).not.toContain(secret);
});

test('more than a page of everything comes once each', async () => {
  const { ada, chat } = await makeChat(server);
  for (let count = 0; count < 450; count += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => send(server, ada, chat.id, `text ${count + index}`)),
    );
  const { id } = await exported(server, ada);
  const messages = jsonIn(unzipped(await archiveOf(server, ada, id)))['messages.json'] as {
    content: string;
  }[];
  expect(new Set(messages.map(({ content }) => content)).size).toBe(450);
  expect(messages).toHaveLength(450);
}, 60_000);

test('asking while one is made answers that one, also at the same moment; later a new one takes its place', async () => {
  const ada = await makePerson(server);
  const first = await left(ada, 1, 60_000);
  const asked = await Promise.all([1, 2, 3].map(() => askExport(server, ada)));
  expect(asked.map(({ id, status, progress }) => [id, status, progress])).toEqual(
    asked.map(() => [first, 'making', 40]),
  );
  const { writer } = await server.database();
  await writer.dataExport.update({ where: { id: first }, data: { leasedUntil: null } });
  await askExport(server, ada);
  await ended(server, ada, first);
  const next = await exported(server, ada);
  expect(next.id).not.toBe(first);
  const { body } = await server.request.get(`${PATH}/${first}`).set(ada.authorization).expect(404);
  expect(body.code).toBe('not_found');
  await server.container.exportMaker.sweep();
  expect(inFolder()).toContain(`${next.id}.1.zip`);
  expect(inFolder()).not.toContain(`${first}.2.zip`);
});

test('names of what somebody has left, or was put out of, are those of others', async () => {
  const { group, id, owner, member } = await makeGroup(server);
  await group.delete(owner, `/members/${member.id}`).expect(204);
  await group.patch(owner, '', { title: 'Without them' }).expect(200);
  const { body: channel } = await createChannel(server, owner, {
    ...{ title: 'For everybody', visibility: 'public' },
  }).expect(201);
  const news = channelOf(server, channel.id);
  await news.put(member, '/follow').expect(200);
  await news.delete(member, '/follow').expect(204);
  const { id: exportId } = await exported(server, member);
  const entries = unzipped(await archiveOf(server, member, exportId));
  const conversations = jsonIn(entries)['conversations.json'] as { conversationId: string; title: string }[];
  expect(conversations.map(({ conversationId, title }) => [conversationId, title])).toEqual([
    [id, null],
    [channel.id, 'For everybody'],
  ]);
});

test('one that nobody made for a day is over: asking makes a new one', async () => {
  const ada = await makePerson(server);
  const old = await left(ada, 1, 60_000);
  const { writer } = await server.database();
  await writer.dataExport.update({ where: { id: old }, data: { expiresAt: new Date(Date.now() - 1) } });
  const { id, status } = await exported(server, ada);
  expect([id === old, status]).toEqual([false, 'done']);
});

test('is refused with a wrong password, malformed, without a token, and to everybody else', async () => {
  const ada = await makePerson(server);
  const ask = (body: object) => server.request.post(PATH).set(ada.authorization).send(body);
  expect((await ask({ password: 'wrong' }).expect(401)).body).toEqual(problem('invalid_credentials'));
  await ask({}).expect(400);
  await ask({ password: PASSWORD, more: 1 }).expect(400);
  const { id } = await exported(server, ada);
  for (const url of [PATH, `${PATH}/${id}`, `${PATH}/${id}/download`])
    await server.request[url === PATH ? 'post' : 'get'](url).send({}).expect(401);
  const other = await makePerson(server);
  for (const url of [`${PATH}/${id}`, `${PATH}/${id}/download`, `${PATH}/${newId()}`]) {
    const { body } = await server.request.get(url).set(other.authorization).expect(404);
    expect(body.code).toBe('not_found');
  }
  await server.request.get(`${PATH}/x`).set(ada.authorization).expect(400);
});

test('a part of the archive can be asked for, and what one has is not sent again', async () => {
  const ada = await makePerson(server);
  const { id, size } = await exported(server, ada);
  const url = `${PATH}/${id}/download`;
  const whole = await download(server, url, ada).expect(200);
  expect(whole.get('Content-Disposition')).toMatch(/^attachment; filename="export-[\d-]{10}\.zip"/);
  const part = await download(server, url, ada).set('Range', 'bytes=10-19').expect(206);
  expect(part.get('Content-Range')).toBe(`bytes 10-19/${size}`);
  expect(part.body).toEqual((whole.body as Buffer).subarray(10, 20));
  await download(server, url, ada)
    .set('If-None-Match', whole.get('ETag') ?? '')
    .expect(304);
  await download(server, url, ada).set('Range', 'bytes=999999999-').expect(416);
});

test('one whose server died is made by the next; after three of them it fails and can be asked for anew', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const [adas, bobs] = [await left(ada, 1), await left(bob, 3)];
  const answer = await server.request.get(`${PATH}/${adas}/download`).set(ada.authorization).expect(409);
  expect(answer.body.code).toBe('conflict');
  await server.restart();
  expect(await ended(server, ada, adas)).toMatchObject({ status: 'done' });
  expect(await ended(server, bob, bobs)).toMatchObject({ status: 'failed', size: null });
  await server.request.get(`${PATH}/${bobs}/download`).set(bob.authorization).expect(409);
  expect(await exported(server, bob)).toMatchObject({ status: 'done' });
});

test('one that cannot be written fails, and leaves nothing', async () => {
  const ada = await makePerson(server);
  rmSync(folder(), { recursive: true, force: true });
  // A file where the folder should be: as a disk that takes nothing.
  writeFileSync(folder(), '');
  const failed = await exported(server, ada);
  expect(failed).toMatchObject({ status: 'failed', size: null });
  rmSync(folder());
  mkdirSync(folder());
  expect(await exported(server, ada)).toMatchObject({ status: 'done' });
  expect(inFolder()).toHaveLength(1);
});

test('one for which there is no room on the disk fails, and leaves nothing half there', async () => {
  const full = await startTestServer({ RATE_LIMITS: 'off' });
  const place = path.join(full.home.dataDir, 'exports');
  const unmount = smallDisk(place);
  try {
    if (!unmount) return console.warn('no disk can be mounted here: this was not tried');
    const ada = await makePerson(full);
    const file = await uploaded(full, ada, randomBytes(3_000_000));
    expect(await exported(full, ada)).toMatchObject({ status: 'failed' });
    expect(readdirSync(place)).toEqual([]);
    await full.request.delete(`/api/v1/files/${file.id}`).set(ada.authorization).expect(204);
    expect(await exported(full, ada)).toMatchObject({ status: 'done' });
  } finally {
    await full.container.exportMaker.stop();
    unmount?.();
    await full.stop();
  }
});

test('kill -9 in the middle: the next start makes it', async () => {
  const killed = await startProcessServer({ RATE_LIMITS: 'off' });
  try {
    const ada = await makePerson(killed);
    const file = await uploaded(killed, ada, randomBytes(20_000_000));
    const { id } = await askExport(killed, ada);
    await killed.kill('SIGKILL');
    const { writer } = await killed.database();
    await writer.dataExport.updateMany({
      where: { leasedUntil: { not: null } },
      data: { leasedUntil: new Date(0) },
    });
    await killed.start();
    expect(await ended(killed, ada, id)).toMatchObject({ status: 'done' });
    const entries = unzipped(await archiveOf(killed, ada, id));
    expect(entries.get(`files/${file.id}/file.bin`)?.length).toBe(20_000_000);
  } finally {
    await killed.stop();
  }
}, 60_000);

test('is removed after a day', async () => {
  const ada = await makePerson(server);
  const { id } = await exported(server, ada);
  const { writer } = await server.database();
  await writer.dataExport.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
  await server.request.get(`${PATH}/${id}`).set(ada.authorization).expect(404);
  expect(inFolder()).toContain(`${id}.1.zip`);
  await server.container.exportMaker.sweep();
  expect(inFolder()).not.toContain(`${id}.1.zip`);
  expect(await writer.dataExport.count({ where: { id } })).toBe(0);
});

test('goes with the account', async () => {
  const ada = await makePerson(server);
  const { id } = await exported(server, ada);
  await server.request
    .delete('/api/v1/users/me')
    .set(ada.authorization)
    .send({ password: PASSWORD })
    .expect(204);
  await until('the archive to be gone', () => Promise.resolve(!inFolder().includes(`${id}.1.zip`)));
});

test('reads files from a bucket, too', async () => {
  const s3 = await startS3();
  const other = await startTestServer({ RATE_LIMITS: 'off', ...s3.settings });
  try {
    const ada = await makePerson(other);
    const bytes = randomBytes(2_000_000);
    const file = await uploaded(other, ada, bytes);
    const { id } = await exported(other, ada);
    const entries = unzipped(await archiveOf(other, ada, id));
    expect(entries.get(`files/${file.id}/file.bin`)?.equals(bytes)).toBe(true);
  } finally {
    await other.stop();
    await s3.stop();
  }
}, 60_000);
