import { randomBytes } from 'node:crypto';
import { channelOf, channelSeenBy, makeChannel, post } from '../../support/channels';
import { makeChat, openChat, send } from '../../support/chats';
import { addFile, download, upload, uploaded } from '../../support/files';
import { accept, createGroup, groupOf, invite, makeGroup, seenBy } from '../../support/groups';
import { makePerson, PASSWORD, signIn, signUp, type Person } from '../../support/people';
import { tinyPng } from '../../support/pictures';
import { startTestServer, type TestServer } from '../../support/server';
import { expectTooMany, newIp, newName, problem, until, wrongFields } from '../auth/answers';

let server: TestServer;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
  bob = await makePerson(server, newName());
});
afterAll(() => server.stop());

const remove = (person: Person, { body = { password: PASSWORD }, query = '' } = {}) =>
  server.request.delete(`/api/v1/users/me${query}`).set(person.authorization).send(body);
const get = (person: Person, path: string) => server.request.get(`/api/v1${path}`).set(person.authorization);
const historyOf = async (person: Person, chatId: string, kind = 'chats') =>
  (await get(person, `/${kind}/${chatId}/messages`).expect(200)).body.items;
/** All is done behind the deletion that can be. */
const erased = () => server.container.erasure.sweep();

const tombstoneOf = ({ id }: Person) => ({
  id,
  username: 'deleted',
  displayName: 'Deleted account',
  avatarUrl: null,
  bio: '',
  deleted: true,
});

describe('DELETE /users/me', () => {
  test('ends every session at once, and nobody can sign in any more', async () => {
    const laptop = await signIn(server, ada);
    expect((await remove(ada).expect(204)).text).toBe('');
    for (const device of [ada, laptop]) {
      const { body } = await get(device, '/users/me').expect(401);
      expect(body.code).toBe('unauthenticated');
      const { refreshToken } = device.tokens;
      await server.request.post('/api/v1/auth/refresh').send({ refreshToken }).expect(401);
    }
    for (const login of [ada.username, ada.email, 'deleted']) {
      const { body } = await server.request
        .post('/api/v1/auth/sign-in')
        .send({ login, password: PASSWORD })
        .expect(401);
      expect(body).toEqual(problem('invalid_credentials'));
    }
    await remove(ada).expect(401);
    expect((await server.mail.waitForMail(ada.email, /deleted/)).text).toContain(ada.username);
  });

  test('nothing of what they were is left, and nobody finds them', async () => {
    await server.request
      .patch('/api/v1/users/me')
      .set(ada.authorization)
      .send({ displayName: 'Countess', bio: 'numbers' })
      .expect(200);
    const { body: picture } = await server.request
      .put('/api/v1/users/me/avatar')
      .set(ada.authorization)
      .attach('file', tinyPng(2, 2), 'me.png')
      .expect(200);
    await server.request
      .put(`/api/v1/users/${(await makePerson(server)).id}/block`)
      .set(ada.authorization)
      .expect(204);
    const { id: groupId } = await createGroup(server, bob, [ada]);
    await get(ada, `/groups/${groupId}`).expect(200);
    await remove(ada).expect(204);
    await erased();

    await server.request.get(picture.avatarUrl).expect(404);
    expect((await get(bob, `/users/${ada.id}`).expect(200)).body).toMatchObject(tombstoneOf(ada));
    for (const search of [ada.username, 'Countess', 'deleted', '#'])
      expect((await get(bob, `/users?search=${encodeURIComponent(search)}`).expect(200)).body.items).toEqual(
        [],
      );
    await server.request.post('/api/v1/chats').set(bob.authorization).send({ userId: ada.id }).expect(404);
    await server.request.put(`/api/v1/users/${ada.id}/block`).set(bob.authorization).expect(404);
    await server.request
      .post('/api/v1/groups')
      .set(bob.authorization)
      .send({ title: 'Tea', memberIds: [ada.id] })
      .expect(404);
    const { body: added } = await groupOf(server, groupId)
      .post(bob, '/members', { userIds: [ada.id] })
      .expect(200);
    expect(added).toEqual({ items: [], refused: [{ userId: ada.id, code: 'not_found' }] });

    const { reader } = await server.database();
    const row = await reader.user.findUniqueOrThrow({ where: { id: ada.id } });
    const { username, email, passwordHash, displayName, bio, avatarKey, lastSeen } = row;
    expect({ username, email, passwordHash, displayName, bio, avatarKey, lastSeen }).toEqual({
      username: 'deleted',
      email: '',
      passwordHash: '',
      displayName: 'Deleted account',
      bio: '',
      avatarKey: null,
      lastSeen: 'nobody',
    });
    expect(JSON.stringify(row).toLowerCase()).not.toContain(ada.username.toLowerCase());
    const userId = ada.id;
    expect([
      await reader.session.count({ where: { userId } }),
      await reader.oneTimeCode.count({ where: { userId } }),
      await reader.block.count({ where: { blockerId: userId } }),
      await reader.userActivity.count({ where: { userId } }),
      await reader.membership.count({ where: { userId, leftAt: null } }),
      await reader.alert.count({ where: { userId } }),
    ]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('takes codes, invites, waiting mails and what was hidden or muted with it', async () => {
    const { id: groupId } = await createGroup(server, bob, [ada]);
    const group = groupOf(server, groupId);
    await group.patch(bob, `/members/${ada.id}`, { role: 'admin' }).expect(200);
    const { token } = await invite(server, ada, groupId);
    const { body: message } = await group.post(bob, '/messages', { content: 'hello' }).expect(201);
    await group.delete(ada, `/messages/${message.id}?for=me`).expect(204);
    await server.request
      .patch(`/api/v1/conversations/${groupId}/my`)
      .set(ada.authorization)
      .send({ notify: 'none', pinned: true })
      .expect(200);
    server.mail.refusing = true;
    await server.request
      .put('/api/v1/users/me/email')
      .set(ada.authorization)
      .send({ email: `new.${ada.email}`, password: PASSWORD })
      .expect(202);
    await server.request.post('/api/v1/auth/password/forgot').send({ email: ada.email }).expect(202);
    await remove(ada).expect(204);
    await erased();
    const { reader } = await server.database();
    const waiting = (await reader.outboxJob.findMany({ where: { deadAt: null } })).filter(({ payload }) =>
      payload.includes(ada.email),
    );
    server.mail.refusing = false;
    expect(waiting.map(({ payload }) => JSON.parse(payload).subject)).toEqual(['Your account was deleted']);
    await accept(server, await makePerson(server), token).expect(404);
    const userId = ada.id;
    expect([
      await reader.hiddenMessage.count({ where: { userId } }),
      await reader.oneTimeCode.count({ where: { userId } }),
      await reader.invite.count({ where: { createdById: userId } }),
      await reader.membership.count({ where: { userId, OR: [{ pinned: true }, { notify: 'none' }] } }),
    ]).toEqual([0, 0, 0, 0]);
  });

  test('frees the address and the username; whoever takes them is somebody else', async () => {
    const name = newName();
    const first = await signUp(server, name);
    const chat = await openChat(server, first, bob);
    await send(server, first, chat.id, 'hello');
    await remove(first).expect(204);
    const second = await signUp(server, name);
    expect(second.id).not.toBe(first.id);
    await erased();
    const [message] = await historyOf(bob, chat.id);
    expect(message.senderId).toBe(first.id);
    const { body } = await get(bob, `/users?search=${name}`).expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([second.id]);
    const theirs = await openChat(server, second, bob);
    expect(theirs.id).not.toBe(chat.id);
    expect((await get(second, '/conversations').expect(200)).body.items).toHaveLength(1);
  });

  test('a private chat stays with the other one, who can read it and nothing else', async () => {
    const chat = await openChat(server, ada, bob);
    const mine = await send(server, bob, chat.id, 'hello');
    const theirs = await send(server, ada, chat.id, 'hello yourself');
    await remove(ada).expect(204);
    await erased();
    const { body } = await get(bob, `/chats/${chat.id}`).expect(200);
    expect(body).toMatchObject({ peer: tombstoneOf(ada), memberCount: 1, my: { capabilities: [] } });
    expect(body.lastMessage).toMatchObject({ content: 'hello yourself', senderId: ada.id });
    const { body: changes } = await get(bob, `/chats/${chat.id}/changes?since=${theirs.version}`).expect(200);
    expect(changes.members).toEqual([
      { userId: ada.id, role: 'member', version: body.version, leftAt: expect.any(String) },
    ]);
    const at = (path: string) => `/api/v1/chats/${chat.id}/messages${path}`;
    const asBob = (asked: ReturnType<typeof server.request.get>) => asked.set(bob.authorization);
    await asBob(server.request.post(at('')))
      .send({ content: 'still there?' })
      .expect(404);
    await asBob(server.request.patch(at(`/${mine.id}`)))
      .send({ content: 'hullo' })
      .expect(404);
    await asBob(server.request.put(at(`/${theirs.id}/reactions/👍`))).expect(404);
    await asBob(server.request.put(at(`/${theirs.id}/pin`))).expect(404);
    await asBob(server.request.delete(at(`/${mine.id}`))).expect(204);
    const { body: again } = await server.request
      .post('/api/v1/chats')
      .set(bob.authorization)
      .send({ userId: ada.id })
      .expect(200);
    expect(again.id).toBe(chat.id);
  });

  test('a chat that both have left goes', async () => {
    const { ada: first, bob: second, chat } = await makeChat(server);
    await send(server, first, chat.id, 'hello');
    await remove(first).expect(204);
    await remove(second).expect(204);
    await erased();
    await server.container.deletion.sweep();
    const { reader } = await server.database();
    expect(await reader.message.count({ where: { conversationId: chat.id } })).toBe(0);
  });

  test('leaves groups and channels as people do', async () => {
    const { id, member, admin, owner } = await makeGroup(server);
    await remove(member).expect(204);
    await remove(admin).expect(204);
    await erased();
    expect((await seenBy(server, owner, id)).memberCount).toBe(1);
    const notes = (await historyOf(owner, id, 'groups')).map(({ system }: { system?: object }) => system);
    expect(notes).toEqual(
      expect.arrayContaining([
        { action: 'left', actorId: member.id, targetIds: [] },
        { action: 'left', actorId: admin.id, targetIds: [] },
      ]),
    );
    const channel = await makeChannel(server);
    await remove(channel.follower).expect(204);
    await remove(channel.admin).expect(204);
    await erased();
    expect((await channelSeenBy(server, channel.owner, channel.id)).memberCount).toBe(1);
  });

  test('is 409 while others are in what they own, and names it; alone it goes with them', async () => {
    const group = await makeGroup(server);
    const { owner, admin } = group;
    const alone = await createGroup(server, owner, [], 'Diary');
    const { body } = await remove(owner, { query: '?messages=delete' }).expect(409);
    expect(body).toEqual(
      problem('conflict', {
        detail: expect.any(String),
        errors: [{ path: `groups/${group.id}`, message: 'Tea' }],
      }),
    );
    await get(owner, '/users/me').expect(200);
    await group.group.put(owner, '/owner', { userId: admin.id }).expect(200);
    await remove(owner).expect(204);
    await erased();
    expect((await seenBy(server, admin, group.id)).ownerId).toBe(admin.id);
    const { reader } = await server.database();
    expect(
      (await reader.conversation.findUniqueOrThrow({ where: { id: alone.id } })).deletedAt,
    ).not.toBeNull();
  });

  test('whoever comes into what they own at the same moment owns it then', async () => {
    const { id } = await createGroup(server, ada);
    const { id: channelId } = (await channelOfAda()).body;
    const { token } = await invite(server, ada, id);
    const [gone, came, follows] = await Promise.all([
      remove(ada),
      accept(server, bob, token),
      channelOf(server, channelId).put(bob, '/follow'),
    ]);
    if (gone.status === 409) return;
    expect(gone.status).toBe(204);
    await erased();
    if (came.status === 200 && (await get(bob, `/groups/${id}`)).status === 200)
      expect(await seenBy(server, bob, id)).toMatchObject({ ownerId: bob.id, memberCount: 1 });
    if (follows.status === 204 && (await get(bob, `/channels/${channelId}`)).status === 200)
      expect(await channelSeenBy(server, bob, channelId)).toMatchObject({ ownerId: bob.id });
  });
  const channelOfAda = () =>
    server.request
      .post('/api/v1/channels')
      .set(ada.authorization)
      .send({ title: 'News', visibility: 'public' })
      .expect(201);

  test('messages stay without a word about it', async () => {
    const chat = await openChat(server, ada, bob);
    await send(server, ada, chat.id, 'kept');
    await remove(ada).expect(204);
    await erased();
    expect((await historyOf(bob, chat.id))[0]).toMatchObject({ content: 'kept', senderId: ada.id });
  });

  test('messages=delete leaves tombstones everywhere, releases their files, and nothing is found', async () => {
    const chat = await openChat(server, ada, bob);
    const group = await createGroup(server, bob, [ada]);
    const file = await uploaded(server, ada, randomBytes(64));
    const loose = await uploaded(server, ada, randomBytes(64));
    const say = (path: string, body: object) =>
      server.request.post(`/api/v1${path}/messages`).set(ada.authorization).send(body).expect(201);
    for (let count = 0; count < 30; count += 1) await say(`/chats/${chat.id}`, { content: `zebra ${count}` });
    await say(`/chats/${chat.id}`, { attachmentIds: [file.id] });
    await say(`/groups/${group.id}`, { content: 'zebra' });
    await send(server, bob, chat.id, 'giraffe');
    await remove(ada, { query: '?messages=delete' }).expect(204);
    await erased();
    const inChat = await historyOf(bob, chat.id);
    expect(inChat).toHaveLength(32);
    for (const { senderId, content, attachments, deletedAt } of inChat)
      expect([content, attachments, deletedAt]).toEqual(
        senderId === ada.id ? [null, [], expect.any(String)] : ['giraffe', [], undefined],
      );
    const inGroup = await historyOf(bob, group.id, 'groups');
    expect(
      inGroup.map(({ type, deletedAt }: { type: string; deletedAt?: string }) => [type, !!deletedAt]),
    ).toEqual(
      expect.arrayContaining([
        ['text', true],
        ['system', false],
      ]),
    );
    await download(server, `/api/v1/files/${file.id}`, bob).expect(404);
    const { reader } = await server.database();
    expect(await reader.file.count({ where: { id: { in: [file.id, loose.id] } } })).toBe(0);
    await until('the search to forget', async () => {
      const { body } = await get(bob, '/search/messages?q=zebra').expect(200);
      return body.items.length === 0;
    });
  });

  test('posts of a channel go, too', async () => {
    const { id, admin, owner } = await makeChannel(server);
    await post(server, admin, id, 'news');
    await remove(admin, { query: '?messages=delete' }).expect(204);
    await erased();
    expect((await historyOf(owner, id, 'channels'))[0]).toMatchObject({
      content: null,
      deletedAt: expect.any(String),
    });
  });

  test('files that no message has go; the others stay with their message', async () => {
    const chat = await openChat(server, ada, bob);
    const kept = await addFile(server, ada);
    const loose = await addFile(server, ada);
    await server.request
      .post(`/api/v1/chats/${chat.id}/messages`)
      .set(ada.authorization)
      .send({ attachmentIds: [kept] })
      .expect(201);
    await remove(ada).expect(204);
    await erased();
    const { reader } = await server.database();
    const left = await reader.file.findMany({ where: { id: { in: [kept, loose] } } });
    expect(left.map(({ id }) => id)).toEqual([kept]);
  });

  test('is 401 for a wrong password, and nothing happens', async () => {
    const { body } = await remove(ada, { body: { password: 'wrong' } }).expect(401);
    expect(body).toEqual(problem('invalid_credentials'));
    await get(ada, '/users/me').expect(200);
  });

  test('is 400 without a password, or for anything else', async () => {
    expect(wrongFields(await remove(ada, { body: {} as never }).expect(400))).toEqual(['body.password']);
    expect(wrongFields(await remove(ada, { query: '?messages=burn' }).expect(400))).toEqual([
      'query.messages',
    ]);
    await get(ada, '/users/me').expect(200);
  });

  test('is 401 without a token', async () => {
    await server.request.delete('/api/v1/users/me').send({ password: PASSWORD }).expect(401);
  });

  test('ten wrong ones lock it, from wherever they come', async () => {
    const guarded = await startTestServer({ TRUST_PROXY: '1' });
    try {
      const carl = await makePerson(guarded);
      const guess = (password: string) =>
        guarded.request
          .delete('/api/v1/users/me')
          .set(carl.authorization)
          .set('X-Forwarded-For', newIp())
          .send({ password });
      for (let tries = 0; tries < 10; tries += 1) await guess('wrong').expect(401);
      expectTooMany(await guess(PASSWORD).expect(429), 'account_locked', 900);
    } finally {
      await guarded.stop();
    }
  });

  test('twice at the same moment: once', async () => {
    const answers = await Promise.all([remove(ada), remove(ada), remove(await signIn(server, ada))]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([204, 401, 401]);
    await erased();
    expect((await get(bob, `/users/${ada.id}`).expect(200)).body).toMatchObject(tombstoneOf(ada));
  });

  test('during sends: each is stored and taken back, or refused', async () => {
    const chat = await openChat(server, ada, bob);
    const sends = Array.from({ length: 20 }, (_, index) =>
      server.request
        .post(`/api/v1/chats/${chat.id}/messages`)
        .set(ada.authorization)
        .send({ content: `number ${index}` }),
    );
    const [gone, ...sent] = await Promise.all([remove(ada, { query: '?messages=delete' }), ...sends]);
    expect(gone.status).toBe(204);
    for (const { status } of sent) expect([201, 401, 404]).toContain(status);
    await erased();
    const history = await historyOf(bob, chat.id);
    expect(history).toHaveLength(sent.filter(({ status }) => status === 201).length);
    for (const { content } of history) expect(content).toBeNull();
  });

  test('during uploads: what was stored is removed, the rest refused', async () => {
    const uploads = Array.from({ length: 5 }, () => upload(server, ada, randomBytes(200_000)));
    const [gone, ...stored] = await Promise.all([remove(ada), ...uploads]);
    expect(gone.status).toBe(204);
    for (const { status } of stored) expect([201, 401]).toContain(status);
    await erased();
    const { reader } = await server.database();
    expect(await reader.file.count({ where: { ownerId: ada.id } })).toBe(0);
  });

  test('a change of the profile or the password at the same moment is before it, or refused', async () => {
    const [gone, changed, password] = await Promise.all([
      remove(ada),
      server.request.patch('/api/v1/users/me').set(ada.authorization).send({ bio: 'hello' }),
      server.request
        .put('/api/v1/users/me/password')
        .set(ada.authorization)
        .send({ currentPassword: PASSWORD, newPassword: 'another fine password' }),
    ]);
    expect([
      [204, 401],
      [401, 204],
    ]).toContainEqual([gone.status, password.status]);
    expect([200, 401]).toContain(changed.status);
    if (gone.status === 204)
      expect((await get(bob, `/users/${ada.id}`).expect(200)).body).toMatchObject(tombstoneOf(ada));
  });
});
