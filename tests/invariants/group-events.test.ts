import type { Member } from '../../src/contracts/conversations';
import { accept, invite, makeGroup, seenBy } from '../support/groups';
import { makePerson, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { connect, type ReceivedEvent } from '../support/sockets';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

interface Versioned {
  readonly version: number;
}
type ChangedMember = Versioned & { userId: string; role: Member['role']; change: string };

const TOLD = ['group_message', 'member_changed', 'conversation_updated'];
const toldOf = (received: readonly ReceivedEvent[]): Versioned[] =>
  received.filter(({ name }) => TOLD.includes(name)).map(({ payload }) => payload as Versioned);

test('whatever happens at once, a joined member hears every version once and in order, and knows who is in', async () => {
  const { id, group, owner, admin, member } = await makeGroup(server);
  const people: Person[] = [];
  for (let index = 0; index < 12; index += 1) people.push(await makePerson(server));
  const witness = await connect(server, member.tokens);
  const { version } = await witness.must('join_group', { groupId: id });
  const { token } = await invite(server, owner, id);

  const life = async (person: Person, index: number): Promise<void> => {
    if (index % 2) await group.post(admin, '/members', { userIds: [person.id] }).expect(200);
    else await accept(server, person, token).expect(200);
    await group.post(person, '/messages', { content: `${index}` }).expect(201);
    await group.patch(owner, `/members/${person.id}`, { role: 'admin' }).expect(200);
    await group.patch(person, '', { title: `Tea ${index}`, description: `${index}` }).expect(200);
    if (index % 4 === 0) await group.delete(person, `/members/${person.id}`).expect(204);
    else if (index % 4 === 1) await group.put(owner, `/bans/${person.id}`).expect(204);
  };
  await Promise.all(people.map(life));
  await group.put(owner, '/owner', { userId: admin.id }).expect(200);

  const end = await seenBy(server, member, id);
  await witness.next('group_message', (message) => message.version === end.version);
  const versions = toldOf(witness.received).map((event) => event.version);
  expect(versions).toEqual(Array.from({ length: end.version - version }, (_, index) => version + 1 + index));

  const roles = new Map<string, string>([
    [owner.id, 'owner'],
    [admin.id, 'admin'],
    [member.id, 'member'],
  ]);
  for (const { userId, role, change } of witness.payloads('member_changed') as ChangedMember[])
    if (change === 'joined' || change === 'role') roles.set(userId, role);
    else roles.delete(userId);
  const { body } = await group.get(member, '/members?limit=100').expect(200);
  const now = body.items.map(({ user, role }: { user: { id: string }; role: string }) => [user.id, role]);
  expect([...roles].sort()).toEqual(now.sort());
  expect(end.memberCount).toBe(roles.size);
  const titles = witness.payloads('conversation_updated').flatMap(({ title }) => title ?? []);
  expect(end.title).toBe(titles.at(-1));
});

test('changes since any version tell the same as the events behind it', async () => {
  const { group, owner, member, stranger, id } = await makeGroup(server);
  const witness = await connect(server, member.tokens);
  const { version: start } = await witness.must('join_group', { groupId: id });
  await group.post(owner, '/members', { userIds: [stranger.id] }).expect(200);
  await group.patch(owner, `/members/${stranger.id}`, { role: 'admin' }).expect(200);
  await group.post(stranger, '/messages', { content: 'x' }).expect(201);
  await group.delete(owner, `/members/${stranger.id}`).expect(204);
  const { version: end } = await seenBy(server, member, id);
  await witness.next('group_message', (message) => message.version === end);
  for (let since = start; since <= end; since += 1) {
    const { body } = await group.get(member, `/changes?since=${since}`).expect(200);
    const told = witness.payloads('group_message').filter((message) => message.version > since);
    expect(body.messages).toEqual(told);
    const last = witness.payloads('member_changed').filter((changed) => changed.version > since);
    expect(body.members.map(({ userId, role }: Member) => [userId, role])).toEqual(
      last.length > 0 ? [[stranger.id, 'member']] : [],
    );
  }
});
