import { newId } from '../../src/helpers/ids';
import { makeChat, openChat, send } from '../support/chats';
import { makePerson, type Person } from '../support/people';
import { setPrivacy, storeBlock } from '../support/presence';
import { startTestServer, type TestServer } from '../support/server';
import { connect } from '../support/sockets';
import { newName, problem, wrongFields } from './auth/answers';

let server: TestServer;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off', PRESENCE_GRACE: '1s' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  [ada, bob] = [await makePerson(server, newName()), await makePerson(server, newName())];
});

const path = '/api/v1/users/presence';
const ask = (caller: Person, ids: readonly string[]) =>
  server.request
    .get(path)
    .query({ ids: ids.join(',') })
    .set(caller.authorization);
const presence = async (caller: Person, ...people: readonly Pick<Person, 'id'>[]) =>
  (
    await ask(
      caller,
      people.map(({ id }) => id),
    ).expect(200)
  ).body.items;
const profile = async (caller: Person, person: Person) =>
  (await server.request.get(`/api/v1/users/${person.id}`).set(caller.authorization).expect(200)).body;

test('tells who is online and when the others were last, in the order asked, each once', async () => {
  const carol = await makePerson(server, newName());
  const watching = await connect(server, carol.tokens);
  await send(server, bob, (await openChat(server, bob, carol)).id, 'hello');
  await connect(server, ada.tokens);
  (await connect(server, bob.tokens)).close();
  const { lastSeenAt } = await watching.next('presence_change', ({ online }) => !online);
  expect(await presence(carol, bob, ada, bob, carol)).toEqual([
    { userId: bob.id, online: false, lastSeenAt },
    { userId: ada.id, online: true },
    { userId: carol.id, online: true },
  ]);
});

test('a person who was never here is offline since never', async () => {
  expect(await presence(ada, bob)).toEqual([{ userId: bob.id, online: false }]);
});

describe('who hides looks like nobody', () => {
  const nobody = { id: newId() };
  const hidden = ({ id }: Pick<Person, 'id'>) => ({ userId: id, online: false });

  test.each([
    ['everyone', true, true],
    ['contacts', false, true],
    ['nobody', false, false],
  ] as const)(
    'lastSeen `%s`: strangers see it: %s, people written to: %s',
    async (lastSeen, toAll, toContacts) => {
      await setPrivacy(server, ada, { lastSeen });
      await connect(server, ada.tokens);
      const online = { userId: ada.id, online: true };
      expect(await presence(bob, ada, nobody)).toEqual([toAll ? online : hidden(ada), hidden(nobody)]);
      const { id } = await openChat(server, ada, bob);
      await send(server, bob, id, 'that bob has written to ada does not count');
      expect(await presence(bob, ada)).toEqual([toAll ? online : hidden(ada)]);
      await send(server, ada, id, 'that ada has, does');
      expect(await presence(bob, ada)).toEqual([toContacts ? online : hidden(ada)]);
      expect(await presence(ada, ada)).toEqual([online]);
    },
  );

  test('to people who block or are blocked, both ways, also when they were contacts', async () => {
    const made = await makeChat(server);
    await send(server, made.ada, made.chat.id, 'hello');
    await send(server, made.bob, made.chat.id, 'hello');
    await storeBlock(server, made.ada, made.bob);
    await connect(server, made.ada.tokens);
    await connect(server, made.bob.tokens);
    expect(await presence(made.bob, made.ada)).toEqual([hidden(made.ada)]);
    expect(await presence(made.ada, made.bob)).toEqual([hidden(made.bob)]);
    expect(await profile(made.bob, made.ada)).not.toHaveProperty('online');
  });
});

test('a profile tells presence to those who may know it, and is silent to the others', async () => {
  await connect(server, ada.tokens);
  expect(await profile(bob, ada)).toMatchObject({ id: ada.id, online: true });
  await setPrivacy(server, ada, { lastSeen: 'nobody' });
  const silent = await profile(bob, ada);
  expect(Object.keys(silent)).not.toContain('online');
  expect(Object.keys(silent)).not.toContain('lastSeenAt');
  expect(await profile(ada, ada)).toMatchObject({ online: true });
});

test('is 400 without ids, for what is no id, and for more than a hundred', async () => {
  const none = await server.request.get(path).set(ada.authorization).expect(400);
  expect(wrongFields(none)).toEqual(['query.ids']);
  for (const ids of [[''], ['x'], [ada.id, ''], Array.from({ length: 101 }, newId)])
    expect(wrongFields(await ask(ada, ids).expect(400))[0]).toMatch(/^query\.ids/);
  await ask(ada, Array.from({ length: 100 }, newId)).expect(200);
});

test('is 401 without a token', async () => {
  const { body } = await server.request.get(path).query({ ids: ada.id }).expect(401);
  expect(body).toEqual(problem('unauthenticated', { detail: expect.any(String) }));
});
