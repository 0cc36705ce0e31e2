import type { File } from '../../../src/contracts/files';
import type { SentMessage } from '../../../src/contracts/messages';
import { makeChannel } from '../../support/channels';
import { makeChat, openChat } from '../../support/chats';
import { download, uploaded } from '../../support/files';
import { makeGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const PICTURE = tinyPng(3, 2);

const uploadedBy = (owner: Person): Promise<File> =>
  uploaded(server, owner, PICTURE, { filename: 'cat.png' });
const ask = (person: Person, method: 'post' | 'put' | 'delete', path: string, body?: object) =>
  server.request[method](`/api/v1${path}`).set(person.authorization).send(body);
const sent = async (person: Person, path: string, ...files: File[]): Promise<SentMessage> =>
  (await ask(person, 'post', `${path}/messages`, { attachmentIds: files.map(({ id }) => id) }).expect(201))
    .body;

/** With their access token alone. */
async function reads(person: Person, { id }: Pick<File, 'id'>): Promise<boolean> {
  const { status } = await download(server, `/api/v1/files/${id}`, person);
  expect([200, 404]).toContain(status);
  return status === 200;
}

test('whoever is in the conversation reads it, nobody before it is sent there, and no stranger', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const stranger = await makePerson(server);
  const file = await uploadedBy(ada);
  expect([await reads(ada, file), await reads(bob, file)]).toEqual([true, false]);
  const message = await sent(ada, `/chats/${chat.id}`, file);
  expect([await reads(ada, file), await reads(bob, file), await reads(stranger, file)]).toEqual([
    true,
    true,
    false,
  ]);
  // The address in the message needs no token, and opens this file alone.
  const { url } = message.attachments[0] as File;
  expect((await download(server, url).expect(200)).body).toEqual(PICTURE);
  const other = await uploadedBy(ada);
  await download(server, url.replace(file.id, other.id)).expect(404);
  await download(server, url.replace('signature=', 'signature=x')).expect(404);
});

test('deleted for everyone, hidden, or cleared it is not read any more, but by its owner', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const files = [await uploadedBy(ada), await uploadedBy(ada), await uploadedBy(ada)] as const;
  const path = `/chats/${chat.id}`;
  const [cleared, deleted, hidden] = [
    await sent(ada, path, files[0]),
    await sent(ada, path, files[1]),
    await sent(ada, path, files[2]),
  ];
  for (const file of files) expect(await reads(bob, file)).toBe(true);
  await ask(bob, 'delete', `/conversations/${chat.id}/history`, { uptoSeq: cleared.seq }).expect(200);
  await ask(ada, 'delete', `${path}/messages/${deleted.id}`).expect(204);
  await ask(bob, 'delete', `${path}/messages/${hidden.id}?for=me`).expect(204);
  for (const file of files) expect([await reads(bob, file), await reads(ada, file)]).toEqual([false, true]);
});

test('who left, was removed or banned reads it no more; who comes back sees it again', async () => {
  const { id, group, owner, admin, member } = await makeGroup(server);
  const file = await uploadedBy(owner);
  await sent(owner, `/groups/${id}`, file);
  expect([await reads(admin, file), await reads(member, file)]).toEqual([true, true]);
  await group.delete(member, `/members/${member.id}`).expect(204);
  await group.put(owner, `/bans/${admin.id}`).expect(204);
  expect([await reads(admin, file), await reads(member, file)]).toEqual([false, false]);
  await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
  expect(await reads(member, file)).toBe(true);
  await group.delete(owner).expect(204);
  expect([await reads(owner, file), await reads(member, file)]).toEqual([true, false]);
});

test('one message that can be seen is enough: forwarded it is read where it went, also when the first is deleted', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const carl = await makePerson(server);
  const other = await openChat(server, bob, carl);
  const file = await uploadedBy(ada);
  const message = await sent(ada, `/chats/${chat.id}`, file);
  expect(await reads(carl, file)).toBe(false);
  const to = [{ conversationId: other.id }];
  const { body } = await ask(bob, 'post', `/chats/${chat.id}/messages/${message.id}/forward`, { to }).expect(
    200,
  );
  expect(await reads(carl, file)).toBe(true);
  await ask(ada, 'delete', `/chats/${chat.id}/messages/${message.id}`).expect(204);
  expect([await reads(bob, file), await reads(carl, file)]).toEqual([true, true]);
  await ask(bob, 'delete', `/chats/${other.id}/messages/${body.items[0].message.id}`).expect(204);
  expect([await reads(bob, file), await reads(carl, file), await reads(ada, file)]).toEqual([
    false,
    false,
    true,
  ]);
});

test("a channel's followers read its posts' files, and who only visits it by the address in the post", async () => {
  const { id, admin, follower, stranger, channel } = await makeChannel(server);
  const file = await uploadedBy(admin);
  await sent(admin, `/channels/${id}`, file);
  expect([await reads(follower, file), await reads(stranger, file)]).toEqual([true, false]);
  const { body } = await channel.get(stranger, '/messages').expect(200);
  await download(server, body.items.at(-1).attachments[0].url).expect(200);
});

test('a file that a message has is not deleted by its owner before that is', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const file = await uploadedBy(ada);
  const message = await sent(ada, `/chats/${chat.id}`, file);
  expect((await ask(ada, 'delete', `/files/${file.id}`).expect(409)).body).toMatchObject({
    code: 'conflict',
  });
  await ask(bob, 'delete', `/files/${file.id}`).expect(404);
  await ask(ada, 'delete', `/chats/${chat.id}/messages/${message.id}`).expect(204);
  await ask(ada, 'delete', `/files/${file.id}`).expect(204);
  await ask(ada, 'post', `/chats/${chat.id}/messages`, { attachmentIds: [file.id] }).expect(400);
});
