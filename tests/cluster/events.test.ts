import { setTimeout as wait } from 'node:timers/promises';
import { makeAdmin } from '../support/admins';
import { makeChat, openChat, send } from '../support/chats';
import { createGroup, groupOf } from '../support/groups';
import { nodeSettings, startNodes, stopNodes } from '../support/nodes';
import { makePerson, signIn } from '../support/people';
import { describeCluster } from '../support/run';
import { rooms } from '../../src/sockets/rooms';
import { until } from '../api/auth/answers';
import type { TestServer } from '../support/server';
import { connect } from '../support/sockets';

describeCluster('what happens at one node', () => {
  let one: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    [one, other] = await startNodes(nodeSettings());
  });
  afterAll(() => stopNodes([one, other]));

  test('a message, its edit, reaction, pin and deletion are heard at the other', async () => {
    const { ada, bob, chat } = await makeChat(one);
    const adas = await connect(one, ada.tokens);
    const bobs = await connect(other, bob.tokens);
    for (const client of [adas, bobs]) await client.must('join_chat', { chatId: chat.id });
    const sent = await adas.must('chat_message', { chatId: chat.id, content: 'hello', type: 'text' });
    expect(await bobs.next('chat_message')).toEqual(sent);
    const answer = await bobs.must('chat_message', { chatId: chat.id, content: 'hi', type: 'text' });
    expect(await adas.next('chat_message')).toEqual(answer);
    expect(adas.payloads('chat_message')).toHaveLength(1);

    const at = `/api/v1/chats/${chat.id}/messages/${sent.id}`;
    const { body: edited } = await one.request
      .patch(at)
      .set(ada.authorization)
      .send({ content: 'hello!' })
      .expect(200);
    expect(await bobs.next('message_edited')).toMatchObject({
      id: sent.id,
      content: 'hello!',
      editedAt: edited.editedAt,
    });
    await one.request
      .put(`${at}/reactions/${encodeURIComponent('👍')}`)
      .set(ada.authorization)
      .expect(200);
    expect(await bobs.next('reaction_changed')).toMatchObject({ id: sent.id, userId: ada.id, count: 1 });
    await one.request.put(`${at}/pin`).set(ada.authorization).expect(200);
    expect(await bobs.next('message_pinned')).toMatchObject({ id: sent.id, pinnedAt: expect.any(String) });
    await one.request.delete(at).set(ada.authorization);
    expect(await bobs.next('message_deleted')).toMatchObject({ id: sent.id, deletedAt: expect.any(String) });
  });

  test('who has not joined hears of many messages in short, and their end', async () => {
    const { ada, bob, chat } = await makeChat(one);
    const bobs = await connect(other, bob.tokens);
    const sent = await Promise.all(
      Array.from({ length: 50 }, (_, index) => send(one, ada, chat.id, `message ${index}`)),
    );
    const last = Math.max(...sent.map(({ seq }) => seq));
    expect(await bobs.next('inbox_update', ({ lastSeq }) => lastSeq === last)).toMatchObject({
      conversationId: chat.id,
      senderId: ada.id,
      preview: sent.find(({ seq }) => seq === last)?.content,
    });
  });

  test("a new chat reaches the other's sockets, and what is written there next", async () => {
    const [ada, bob] = [await makePerson(one), await makePerson(one)];
    const bobs = await connect(other, bob.tokens);
    const chat = await openChat(one, ada, bob);
    await send(one, ada, chat.id, 'hello');
    expect(await bobs.next('conversation_added')).toMatchObject({ conversationId: chat.id });
    expect(await bobs.next('inbox_update')).toMatchObject({ conversationId: chat.id, preview: 'hello' });
  });

  test('whoever is put out of a group hears nothing more of it', async () => {
    const [owner, member, witness] = [await makePerson(one), await makePerson(one), await makePerson(one)];
    const group = await createGroup(one, owner, [member, witness]);
    const members = await connect(other, member.tokens);
    const witnesses = await connect(other, witness.tokens);
    for (const client of [members, witnesses]) await client.must('join_group', { groupId: group.id });
    await groupOf(one, group.id).delete(owner, `/members/${member.id}`).expect(204);
    expect(await members.next('conversation_removed')).toMatchObject({ conversationId: group.id });
    await one.request
      .post(`/api/v1/groups/${group.id}/messages`)
      .set(owner.authorization)
      .send({ content: 'among us' })
      .expect(201);
    await witnesses.next('group_message', ({ content }) => content === 'among us');
    expect(members.payloads('group_message').map(({ content }) => content)).not.toContain('among us');
  });

  test.each(['let in', 'put out'] as const)(
    'whoever is %s in the end hears what they may at every node, though it hears of that before what came before it',
    async (end) => {
      const [owner, member] = [await makePerson(one), await makePerson(one)];
      const { id } = await createGroup(one, owner, [member]);
      const group = groupOf(one, id);
      const [witnesses, members] = [
        [await connect(one, owner.tokens), await connect(other, owner.tokens)],
        [await connect(one, member.tokens), await connect(other, member.tokens)],
      ];
      await group.delete(owner, `/members/${member.id}`).expect(204);
      for (const client of members) await client.next('conversation_removed');
      if (end === 'let in') {
        await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
        for (const client of members) await client.next('conversation_added');
      }
      const late = end === 'let in' ? 'conversation.left' : 'conversation.joined';
      for (const { container } of [one, other])
        container.bus.hear(late, { conversationId: id, userIds: [member.id] });
      for (const client of members) await client.next('resync');

      await group.post(owner, '/messages', { content: 'after all' }).expect(201);
      for (const client of witnesses)
        await client.next('inbox_update', ({ preview }) => preview === 'after all');
      for (const client of members) {
        await client.ask('leave_group', { groupId: id });
        const heard = client.payloads('inbox_update').filter(({ preview }) => preview === 'after all');
        expect(heard).toHaveLength(end === 'let in' ? 1 : 0);
      }
      for (const client of witnesses) expect(client.payloads('resync')).toEqual([]);
    },
  );

  test('whoever was joining their rooms when events overtook each other hears what they may', async () => {
    const [owner, member] = [await makePerson(one), await makePerson(one)];
    const { id } = await createGroup(one, owner, [member]);
    const { conversations, bus } = other.container;
    const idsOf = conversations.idsOf.bind(conversations);
    let looks = 0;
    const spy = jest.spyOn(conversations, 'idsOf').mockImplementation(async (userId) => {
      const ids = await idsOf(userId);
      if ((looks += 1) < 2) return ids;
      // What was read is not so any more, and what is heard of it comes in the wrong order.
      await groupOf(one, id).delete(owner, `/members/${member.id}`).expect(204);
      await until('the group to be left', () => Promise.resolve(left));
      bus.hear('conversation.joined', { conversationId: id, userIds: [member.id] });
      // The look at them comes before they are ready.
      await wait(50);
      return ids;
    });
    let left = false;
    bus.everywhere.on('conversation.left', ({ conversationId }) => (left ||= conversationId === id));
    const members = await connect(other, member.tokens);
    spy.mockRestore();
    expect(looks).toBe(2);
    await members.next('resync');
    const { adapter } = other.io.of('/');
    expect([...adapter.rooms.keys()].filter((room) => room.endsWith(id))).toEqual([]);
  });

  test('a session that ends at one node ends its sockets at the other at once', async () => {
    const ada = await makePerson(one);
    const kept = await signIn(one, ada);
    const adas = await connect(other, ada.tokens);
    const others = await connect(other, kept.tokens);
    const before = Date.now();
    await one.request.post('/api/v1/auth/sign-out').set(ada.authorization).expect(204);
    expect(await adas.next('session_ended')).toEqual({ reason: 'revoked' });
    await adas.ended();
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(others.socket.connected).toBe(true);
  });

  test('announcements are heard at every node, once', async () => {
    const admin = await makeAdmin(one);
    const clients = await Promise.all(
      [one, other].map(async (node) => connect(node, (await makePerson(one)).tokens)),
    );
    await one.request
      .post('/api/v1/admin/announcements')
      .set(admin.authorization)
      .send({ content: 'We move.', via: ['socket'] })
      .expect(202);
    for (const client of clients) {
      expect(await client.next('announcement')).toMatchObject({ content: 'We move.' });
      expect(client.payloads('announcement')).toHaveLength(1);
    }
  });

  test('typing is told, and ended by a message that its author sends at another node', async () => {
    const { ada, bob, chat } = await makeChat(one);
    const adas = await connect(one, ada.tokens);
    const bobs = await connect(other, bob.tokens);
    for (const client of [adas, bobs]) await client.must('join_chat', { chatId: chat.id });
    await adas.must('typing', { roomId: chat.id, isTyping: true });
    expect(await bobs.next('typing')).toMatchObject({ userId: ada.id, isTyping: true });
    await send(other, ada, chat.id, 'written on the phone');
    expect(await bobs.next('typing')).toMatchObject({ userId: ada.id, isTyping: false });
  });

  test("read receipts reach the other node's sockets, and follow the reader's setting there", async () => {
    const { ada, bob, chat } = await makeChat(one);
    const adas = await connect(other, ada.tokens);
    const bobs = await connect(one, bob.tokens);
    for (const client of [adas, bobs]) await client.must('join_chat', { chatId: chat.id });
    const first = await send(one, ada, chat.id, 'hello');
    await bobs.must('message_read', { roomId: chat.id, seq: first.seq });
    expect(await adas.next('message_read')).toMatchObject({ userId: bob.id, seq: first.seq });
  });

  test("a change of the reader's setting that is heard after a later one changes nothing for long", async () => {
    const { ada, chat } = await makeChat(one);
    const adas = await connect(other, ada.tokens);
    await adas.must('join_chat', { chatId: chat.id });
    const { body: settings } = await one.request
      .get('/api/v1/users/me/settings')
      .set(ada.authorization)
      .expect(200);
    expect(settings.readReceipts).toBe(true);
    const hears = () => other.io.of('/').adapter.rooms.has(rooms.receipts(chat.id));
    expect(hears()).toBe(true);
    const late = { userId: ada.id, settings: { ...settings, readReceipts: false } };
    other.container.bus.hear('settings.changed', late);
    expect(hears()).toBe(false);
    await until('the receipts to be heard again', () => Promise.resolve(hears()));
  });
});
