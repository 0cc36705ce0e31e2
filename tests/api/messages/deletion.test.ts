import type { Message } from '../../../src/contracts/messages';
import { newId } from '../../../src/helpers/ids';
import { makeChannel, post } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { makeGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const pathOf = ({ conversationId, id, kind }: Message): string =>
  `/api/v1/${kind}s/${conversationId}/messages/${id}`;
const remove = (person: Person, message: Message, query = '') =>
  server.request.delete(pathOf(message) + query).set(person.authorization);
const hide = (person: Person, message: Message) => remove(person, message, '?for=me');
const get = (person: Person, path: string) => server.request.get(`/api/v1${path}`).set(person.authorization);
const seen = async (person: Person, message: Message): Promise<Message> =>
  (await server.request.get(pathOf(message)).set(person.authorization).expect(200)).body as Message;

const tombstoneOf = (message: Message) => ({
  ...message,
  version: expect.any(Number),
  content: null,
  mentions: [],
  reactions: [],
  deletedAt: expect.stringMatching(/Z$/),
});

describe('DELETE …/messages/{messageId}', () => {
  test('leaves a tombstone: no text, no reactions, no mentions, no pin; it is unread no more', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, `@${bob.username} tea?`);
    await server.request
      .put(`${pathOf(message)}/reactions/${encodeURIComponent('👍')}`)
      .set(bob.authorization)
      .expect(200);
    await server.request
      .put(`${pathOf(message)}/pin`)
      .set(bob.authorization)
      .expect(200);
    const { version } = await seen(bob, message);
    expect((await get(bob, `/chats/${chat.id}`)).body.my).toMatchObject({ unreadCount: 1, mentionCount: 1 });

    await remove(ada, message).expect(204);
    const tombstone = await seen(bob, message);
    expect(tombstone).toEqual(tombstoneOf(message));
    const { body: changes } = await get(bob, `/chats/${chat.id}/changes?since=${version + 1}`).expect(200);
    expect(changes).toMatchObject({ messages: [tombstone], version: tombstone.version });
    expect(changes.my).toMatchObject({ unreadCount: 0, mentionCount: 0 });
    expect((await get(bob, `/chats/${chat.id}/pins`)).body).toEqual({ items: [] });
    const { body: inbox } = await get(bob, '/chats').expect(200);
    // What came after it is the message that tells of the pin.
    expect(inbox.items[0].lastMessage).toMatchObject({ system: { action: 'pinned', messageId: message.id } });
  });

  test('again changes nothing; a retry of what was sent first answers the tombstone', async () => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x', 'key-1');
    await remove(ada, message).expect(204);
    const tombstone = await seen(ada, message);
    await remove(ada, message, '?for=everyone').expect(204);
    expect(await seen(ada, message)).toEqual(tombstone);
    expect(await send(server, ada, chat.id, 'x', 'key-1')).toEqual({ ...tombstone, duplicate: true });
  });

  test('in a private chat only the author deletes, also across a block', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    expect((await remove(bob, message).expect(403)).body).toMatchObject({ code: 'forbidden' });
    await server.request.put(`/api/v1/users/${ada.id}/block`).set(bob.authorization).expect(204);
    await remove(ada, message).expect(204);
    expect(await seen(bob, message)).toEqual(tombstoneOf(message));
  });

  test('in a group admins delete what those below them wrote, and those who left; the owner what anybody wrote', async () => {
    const { owner, admin, member, group } = await makeGroup(server);
    const by = async (person: Person): Promise<Message> =>
      (await group.post(person, '/messages', { content: 'x' }).expect(201)).body;
    const [ofOwner, ofAdmin, ofMember] = [await by(owner), await by(admin), await by(member)];
    await remove(member, ofAdmin).expect(403);
    await remove(admin, ofOwner).expect(403);
    await remove(admin, ofMember).expect(204);
    await remove(owner, ofAdmin).expect(204);
    const other = await by(member);
    await group.delete(member, `/members/${member.id}`).expect(204);
    await remove(member, other).expect(404);
    await remove(admin, other).expect(204);
    const { body: page } = await group.get(owner, '/messages').expect(200);
    await remove(owner, page.items[0]).expect(403);
  });

  test('in a channel those who run it delete; followers do not', async () => {
    const { owner, admin, follower, stranger, id } = await makeChannel(server);
    const [ofOwner, ofAdmin] = [await post(server, owner, id, 'x'), await post(server, admin, id, 'y')];
    await remove(follower, ofAdmin).expect(403);
    await remove(stranger, ofAdmin).expect(404);
    await remove(admin, ofOwner).expect(403);
    await remove(owner, ofAdmin).expect(204);
    expect(await seen(follower, ofAdmin)).toEqual({ ...tombstoneOf(ofAdmin), viewCount: 0 });
  });

  test('is 400 for another word, 401 without a token, 404 for no message, another conversation, a stranger', async () => {
    const { ada, chat } = await makeChat(server);
    const other = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    await remove(ada, message, '?for=them').expect(400);
    await server.request.delete(pathOf(message)).expect(401);
    for (const query of ['', '?for=me']) {
      await remove(ada, { ...message, id: newId() }, query).expect(404);
      await remove(ada, { ...message, conversationId: other.chat.id }, query).expect(404);
      await remove(other.ada, message, query).expect(404);
    }
    expect(await seen(ada, message)).toEqual(message);
  });
});

describe('DELETE …/messages/{messageId}?for=me', () => {
  test('it is gone for the caller: from history, pages, changes, the inbox and what is unread, and from nobody else', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const sent: Message[] = [];
    for (const content of ['one', 'two', 'three', `four @${bob.username}`])
      sent.push(await send(server, ada, chat.id, content));
    const [one, two, three, four] = sent as [Message, Message, Message, Message];
    const { body: before } = await get(bob, `/chats/${chat.id}`).expect(200);
    expect(before.my).toMatchObject({ unreadCount: 4, mentionCount: 1 });
    await hide(bob, two).expect(204);
    await hide(bob, four).expect(204);

    expect((await get(bob, `/chats/${chat.id}/messages`)).body.items).toEqual([one, three]);
    expect((await get(bob, `/chats/${chat.id}/messages?around=2&limit=2`)).body.items).toEqual([one, three]);
    const latest = (await get(bob, `/chats/${chat.id}/messages?limit=1`)).body;
    expect(latest).toMatchObject({ items: [three], nextCursor: String(three.seq) });
    await server.request.get(pathOf(two)).set(bob.authorization).expect(404);
    await server.request
      .get(`${pathOf(two)}/receipts`)
      .set(bob.authorization)
      .expect(404);
    const { body: changes } = await get(bob, `/chats/${chat.id}/changes?since=0`).expect(200);
    expect(changes).toMatchObject({
      messages: [one, three],
      hidden: [two.seq, four.seq],
      version: four.version,
      myVersion: before.myVersion + 2,
      my: { unreadCount: 2, mentionCount: 0 },
      conversation: { lastMessage: three, lastSeq: four.seq },
    });
    const query = `since=${four.version}&mySince=${before.myVersion + 1}`;
    expect((await get(bob, `/chats/${chat.id}/changes?${query}`)).body.hidden).toEqual([four.seq]);
    expect((await get(bob, '/chats')).body.items[0].lastMessage).toEqual(three);

    expect((await get(ada, `/chats/${chat.id}/messages`)).body.items).toEqual(sent);
    expect((await get(ada, `/chats/${chat.id}`)).body).toMatchObject({
      lastMessage: four,
      version: four.version,
    });
  });

  test('again changes nothing, and nothing can be done to it any more', async () => {
    const { ada, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    await hide(ada, message).expect(204);
    const { body: before } = await get(ada, `/chats/${chat.id}`).expect(200);
    await hide(ada, message).expect(204);
    expect((await get(ada, `/chats/${chat.id}`)).body).toEqual(before);
    await remove(ada, message).expect(404);
    await server.request.patch(pathOf(message)).set(ada.authorization).send({ content: 'y' }).expect(404);
    await server.request
      .put(`${pathOf(message)}/pin`)
      .set(ada.authorization)
      .expect(404);
    const reply = { content: 'y', replyTo: message.id };
    await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .send(reply)
      .expect(400);
  });

  test('what somebody else did to it later is not told', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    await hide(bob, message).expect(204);
    await server.request.patch(pathOf(message)).set(ada.authorization).send({ content: 'y' }).expect(200);
    const { body: changes } = await get(bob, `/chats/${chat.id}/changes?since=${message.version}`).expect(
      200,
    );
    expect(changes).toMatchObject({ messages: [], version: message.version + 1 });
  });

  test('whoever has hidden everything near has no last message; what comes next is the last', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const message = await send(server, ada, chat.id, 'x');
    await hide(bob, message).expect(204);
    expect((await get(bob, '/chats')).body.items[0].lastMessage).toBeNull();
    const next = await send(server, ada, chat.id, 'y');
    expect((await get(bob, '/chats')).body.items[0].lastMessage).toEqual(next);
  });

  test('each sees their own: of several chats, some with the last message hidden', async () => {
    const ada = await makePerson(server);
    const expected: (Message | null)[] = [];
    for (const hides of [false, true, false, true]) {
      const bob = await makePerson(server);
      const chat = await openChat(server, bob, ada);
      const first = await send(server, bob, chat.id, 'first');
      const last = await send(server, bob, chat.id, 'last');
      if (hides) await hide(ada, last).expect(204);
      expected.unshift(hides ? first : last);
    }
    const { body } = await get(ada, '/chats').expect(200);
    expect(body.items.map(({ lastMessage }: { lastMessage: Message }) => lastMessage)).toEqual(expected);
  });

  test('in a channel and in a group everybody may', async () => {
    const { admin, follower, channel, id } = await makeChannel(server);
    const message = await post(server, admin, id, 'x');
    await hide(follower, message).expect(204);
    expect((await channel.get(follower, '/messages')).body.items).toEqual([]);
    const { owner, member, group } = await makeGroup(server);
    const { body: page } = await group.get(member, '/messages').expect(200);
    await hide(member, page.items[0]).expect(204);
    expect((await group.get(member, '/messages')).body.items).toEqual(page.items.slice(1));
    expect((await group.get(owner, '/messages')).body.items).toEqual(page.items);
  });
});
