import { makeChat, send } from '../../support/chats';
import { createGroup, groupOf } from '../../support/groups';
import { makePerson } from '../../support/people';
import { search, texts, untilFound } from '../../support/search';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test('a stranger finds nothing of what others say', async () => {
  const { ada, chat } = await makeChat(server);
  await send(server, ada, chat.id, 'a secret');
  await untilFound(server, ada, { q: 'secret' });
  expect(await texts(server, await makePerson(server), { q: 'secret' })).toEqual([]);
});

test('whoever is put out of a group finds nothing of it from that moment, and all of it again when back', async () => {
  const [owner, member] = [await makePerson(server), await makePerson(server)];
  const { id } = await createGroup(server, owner, [member]);
  const group = groupOf(server, id);
  await group.post(owner, '/messages', { content: 'the plan' }).expect(201);
  await untilFound(server, member, { q: 'plan' });
  await group.delete(owner, `/members/${member.id}`).expect(204);
  expect(await texts(server, member, { q: 'plan' })).toEqual([]);
  await search(server, member, { q: 'plan', conversationId: id }).expect(404);
  await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
  expect(await texts(server, member, { q: 'plan' })).toEqual(['the plan']);
});

test('of a deleted group nothing is found', async () => {
  const owner = await makePerson(server);
  const { id } = await createGroup(server, owner);
  await groupOf(server, id).post(owner, '/messages', { content: 'gone soon' }).expect(201);
  await untilFound(server, owner, { q: 'soon' });
  await groupOf(server, id).delete(owner).expect(204);
  expect(await texts(server, owner, { q: 'soon' })).toEqual([]);
  await server.container.deletion.sweep();
  const database = await server.database();
  expect(await database.reader.searchEntry.count({ where: { conversationId: id } })).toBe(0);
});

test('what somebody cleared is not found by them, but by the other', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const { seq } = await send(server, ada, chat.id, 'early bird');
  await send(server, ada, chat.id, 'late bird');
  await untilFound(server, ada, { q: 'bird' }, 2);
  await server.request
    .delete(`/api/v1/conversations/${chat.id}/history`)
    .set(ada.authorization)
    .send({ uptoSeq: seq })
    .expect(200);
  expect(await texts(server, ada, { q: 'bird' })).toEqual(['late bird']);
  expect(await texts(server, bob, { q: 'bird' })).toEqual(['late bird', 'early bird']);
});

test('the author of a post is not found out, unless it was signed', async () => {
  const [owner, follower] = [await makePerson(server), await makePerson(server)];
  const { id } = await createGroup(server, owner, [follower]);
  const { writer } = await server.database();
  const become = (signed: boolean) =>
    writer.conversation.update({
      where: { id },
      data: { kind: 'channel', visibility: 'public', handle: 'News', handleKey: 'news', signed },
    });
  await groupOf(server, id).post(owner, '/messages', { content: 'big news' }).expect(201);
  await untilFound(server, follower, { q: 'news' });
  await become(false);
  expect(await texts(server, follower, { q: 'news in:@NEWS' })).toEqual(['big news']);
  expect(await texts(server, follower, { q: 'news', from: owner.id })).toEqual([]);
  expect(await texts(server, follower, { q: `news from:@${owner.username}` })).toEqual([]);
  await become(true);
  expect(await texts(server, follower, { q: 'news', from: owner.id })).toEqual([]);
  await server.request
    .post(`/api/v1/channels/${id}/messages`)
    .set(owner.authorization)
    .send({ content: 'signed news' })
    .expect(201);
  await untilFound(server, follower, { q: 'signed' });
  expect(await texts(server, follower, { q: 'news', from: owner.id })).toEqual(['signed news']);
});

test('searches are counted: too many are told to wait', async () => {
  const person = await makePerson(server);
  for (let count = 0; count < 60; count += 1) await search(server, person, { q: 'a' }).expect(200);
  const { body } = await search(server, person, { q: 'a' }).expect(429);
  expect(body).toMatchObject({ code: 'rate_limited' });
});
