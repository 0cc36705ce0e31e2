import { accept, createGroup, groupOf, invite, makeGroup, seenBy } from '../support/groups';
import { makePerson, signIn, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type Client } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

async function joined(person: Person, groupId: string): Promise<Client> {
  const client = await connect(server, person.tokens);
  await client.must('join_group', { groupId });
  return client;
}

const setting = (person: Person, settings: object) =>
  server.request.patch('/api/v1/users/me/settings').set(person.authorization).send(settings).expect(200);

/** The names of the events about a group that a client has heard, in order. */
const heardOf = (client: Client, groupId: string): string[] =>
  client.received.filter(({ payload }) => JSON.stringify(payload)?.includes(groupId)).map(({ name }) => name);

/** Where any node reads. */
const readers = () => server.nodes.map(({ container }) => container.database.reader);

/** Sockets in any room of a group. */
const socketsIn = (groupId: string): number =>
  server.nodes
    .flatMap(({ io }) => [...io.of('/').adapter.rooms])
    .filter(([room]) => room.endsWith(groupId))
    .reduce((count, [, sockets]) => count + sockets.size, 0);

test('members talk: the sender has the ack, everybody else the event, those who have not joined hear in short', async () => {
  const { id, owner, admin, member } = await makeGroup(server);
  const [owners, members] = [await joined(owner, id), await joined(member, id)];
  const admins = await connect(server, admin.tokens);
  const sent = await members.must('group_message', { groupId: id, content: 'hello', clientMessageId: 'k' });
  expect(sent).toMatchObject({ kind: 'group', groupId: id, senderId: member.id, content: 'hello' });
  expect(await owners.next('group_message')).toEqual(sent);
  expect(await admins.next('inbox_update')).toEqual({
    conversationId: id,
    groupId: id,
    kind: 'group',
    lastSeq: sent.seq,
    version: sent.version,
    senderId: member.id,
    preview: 'hello',
  });
  await members.must('leave_group', { groupId: id });
  const answer = await owners.must('group_message', { groupId: id, content: 'hi' });
  expect(await members.next('inbox_update')).toMatchObject({ lastSeq: answer.seq });
  expect(members.payloads('group_message')).toEqual([]);
});

test('a join answers the group as it is, and who of its members is there and lets it be seen', async () => {
  const { id, owner, admin, member } = await makeGroup(server);
  await connect(server, admin.tokens);
  await setting(member, { lastSeen: 'nobody' });
  await connect(server, member.tokens);
  const owners = await connect(server, owner.tokens);
  const { conversation, version, onlineMemberIds } = await owners.must('join_group', { groupId: id });
  expect(conversation).toEqual(await seenBy(server, owner, id));
  expect(version).toBe(conversation.version);
  expect([...onlineMemberIds].sort()).toEqual([owner.id, admin.id].sort());
});

test('strangers, former members and the banned can neither join nor post; bad events are told so', async () => {
  const { id, group, owner, member, admin, stranger } = await makeGroup(server);
  await group.delete(owner, `/members/${member.id}`).expect(204);
  await group.put(owner, `/bans/${admin.id}`).expect(204);
  const refused = { ok: false, error: { code: 'not_found' } };
  for (const person of [stranger, member, admin]) {
    const client = await connect(server, person.tokens);
    expect(await client.ask('join_group', { groupId: id })).toMatchObject(refused);
    expect(await client.ask('group_message', { groupId: id, content: 'x' })).toMatchObject(refused);
    expect(await client.ask('typing', { roomId: id, isTyping: true })).toMatchObject(refused);
    expect(await client.ask('message_read', { roomId: id, seq: 1 })).toMatchObject(refused);
    expect(await client.ask('leave_group', { groupId: id })).toEqual({ ok: true, data: {} });
  }
  const owners = await connect(server, owner.tokens);
  expect(await owners.ask('join_chat', { chatId: id })).toMatchObject(refused);
  for (const payload of [undefined, {}, { groupId: 'x' }, { chatId: id }])
    expect(await owners.ask('join_group', payload)).toMatchObject({
      ok: false,
      error: { code: 'validation_failed' },
    });
});

test('whoever is added has the group on all devices before its next event, the others hear who came', async () => {
  const { id, group, owner, stranger } = await makeGroup(server);
  const owners = await joined(owner, id);
  const phone = await connect(server, stranger.tokens);
  const laptop = await connect(server, (await signIn(server, stranger)).tokens);
  const { version } = await seenBy(server, owner, id);
  await group.post(owner, '/members', { userIds: [stranger.id] }).expect(200);
  for (const device of [phone, laptop])
    expect(await device.next('conversation_added')).toEqual({
      conversationId: id,
      groupId: id,
      version: version + 2,
      conversation: await seenBy(server, stranger, id),
    });
  expect(await owners.next('member_changed')).toEqual({
    conversationId: id,
    groupId: id,
    version: version + 1,
    userId: stranger.id,
    role: 'member',
    change: 'joined',
  });
  expect(await owners.next('group_message')).toMatchObject({
    version: version + 2,
    system: { action: 'added', actorId: owner.id, targetIds: [stranger.id] },
  });
  await group.post(owner, '/messages', { content: 'welcome' }).expect(201);
  expect(await phone.next('inbox_update', ({ preview }) => preview === 'welcome')).toMatchObject({
    conversationId: id,
  });
});

test('a new group and one entered by invite are announced to those who are in', async () => {
  const [ada, bob, carol] = [await makePerson(server), await makePerson(server), await makePerson(server)];
  const [adas, bobs, carols] = [
    await connect(server, ada.tokens),
    await connect(server, bob.tokens),
    await connect(server, carol.tokens),
  ];
  const { id } = await createGroup(server, ada, [bob]);
  expect((await adas.next('conversation_added')).conversation).toEqual(await seenBy(server, ada, id));
  expect((await bobs.next('conversation_added')).conversation.my.role).toBe('member');
  const { token } = await invite(server, ada, id);
  await accept(server, carol, token).expect(200);
  expect((await carols.next('conversation_added')).conversation.my.unreadCount).toBe(0);
});

test('what is changed is told once, with the fields that changed', async () => {
  const { id, group, owner, member } = await makeGroup(server);
  const members = await joined(member, id);
  const { version } = await seenBy(server, owner, id);
  await group.patch(owner, '', { title: 'Coffee', slowModeSeconds: 0 }).expect(200);
  expect(await members.next('conversation_updated')).toEqual({
    conversationId: id,
    groupId: id,
    kind: 'group',
    version: version + 1,
    title: 'Coffee',
  });
  expect(await members.next('group_message')).toMatchObject({
    version: version + 2,
    system: { action: 'title', title: 'Coffee' },
  });
  await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
  expect(await members.next('member_changed')).toMatchObject({ role: 'admin', change: 'role' });
  expect((await members.next('my_updated')).my).toMatchObject({ role: 'admin' });
  await group.put(owner, '/owner', { userId: member.id }).expect(200);
  expect(await members.next('conversation_updated')).toMatchObject({ ownerId: member.id });
  expect((await members.next('my_updated')).my.role).toBe('owner');
});

test('a removed member hears nothing from the commit on, while messages flow', async () => {
  const { id, group, owner, admin, member } = await makeGroup(server);
  const [owners, members] = [await joined(owner, id), await joined(member, id)];
  const witness = await joined(admin, id);
  const second = await connect(server, (await signIn(server, member)).tokens);
  let flowing = true;
  const flow = async (): Promise<void> => {
    for (let index = 0; flowing; index += 1)
      await owners.must('group_message', { groupId: id, content: `${index}` });
  };
  const flows = [flow(), flow(), flow()];
  await members.next('group_message', ({ content }) => content === '3');
  await group.delete(admin, `/members/${member.id}`).expect(204);
  const note = await witness.next('group_message', ({ system }) => system?.action === 'removed');
  await witness.next('group_message', ({ seq }) => seq > note.seq + 20);
  flowing = false;
  await Promise.all(flows);
  for (const client of [members, second]) {
    expect(await client.next('conversation_removed')).toMatchObject({ reason: 'removed', groupId: id });
    // Whatever was sent before is heard before this answer.
    await client.ask('leave_group', { groupId: id });
    expect(heardOf(client, id).at(-1)).toBe('conversation_removed');
  }
  const heard = members.payloads('group_message').map(({ seq }) => seq);
  expect(Math.max(...heard)).toBe(note.seq - 1);
  expect(members.payloads('member_changed')).toEqual([]);
});

test('a join that races with a removal never leaves the socket in a room', async () => {
  const owner = await makePerson(server);
  const member = await makePerson(server);
  const { id } = await createGroup(server, owner, [member]);
  const group = groupOf(server, id);
  const client = await connect(server, member.tokens);
  for (let round = 0; round < 30; round += 1) {
    const joins = Array.from({ length: 1 + (round % 3) }, () => client.ask('join_group', { groupId: id }));
    const removal = group.delete(owner, `/members/${member.id}`).expect(204);
    await Promise.all([...joins, removal]);
    expect(socketsIn(id)).toBe(0);
    await group.post(owner, '/members', { userIds: [member.id] }).expect(200);
    expect(socketsIn(id)).toBe(1);
  }
});

test('a deleted group is gone for everybody, and nobody hears anything more of it', async () => {
  const { id, group, owner, admin, member } = await makeGroup(server);
  const clients = [await joined(owner, id), await joined(admin, id), await connect(server, member.tokens)];
  const { version } = await seenBy(server, owner, id);
  await group.delete(owner).expect(204);
  for (const client of clients)
    expect(await client.next('conversation_removed')).toEqual({
      conversationId: id,
      groupId: id,
      version: version + 1,
      reason: 'deleted',
    });
  expect(socketsIn(id)).toBe(0);
});

test('who types is told, and how far those have read who show it', async () => {
  const { id, owner, admin, member } = await makeGroup(server);
  await setting(admin, { readReceipts: false });
  const [owners, admins, members] = [
    await joined(owner, id),
    await joined(admin, id),
    await joined(member, id),
  ];
  await members.must('typing', { roomId: id, isTyping: true });
  expect(await owners.next('typing')).toMatchObject({ groupId: id, userId: member.id, isTyping: true });
  const { seq } = await owners.must('group_message', { groupId: id, content: 'x' });
  await admins.must('message_read', { roomId: id, seq });
  await members.must('message_read', { roomId: id, seq });
  expect(await owners.next('message_read')).toEqual({
    conversationId: id,
    groupId: id,
    roomId: id,
    userId: member.id,
    seq,
  });
  expect(owners.payloads('message_read').map(({ userId }) => userId)).toEqual([member.id]);
  expect(admins.payloads('message_read')).toEqual([]);
});

test('whoever is banned while their new role is looked up is told nothing more of the group', async () => {
  const { id, group, owner, member } = await makeGroup(server);
  const members = await connect(server, member.tokens);
  let bans = 0;
  const spies = readers().map((reader) => {
    const read = reader.$queryRawUnsafe.bind(reader) as (...all: unknown[]) => Promise<unknown>;
    return jest.spyOn(reader, '$queryRawUnsafe').mockImplementation((async (...all: unknown[]) => {
      if (bans === 0 && all.length === 3 && all[1] === id && all[2] === member.id) {
        bans += 1;
        await members.next('inbox_update');
        await group.put(owner, `/bans/${member.id}`).expect(204);
      }
      return read(...all);
    }) as never);
  });
  await group.patch(owner, `/members/${member.id}`, { role: 'admin' }).expect(200);
  for (const spy of spies) spy.mockRestore();
  // Whatever was told came before this answer.
  await members.ask('join_group', { groupId: id });
  expect([bans, heardOf(members, id)]).toEqual([1, ['inbox_update', 'conversation_removed']]);
});

test('whoever is put out while they connect hears nothing of the group, though they were let in meanwhile', async () => {
  const { id, group, owner, stranger } = await makeGroup(server);
  let looks = 0;
  const spies = readers().map((reader) => {
    const query = reader.$queryRawUnsafe.bind(reader);
    return jest.spyOn(reader, '$queryRawUnsafe').mockImplementation((async (
      sql: string,
      ...values: never[]
    ) => {
      const found = await query(sql, ...values);
      if (!sql.startsWith('SELECT userId, conversationId FROM membership')) return found;
      looks += 1;
      if (looks === 1) await group.post(owner, '/members', { userIds: [stranger.id] }).expect(200);
      if (looks === 2) await group.delete(owner, `/members/${stranger.id}`).expect(204);
      return found;
    }) as never);
  });
  await connect(server, stranger.tokens);
  for (const spy of spies) spy.mockRestore();
  expect([looks, socketsIn(id)]).toEqual([2, 0]);
});
