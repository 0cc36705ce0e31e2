import type { Conversation } from '../../../src/contracts/conversations';
import type { Message } from '../../../src/contracts/messages';
import { membershipsIn } from '../../../src/services/conversations/membership.queries';
import { viewsOf } from '../../../src/services/conversations/views';
import { makeChat, openChat } from '../../support/chats';
import { addFile } from '../../support/files';
import { createGroup, groupOf, makeGroup } from '../../support/groups';
import { makePerson, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', MESSAGE_MAX_LENGTH: '100000' });
});
afterAll(() => server.stop());

const pathOf = ({ kind, conversationId }: Pick<Message, 'kind' | 'conversationId'>): string =>
  `/api/v1/${kind}s/${conversationId}`;
const post = async (person: Person, path: string, body: object): Promise<Message> =>
  (await server.request.post(`${path}/messages`).set(person.authorization).send(body).expect(201)).body;
const read = async (person: Person, path: string) =>
  (await server.request.get(path).set(person.authorization).expect(200)).body;

/** A message by every way by which somebody may read it, all of which must say the same. */
async function readings(person: Person, message: Message): Promise<Message[]> {
  const path = pathOf(message);
  const [one, history, changes, conversation, inbox] = await Promise.all([
    read(person, `${path}/messages/${message.id}`),
    read(person, `${path}/messages`),
    read(person, `${path}/changes?since=${message.version - 1}`),
    read(person, path),
    read(person, '/api/v1/conversations'),
  ]);
  const own = (inbox.items as Conversation[]).find(({ id }) => id === message.conversationId);
  return [one, history.items.at(-1), changes.messages.at(-1), conversation.lastMessage, own?.lastMessage];
}

/** What databases, JSON and separators of lists take for something else. */
const NASTY = `"],["\\u0041\\",\n\t'; --\u2028\u00e9\u00dfe\u0301\u{1F363}\u{1F468}\u200D\u{1F469}\u200D\u{1F467},null\\\\%_?{}`;

test.each([
  ['quotes, backslashes, separators and emoji', NASTY],
  ['a hundred thousand characters', NASTY.repeat(3_000).slice(0, 100_000)],
  ['as many emoji', '\u{1F363}'.repeat(100_000)],
  ['nothing but quotes', '"'.repeat(100_000)],
  ['nothing but backslashes', '\\'.repeat(5_000)],
])('an answer to a text of %s reads the same everywhere', async (_, content) => {
  const { ada, bob, chat } = await makeChat(server);
  const path = pathOf({ kind: 'chat', conversationId: chat.id });
  const message = await post(ada, path, { content });
  expect(message.content).toBe(content);
  const answer = await post(bob, path, { content: 'yes', replyTo: message.id });
  expect(content.startsWith(answer.replyTo?.preview ?? 'nothing')).toBe(true);
  expect(await readings(ada, answer)).toEqual(Array.from({ length: 5 }, () => answer));
});

test('ten files with long names of anything read the same everywhere, and the first names an answered message', async () => {
  const { ada, bob, chat } = await makeChat(server);
  const names = Array.from(
    { length: 10 },
    (_, index) => `${index}${NASTY.replace(/\s/gu, '')}${'"\u{1F37A}'.repeat(50)}`,
  );
  const attachmentIds: string[] = [];
  for (const name of names) attachmentIds.push(await addFile(server, ada, { kind: 'file', name }));
  const path = pathOf({ kind: 'chat', conversationId: chat.id });
  const message = await post(ada, path, { attachmentIds });
  expect(message.attachments.map(({ name }) => name)).toEqual(names);
  expect(await readings(bob, message)).toEqual(Array.from({ length: 5 }, () => message));
  const answer = await post(bob, path, { content: 'thanks', replyTo: message.id });
  expect(names[0]?.startsWith(answer.replyTo?.preview ?? 'nothing')).toBe(true);
  expect(await readings(ada, answer)).toEqual(Array.from({ length: 5 }, () => answer));
});

test('forty who are mentioned and twenty kinds of reactions are all there, to each reader with their own', async () => {
  const owner = await makePerson(server);
  const members = await Promise.all(Array.from({ length: 40 }, () => makePerson(server)));
  const { id } = await createGroup(server, owner, members);
  const group = groupOf(server, id);
  const path = pathOf({ kind: 'group', conversationId: id });
  const content = members.map(({ username }) => `@${username}`).join(' ');
  const { id: messageId } = await post(owner, path, { content });
  const emojis = [...'😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰😗😙😚🙂🤗'];
  const [first, second, third] = members as [Person, Person, Person];
  const reactions = [
    ...emojis.map((emoji) => [first, emoji] as const),
    ...emojis.slice(5).map((emoji) => [second, emoji] as const),
  ];
  for (const [person, emoji] of reactions)
    await group.put(person, `/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`).expect(200);

  const ids = members.map((member) => member.id).sort();
  for (const [reader, from] of [
    [first, 0],
    [second, 5],
    [third, 20],
  ] as const)
    for (const message of await readings(reader, await read(reader, `${path}/messages/${messageId}`))) {
      expect(message.mentions).toEqual(ids.map((userId) => ({ kind: 'user', userId })));
      expect(message.reactions).toEqual(
        emojis.map((emoji, index) => ({ emoji, count: index < 5 ? 1 : 2, mine: index >= from })),
      );
    }
});

test("several members' views of one group at once: each with the last message that they have not hidden", async () => {
  const { id, group, owner, admin, member } = await makeGroup(server);
  const path = pathOf({ kind: 'group', conversationId: id });
  const messages: Message[] = [];
  for (const content of ['1', '2', '3']) messages.push(await post(owner, path, { content }));
  const [one, two, three] = messages as [Message, Message, Message];
  const heart = `/reactions/${encodeURIComponent('❤️')}`;
  for (const { id: messageId } of [one, two, three])
    for (const person of [admin, member])
      await group.put(person, `/messages/${messageId}${heart}`).expect(200);
  const hide = (person: Person, message: Message) =>
    group.delete(person, `/messages/${message.id}?for=me`).expect(204);
  await hide(admin, three);
  await hide(member, three);
  await hide(member, two);

  const { reader } = await server.database();
  const memberships = await membershipsIn(reader, id, [owner.id, admin.id, member.id]);
  const views = await viewsOf(reader, memberships);
  const last = new Map(memberships.map(({ userId }, index) => [userId, views[index]?.lastMessage]));
  const mine = (yes: boolean) => [{ emoji: '❤️', count: 2, mine: yes }];
  expect(last.get(owner.id)).toMatchObject({ id: three.id, reactions: mine(false) });
  expect(last.get(admin.id)).toMatchObject({ id: two.id, reactions: mine(true) });
  expect(last.get(member.id)).toMatchObject({ id: one.id, reactions: mine(true) });
  for (const [index, { userId }] of memberships.entries()) {
    const person = [owner, admin, member].find((someone) => someone.id === userId) as Person;
    expect(views[index]).toEqual(await read(person, path));
  }
});

test('an inbox with hidden last messages and others says of each the same as the conversation', async () => {
  const ada = await makePerson(server);
  const chats: Conversation[] = [];
  for (let index = 0; index < 4; index += 1) {
    const chat = await openChat(server, ada, await makePerson(server));
    const path = pathOf({ kind: 'chat', conversationId: chat.id });
    const first = await post(ada, path, { content: `${NASTY}${index}` });
    const answer = await post(ada, path, { content: NASTY, replyTo: first.id });
    const file = await addFile(server, ada, { kind: 'file', name: NASTY.replace(/\s/gu, '') });
    const last = await post(ada, path, { attachmentIds: [file], replyTo: answer.id });
    if (index % 2 === 0)
      await server.request.delete(`${path}/messages/${last.id}?for=me`).set(ada.authorization).expect(204);
    chats.unshift(await read(ada, path));
    expect(chats[0]?.lastMessage).toEqual(index % 2 === 0 ? answer : last);
  }
  expect((await read(ada, '/api/v1/conversations')).items).toEqual(chats);
});
