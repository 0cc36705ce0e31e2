import type { Message } from '../../../src/contracts/messages';
import { newId } from '../../../src/helpers/ids';
import { makeChannel, post } from '../../support/channels';
import { makeChat, send } from '../../support/chats';
import { makeGroup } from '../../support/groups';
import type { Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', MESSAGE_MAX_LENGTH: '100' });
});
afterAll(() => server.stop());

const pathOf = ({ conversationId, id, kind }: Message): string =>
  `/api/v1/${kind}s/${conversationId}/messages/${id}`;
const edit = (person: Person, message: Message, content: string) =>
  server.request.patch(pathOf(message)).set(person.authorization).send({ content });
const history = (person: Person, message: Message, query = '') =>
  server.request.get(`${pathOf(message)}/history${query}`).set(person.authorization);
const seen = async (person: Person, message: Message): Promise<Message> =>
  (await server.request.get(pathOf(message)).set(person.authorization).expect(200)).body as Message;

/** As if it had been sent so long ago. */
async function age({ id }: Message, seconds: number): Promise<void> {
  const { writer } = await server.database();
  await writer.message.update({ where: { id }, data: { createdAt: new Date(Date.now() - seconds * 1000) } });
}

describe('PATCH …/messages/{messageId}', () => {
  test('the author changes what it says; everybody sees that it was edited, and changes tells it', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'Tee?');
    const { body } = await edit(ada, message, ' Tea?\n<b>now</b> e\u0301').expect(200);
    expect(body).toEqual({
      ...message,
      content: ' Tea?\n<b>now</b> e\u0301',
      version: message.version + 1,
      editedAt: expect.stringMatching(/Z$/),
    });
    expect(await seen(bob, message)).toEqual(body);
    const { body: changes } = await server.request
      .get(`/api/v1/chats/${chat.id}/changes?since=${message.version}`)
      .set(bob.authorization)
      .expect(200);
    expect(changes).toMatchObject({ messages: [body], version: body.version });
  });

  test('the same text again changes nothing', async () => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'tea');
    expect((await edit(ada, message, 'tea').expect(200)).body).toEqual(message);
    const edited = (await edit(ada, message, 'milk').expect(200)).body;
    expect((await edit(ada, message, 'milk').expect(200)).body).toEqual(edited);
  });

  test('a retry of what was sent first still answers the message, as it is now', async () => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'tea', 'key-1');
    const { body: edited } = await edit(ada, message, 'milk').expect(200);
    expect(await send(server, ada, chat.id, 'tea', 'key-1')).toEqual({ ...edited, duplicate: true });
  });

  test('it names those whom the new text names', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, `@${bob.username} tea?`);
    expect(message.mentions).toEqual([{ kind: 'user', userId: bob.id }]);
    expect((await edit(ada, message, 'tea?').expect(200)).body.mentions).toEqual([]);
    const again = await edit(ada, message, `tea, @${bob.username.toUpperCase()}?`).expect(200);
    expect(again.body.mentions).toEqual([{ kind: 'user', userId: bob.id }]);
    expect(await seen(bob, message)).toEqual(again.body);
  });

  test('the window closes after two days, for admins too', async () => {
    const { owner, group } = await makeGroup(server);
    const { body: message } = await group.post(owner, '/messages', { content: 'x' }).expect(201);
    await age(message, 2 * 86_400 - 60);
    await edit(owner, message, 'y').expect(200);
    await age(message, 2 * 86_400 + 1);
    const refused = await edit(owner, message, 'z').expect(422);
    expect(refused.body).toMatchObject({ code: 'edit_window_closed' });
    expect((await seen(owner, message)).content).toBe('y');
  });

  test.each([
    ['nothing', undefined],
    ['blank', ' \n'],
    ['too long', 'x'.repeat(101)],
    ['a control character', 'a\u0000b'],
    ['no text', 5],
  ])('is 400 for content that is %s', async (_what, content) => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    const { body } = await edit(ada, message, content as string).expect(400);
    expect(body.code).toBe('validation_failed');
    expect(await seen(ada, message)).toEqual(message);
  });

  test('only the author; not what the system wrote, nor what was deleted, nor across a block', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    expect((await edit(bob, message, 'y').expect(403)).body).toMatchObject({ code: 'forbidden' });
    await server.request.put(`/api/v1/users/${ada.id}/block`).set(bob.authorization).expect(204);
    expect((await edit(ada, message, 'y').expect(403)).body).toMatchObject({ code: 'blocked' });
    await server.request.delete(`/api/v1/users/${ada.id}/block`).set(bob.authorization).expect(204);
    await server.request.delete(pathOf(message)).set(ada.authorization).expect(204);
    expect((await edit(ada, message, 'y').expect(410)).body).toMatchObject({ code: 'gone' });

    const { owner, admin, member, group } = await makeGroup(server);
    const { body: page } = await group.get(owner, '/messages').expect(200);
    await edit(owner, page.items[0], 'y').expect(403);
    const { body: said } = await group.post(member, '/messages', { content: 'x' }).expect(201);
    await edit(admin, said, 'y').expect(403);
  });

  test('a post of a channel is edited by its author, as long as they run it', async () => {
    const { owner, admin, follower, channel, id } = await makeChannel(server);
    const message = await post(server, admin, id, 'x');
    await edit(owner, message, 'y').expect(403);
    await edit(follower, message, 'y').expect(403);
    expect((await edit(admin, message, 'y').expect(200)).body).toMatchObject({
      content: 'y',
      senderId: null,
    });
    await channel.delete(owner, `/admins/${admin.id}`).expect(204);
    await edit(admin, message, 'z').expect(403);
  });

  test('is 401 without a token, 404 for no message, another conversation, a stranger, and what one has cleared', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const other = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    await server.request.patch(pathOf(message)).send({ content: 'y' }).expect(401);
    await edit(ada, { ...message, id: newId() }, 'y').expect(404);
    await edit(ada, { ...message, conversationId: other.chat.id }, 'y').expect(404);
    await edit(other.ada, message, 'y').expect(404);
    await server.request
      .delete(`/api/v1/conversations/${chat.id}/history`)
      .set(ada.authorization)
      .send({ uptoSeq: message.seq })
      .expect(200);
    await edit(ada, message, 'y').expect(404);
    expect(await seen(bob, message)).toEqual(message);
  });
});

describe('GET …/messages/{messageId}/history', () => {
  test('what it said before, latest first, page by page', async () => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'one');
    expect((await history(ada, message).expect(200)).body).toEqual({ items: [], nextCursor: null });
    const { body: second } = await edit(ada, message, 'two').expect(200);
    await edit(ada, message, 'three').expect(200);
    const first = await history(ada, message, '?limit=1').expect(200);
    expect(first.body).toEqual({
      items: [{ content: 'two', writtenAt: second.editedAt }],
      nextCursor: expect.any(String),
    });
    const rest = await history(ada, message, `?cursor=${first.body.nextCursor}`).expect(200);
    expect(rest.body).toEqual({
      items: [{ content: 'one', writtenAt: message.createdAt }],
      nextCursor: null,
    });
  });

  test('is for the author and those who may delete it; nothing is left of what was deleted', async () => {
    const { owner, admin, member, stranger, group } = await makeGroup(server);
    const { body: message } = await group.post(owner, '/messages', { content: 'one' }).expect(201);
    await edit(owner, message, 'two').expect(200);
    expect((await history(admin, message).expect(200)).body.items).toMatchObject([{ content: 'one' }]);
    await history(member, message).expect(403);
    await history(stranger, message).expect(404);
    await history(owner, { ...message, id: newId() }).expect(404);
    await server.request.get(`${pathOf(message)}/history`).expect(401);
    await history(owner, message, '?cursor=x').expect(400);
    await server.request.delete(pathOf(message)).set(owner.authorization).expect(204);
    expect((await history(admin, message).expect(200)).body.items).toEqual([]);
  });
});

test('with EDIT_WINDOW=0 nobody edits anything', async () => {
  const strict = await startTestServer({ RATE_LIMITS: 'off', EDIT_WINDOW: '0' });
  const { ada, chat } = await makeChat(strict);
  const message = await send(strict, ada, chat.id, 'x');
  const refused = await strict.request.patch(pathOf(message)).set(ada.authorization).send({ content: 'y' });
  expect(refused.body).toMatchObject({ code: 'edit_window_closed' });
  await strict.stop();
});
