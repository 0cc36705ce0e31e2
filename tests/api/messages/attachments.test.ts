import type { File } from '../../../src/contracts/files';
import type { Message, SentMessage } from '../../../src/contracts/messages';
import { newId } from '../../../src/helpers/ids';
import { createChannel, makeChannel } from '../../support/channels';
import { makeChat, openChat } from '../../support/chats';
import { addFile, unattached } from '../../support/files';
import { createGroup, makeGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { page, search, untilFound } from '../../support/search';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const post = (person: Person, path: string, body: object) =>
  server.request.post(`/api/v1${path}`).set(person.authorization).send(body);
const get = async (person: Person, path: string) =>
  (await server.request.get(`/api/v1${path}`).set(person.authorization).expect(200)).body;
const remove = (person: Person, path: string) =>
  server.request.delete(`/api/v1${path}`).set(person.authorization);
const sent = async (person: Person, path: string, body: object): Promise<SentMessage> =>
  (await post(person, `${path}/messages`, body).expect(201)).body;
const idsOf = ({ attachments }: Pick<Message, 'attachments'>): string[] => attachments.map(({ id }) => id);

describe('a message with attachments', () => {
  test('shows its files to everybody in the order they were named, wherever it is read', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const [cat, film] = [
      await addFile(server, ada),
      await addFile(server, ada, { kind: 'video', name: 'film' }),
    ];
    expect(await unattached(server, [cat, film])).toEqual([true, true]);
    const [bobs, inShort] = [await connect(server, bob.tokens), await connect(server, bob.tokens)];
    await bobs.must('join_chat', { chatId: chat.id });
    const body = { content: 'look', attachmentIds: [film, cat], clientMessageId: 'one' };
    const message = await sent(ada, `/chats/${chat.id}`, body);
    expect(message).toMatchObject({ type: 'file', content: 'look' });
    const file: File = {
      id: film,
      kind: 'video',
      mimeType: 'video/webm',
      size: 3,
      name: 'film',
      url: expect.stringMatching(`^/api/v1/files/${film}\\?expires=\\d+&signature=[\\w-]{43}$`),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    expect(message.attachments).toEqual([
      file,
      {
        ...file,
        ...{ id: cat, kind: 'image', mimeType: 'image/webm', name: 'cat.webp' },
        url: expect.stringContaining(cat),
      },
    ]);
    expect(await unattached(server, [cat, film])).toEqual([false, false]);

    expect(await bobs.next('chat_message')).toEqual(message);
    expect(await inShort.next('inbox_update')).toMatchObject({ preview: 'look' });
    const path = `/chats/${chat.id}`;
    expect((await get(bob, `${path}/messages`)).items).toEqual([message]);
    expect(await get(bob, `${path}/messages/${message.id}`)).toEqual(message);
    expect((await get(bob, `${path}/changes?since=0`)).messages).toEqual([message]);
    expect((await get(bob, '/chats')).items[0].lastMessage).toEqual(message);
    expect((await get(bob, path)).lastMessage).toEqual(message);
    expect(
      (await server.request.put(`/api/v1${path}/messages/${message.id}/pin`).set(bob.authorization)).body
        .attachments,
    ).toEqual(message.attachments);
    expect((await get(ada, `${path}/pins`)).items[0].attachments).toEqual(message.attachments);
    // The same again is the same; its files are part of what was asked.
    expect((await post(ada, `${path}/messages`, body).expect(200)).body).toMatchObject({
      id: message.id,
      duplicate: true,
      attachments: message.attachments,
    });
    await post(ada, `${path}/messages`, { ...body, attachmentIds: [cat, film] }).expect(409);
    await post(ada, `${path}/messages`, { ...body, attachmentIds: [] }).expect(409);
  });

  test('is sent by socket as by REST, to groups and channels, too', async () => {
    const { id, owner, member } = await makeGroup(server);
    const { ada, chat } = await makeChat(server);
    const device = await connect(server, owner.tokens);
    const [one, two] = [await addFile(server, owner), await addFile(server, owner)];
    const inGroup = await device.must('group_message', { groupId: id, attachmentIds: [one, two] });
    expect(inGroup).toMatchObject({ type: 'image', content: '' });
    expect(idsOf(inGroup)).toEqual([one, two]);
    expect((await get(member, `/groups/${id}/messages/${inGroup.id}`)).attachments).toEqual(
      inGroup.attachments,
    );
    const adas = await connect(server, ada.tokens);
    const own = await addFile(server, ada, { kind: 'audio' });
    const inChat = await adas.must('chat_message', { chatId: chat.id, type: 'audio', attachmentIds: [own] });
    expect(inChat).toMatchObject({ type: 'audio', attachments: [{ id: own }] });
    const channel = await makeChannel(server);
    const posted = await addFile(server, channel.admin);
    const inChannel = await sent(channel.admin, `/channels/${channel.id}`, { attachmentIds: [posted] });
    expect(idsOf(inChannel)).toEqual([posted]);
    for (const reader of [channel.follower, channel.stranger])
      expect((await get(reader, `/channels/${channel.id}/messages`)).items.at(-1).attachments).toEqual(
        inChannel.attachments,
      );
  });

  test('is of the type of its files, or simply of files; without a text its first file stands for it', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const path = `/chats/${chat.id}`;
    const bobs = await connect(server, bob.tokens);
    const film = await addFile(server, ada, { kind: 'video', name: 'Ferien 🏖.webm' });
    const asFile = await sent(ada, path, { type: 'file', attachmentIds: [film] });
    expect(asFile.type).toBe('file');
    expect(await bobs.next('inbox_update')).toMatchObject({ preview: 'Ferien 🏖.webm' });
    expect((await sent(ada, path, { attachmentIds: [film] })).type).toBe('video');
    const reply = await sent(bob, path, { content: 'nice', replyTo: asFile.id });
    expect(reply.replyTo).toMatchObject({ id: asFile.id, type: 'file', preview: 'Ferien 🏖.webm' });
    expect((await get(ada, `${path}/messages/${reply.id}`)).replyTo).toEqual(reply.replyTo);
    await remove(ada, `${path}/messages/${asFile.id}`).expect(204);
    expect((await get(ada, `${path}/messages/${reply.id}`)).replyTo).toMatchObject({
      type: 'file',
      preview: null,
    });
  });

  test('is refused for files of others and of nobody, for another type, for too many and for one twice', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const own = await Promise.all(Array.from({ length: 11 }, () => addFile(server, ada)));
    const foreign = await addFile(server, bob);
    const device = await connect(server, ada.tokens);
    const [first = ''] = own;
    const refusals: readonly (readonly [object, string])[] = [
      [{ attachmentIds: [first, foreign] }, 'attachmentIds'],
      [{ attachmentIds: [newId()] }, 'attachmentIds'],
      [{ attachmentIds: [first, first] }, 'attachmentIds'],
      [{ attachmentIds: own }, 'attachmentIds'],
      [{ attachmentIds: 'x' }, 'attachmentIds'],
      [{ attachmentIds: ['x'] }, 'attachmentIds.0'],
      [{ attachmentIds: [first], type: 'video' }, 'type'],
      [{ attachmentIds: [first], type: 'text', content: 'x' }, 'type'],
      [{ attachmentIds: [first], type: 'system' }, 'type'],
      [{ attachmentIds: [first], content: ' ' }, 'content'],
      [{ content: 'x', type: 'image' }, 'type'],
      [{ content: '' }, 'content'],
      [{}, 'content'],
    ];
    for (const [body, at] of refusals) {
      const { body: problem } = await post(ada, `/chats/${chat.id}/messages`, body).expect(400);
      expect(problem.code).toBe('validation_failed');
      expect([body, problem.errors[0].path.replace(/^body\./, '')]).toEqual([body, at]);
      const answer = await device.ask('chat_message', { chatId: chat.id, ...body });
      expect(answer).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    }
    expect((await get(ada, `/chats/${chat.id}/messages`)).items).toEqual([]);
    expect(new Set(await unattached(server, [...own, foreign]))).toEqual(new Set([true]));
    // Ten are not too many; whose files they are is not asked of strangers to the conversation.
    expect(idsOf(await sent(ada, `/chats/${chat.id}`, { attachmentIds: own.slice(0, 10) }))).toEqual(
      own.slice(0, 10),
    );
    const stranger = await makePerson(server);
    await post(stranger, `/chats/${chat.id}/messages`, { attachmentIds: [first] }).expect(404);
  });

  test('of a batch: each takes its own, one that is refused takes none', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const [shared, adas, bobs] = [
      await addFile(server, ada),
      await addFile(server, ada),
      await addFile(server, bob),
    ];
    const answers = await Promise.all([
      post(ada, `/chats/${chat.id}/messages`, { attachmentIds: [shared] }),
      post(ada, `/chats/${chat.id}/messages`, { attachmentIds: [shared, adas] }),
      post(bob, `/chats/${chat.id}/messages`, { attachmentIds: [bobs, shared] }),
      post(bob, `/chats/${chat.id}/messages`, { content: 'plain' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 400, 201]);
    expect(answers.map(({ body }) => (body.attachments ? idsOf(body) : null))).toEqual([
      [shared],
      [shared, adas],
      null,
      [],
    ]);
    expect(await unattached(server, [shared, adas, bobs])).toEqual([false, false, true]);
  });
});

describe('what becomes of it', () => {
  test('an edit keeps the files, and may take the text or give one; a text may not be taken from a message without', async () => {
    const { ada, chat } = await makeChat(server);
    const path = `/chats/${chat.id}`;
    const message = await sent(ada, path, { attachmentIds: [await addFile(server, ada)] });
    const edit = (id: string, content: string) =>
      server.request.patch(`/api/v1${path}/messages/${id}`).set(ada.authorization).send({ content });
    const { body: titled } = await edit(message.id, 'a cat').expect(200);
    expect(titled).toMatchObject({ type: 'image', content: 'a cat', attachments: message.attachments });
    const { body: bare } = await edit(message.id, '').expect(200);
    expect(bare).toMatchObject({ content: '', attachments: message.attachments });
    const history = await get(ada, `${path}/messages/${message.id}/history`);
    expect(history.items.map(({ content }: { content: string }) => content)).toEqual(['a cat', '']);
    const text = await sent(ada, path, { content: 'text' });
    expect((await edit(text.id, '').expect(400)).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'content', message: 'must not be blank' }],
    });
    await edit(message.id, ' ').expect(400);
  });

  test('forwarded it shares its files; they are kept until the last message that has them is deleted', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const carl = await makePerson(server);
    const targets = [
      await openChat(server, bob, carl),
      await createGroup(server, bob, [carl]),
      (await createChannel(server, bob).expect(201)).body,
    ];
    const files = [await addFile(server, ada), await addFile(server, ada, { kind: 'file', name: 'a.pdf' })];
    const message = await sent(ada, `/chats/${chat.id}`, { content: 'two', attachmentIds: files });
    const forward = () =>
      post(bob, `/chats/${chat.id}/messages/${message.id}/forward`, {
        to: targets.map(({ id }) => ({ conversationId: id, clientMessageId: 'k' })),
      }).expect(200);
    const { body } = await forward();
    const forwarded: SentMessage[] = body.items.map((item: { message: SentMessage }) => item.message);
    for (const there of forwarded)
      expect(there).toMatchObject({
        type: 'file',
        content: 'two',
        attachments: message.attachments,
        forwardedFrom: { senderId: ada.id },
      });
    const [inChat, inGroup, inChannel] = forwarded as [SentMessage, SentMessage, SentMessage];
    expect((await get(carl, `/chats/${inChat.conversationId}/messages`)).items.at(-1)).toEqual(inChat);
    // Whoever has them before them may forward them, and may not attach them as their own.
    await post(carl, `/groups/${inGroup.conversationId}/messages`, { attachmentIds: files }).expect(400);
    const onward = await post(carl, `/groups/${inGroup.conversationId}/messages/${inGroup.id}/forward`, {
      to: [{ conversationId: inChat.conversationId }],
    }).expect(200);
    const last: SentMessage = onward.body.items[0].message;
    expect(idsOf(last)).toEqual(files);

    const bobs = await connect(server, bob.tokens);
    await bobs.must('join_chat', { chatId: chat.id });
    await remove(ada, `/chats/${chat.id}/messages/${message.id}`).expect(204);
    await bobs.next('message_deleted');
    expect(await get(bob, `/chats/${chat.id}/messages/${message.id}`)).toMatchObject({
      type: 'file',
      content: null,
      attachments: [],
    });
    await remove(bob, `/channels/${inChannel.conversationId}/messages/${inChannel.id}`).expect(204);
    await remove(bob, `/chats/${inChat.conversationId}/messages/${inChat.id}`).expect(204);
    await remove(carl, `/chats/${inChat.conversationId}/messages/${last.id}`).expect(204);
    expect(await unattached(server, files)).toEqual([false, false]);
    const before = Date.now();
    await remove(bob, `/groups/${inGroup.conversationId}/messages/${inGroup.id}`).expect(204);
    expect(await unattached(server, files)).toEqual([true, true]);
    const { reader } = await server.database();
    const file = await reader.file.findUniqueOrThrow({ where: { id: files[0] ?? '' } });
    expect(file.unattachedSince?.getTime()).toBeGreaterThanOrEqual(before);
    // What is deleted is not forwarded, and a repetition is answered by what is left.
    await post(bob, `/chats/${chat.id}/messages/${message.id}/forward`, {
      to: [{ conversationId: chat.id }],
    }).expect(410);
    // Its owner may attach it anew.
    expect(idsOf(await sent(ada, `/chats/${chat.id}`, { attachmentIds: files }))).toEqual(files);
    expect(await unattached(server, files)).toEqual([false, false]);
  });

  test('many that share files are deleted at once in different conversations: all are deleted, and the files released', async () => {
    const ada = await makePerson(server);
    const files = await Promise.all(Array.from({ length: 6 }, () => addFile(server, ada)));
    const chats = await Promise.all(
      Array.from({ length: 8 }, async () => openChat(server, ada, await makePerson(server))),
    );
    const messages = await Promise.all(
      chats.flatMap(({ id }, index) => [
        sent(ada, `/chats/${id}`, { attachmentIds: index % 2 ? files : files.toReversed() }),
        sent(ada, `/chats/${id}`, { attachmentIds: files.slice(index % 6) }),
      ]),
    );
    const deletions = messages.map(({ conversationId, id }) =>
      remove(ada, `/chats/${conversationId}/messages/${id}`),
    );
    expect((await Promise.all(deletions)).map(({ status }) => status)).toEqual(messages.map(() => 204));
    expect(await unattached(server, files)).toEqual(files.map(() => true));
  });

  test('hidden or cleared by one it keeps its files for the other', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const file = await addFile(server, ada);
    const message = await sent(ada, `/chats/${chat.id}`, { attachmentIds: [file] });
    await remove(bob, `/chats/${chat.id}/messages/${message.id}?for=me`).expect(204);
    await remove(bob, `/conversations/${chat.id}/history`).send({ uptoSeq: message.seq }).expect(200);
    expect(await unattached(server, [file])).toEqual([false]);
    expect(idsOf(await get(ada, `/chats/${chat.id}/messages/${message.id}`))).toEqual([file]);
  });

  test('with a conversation that is deleted its files are released', async () => {
    const { id, owner, member } = await makeGroup(server);
    const { ada, chat } = await makeChat(server);
    const [gone, kept] = [await addFile(server, owner), await addFile(server, ada)];
    await sent(owner, `/groups/${id}`, { attachmentIds: [gone] });
    const other = await createGroup(server, ada, [owner]);
    const message = await sent(ada, `/chats/${chat.id}`, { attachmentIds: [kept] });
    await post(ada, `/chats/${chat.id}/messages/${message.id}/forward`, {
      to: [{ conversationId: other.id }],
    }).expect(200);
    await sent(member, `/groups/${id}`, { content: 'bye' });
    for (const [person, groupId] of [
      [owner, id],
      [ada, other.id],
    ] as const)
      await remove(person, `/groups/${groupId}`).expect(204);
    await server.container.deletion.sweep();
    expect(await unattached(server, [gone, kept])).toEqual([true, false]);
  });
});

test('it is found by its files and by their type, until it is deleted', async () => {
  const { ada, chat } = await makeChat(server);
  const path = `/chats/${chat.id}`;
  await sent(ada, path, { content: 'tulip in words' });
  const picture = await sent(ada, path, { content: 'tulip', attachmentIds: [await addFile(server, ada)] });
  const silent = await sent(ada, path, { attachmentIds: [await addFile(server, ada, { kind: 'audio' })] });
  const found = async (query: Record<string, string>, count: number) =>
    (await untilFound(server, ada, query, count)).items.map(({ message }) => message);
  expect(await found({ q: 'tulip has:file' }, 1)).toEqual([picture]);
  expect((await found({ q: 'has:file' }, 2)).map(({ id }) => id)).toEqual([silent.id, picture.id]);
  expect(await found({ q: 'has:file', type: 'audio' }, 1)).toEqual([silent]);
  expect(await found({ q: 'tulip', type: 'image' }, 1)).toEqual([picture]);
  await search(server, ada, { q: 'tulip', type: 'text' }).expect(200);
  expect((await page(server, ada, { q: 'tulip' })).items).toHaveLength(2);
  await remove(ada, `${path}/messages/${picture.id}`).expect(204);
  expect(await found({ q: 'has:file' }, 1)).toEqual([silent]);
});
