import { openChat, send } from '../support/chats';
import { createGroup } from '../support/groups';
import { makePerson, PASSWORD, signIn } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

test('all devices of whoever goes are ended, and the others hear of it as of anybody who leaves', async () => {
  const [ada, bob] = [await makePerson(server), await makePerson(server)];
  const chat = await openChat(server, ada, bob);
  const message = await send(server, ada, chat.id, 'hello');
  const { id: groupId } = await createGroup(server, bob, [ada]);
  const devices = [
    await connect(server, ada.tokens),
    await connect(server, (await signIn(server, ada)).tokens),
  ];
  const other = await connect(server, bob.tokens);
  await other.must('join_chat', { chatId: chat.id });
  const joined = await other.must('join_group', { groupId });
  await server.request
    .delete('/api/v1/users/me?messages=delete')
    .set(ada.authorization)
    .send({ password: PASSWORD })
    .expect(204);

  for (const device of devices) {
    expect(await device.next('session_ended')).toEqual({ reason: 'revoked' });
    await device.ended();
  }
  await expect(connect(server, ada.tokens)).rejects.toMatchObject({ message: 'unauthenticated' });

  const left = await other.next('member_changed', ({ chatId }) => chatId === chat.id);
  expect(left).toEqual({
    conversationId: chat.id,
    chatId: chat.id,
    userId: ada.id,
    role: 'member',
    change: 'left',
    version: message.version + 1,
  });
  const mine = await other.next('my_updated', ({ conversationId }) => conversationId === chat.id);
  expect(mine.my.capabilities).toEqual([]);
  expect(await other.next('member_changed', (change) => change.groupId === groupId)).toMatchObject({
    userId: ada.id,
    change: 'left',
    version: joined.version + 1,
  });
  expect(await other.next('group_message')).toMatchObject({
    type: 'system',
    system: { action: 'left', actorId: ada.id, targetIds: [] },
  });
  expect(await other.next('message_deleted')).toMatchObject({
    id: message.id,
    seq: message.seq,
    version: message.version + 2,
  });
  expect(await other.ask('chat_message', { chatId: chat.id, content: 'still there?' })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
});
