import { newId } from '../../src/helpers/ids';
import { foldCase } from '../../src/helpers/text';
import { makePerson, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { newName, problem, wrongFields } from './auth/answers';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const users = '/api/v1/users';
const publicOf = ({ user: { id, username, displayName, avatarUrl, bio } }: Person) => ({
  id,
  username,
  displayName,
  avatarUrl,
  bio,
});

describe('GET /users/me and /users/{id}', () => {
  test("own profile is whole, others' have no address", async () => {
    const [ada, bob] = [await makePerson(server, newName()), await makePerson(server, newName())];
    const own = await server.request.get(`${users}/me`).set(ada.authorization).expect(200);
    expect(own.body).toEqual({
      id: ada.id,
      username: ada.username,
      displayName: ada.username,
      avatarUrl: null,
      bio: '',
      email: ada.email,
      emailVerified: true,
      twoFactor: false,
      telegram: false,
      role: 'user',
      settings: {
        readReceipts: true,
        typing: true,
        lastSeen: 'everyone',
        notifications: { telegram: 'mentions', email: 'mentions', preview: true, quietHours: null },
      },
      createdAt: expect.any(String),
    });
    for (const person of [ada, bob]) {
      const { body } = await server.request.get(`${users}/${person.id}`).set(ada.authorization).expect(200);
      expect(body).toEqual({ ...publicOf(person), online: false });
    }
  });

  test('is 401 without a token, 404 for nobody, 400 for no id', async () => {
    const ada = await makePerson(server, newName());
    for (const path of ['/me', `/${ada.id}`, '?search=a'])
      await server.request.get(`${users}${path}`).expect(401);
    await server.request.patch(`${users}/me`).send({ bio: '' }).expect(401);
    const nobody = await server.request.get(`${users}/${newId()}`).set(ada.authorization).expect(404);
    expect(nobody.body).toEqual(problem('not_found', { detail: 'There is no such person here' }));
    const wrong = await server.request.get(`${users}/x`).set(ada.authorization).expect(400);
    expect(wrongFields(wrong)).toEqual(['params.userId']);
  });
});

describe('PATCH /users/me', () => {
  const change = (person: Person, body: object) =>
    server.request.patch(`${users}/me`).set(person.authorization).send(body);
  const versionOf = async ({ id }: Person) =>
    (await (await server.database()).reader.user.findUniqueOrThrow({ where: { id } })).userVersion;

  test('changes what is named, keeps the rest, and bumps userVersion', async () => {
    const ada = await makePerson(server, newName());
    const before = await versionOf(ada);
    const first = await change(ada, { displayName: ' Ada ﷺ 👩‍🚀 ', bio: 'two\nlines' }).expect(200);
    expect(first.body).toEqual({ ...ada.user, displayName: 'Ada ﷺ 👩‍🚀', bio: 'two\nlines' });
    const username = newName().toUpperCase();
    const second = await change(ada, { username }).expect(200);
    expect(second.body).toEqual({ ...first.body, username });
    expect(await versionOf(ada)).toBe(before + 2);
    const read = await server.request.get(`${users}/me`).set(ada.authorization);
    expect(read.body).toEqual(second.body);
  });

  test('a display name that grows by folding fits', async () => {
    const ada = await makePerson(server, newName());
    await change(ada, { displayName: 'ﷺ'.repeat(64) }).expect(200);
    const { body } = await server.request
      .get(`${users}?search=${encodeURIComponent('ﷺ'.repeat(64))}`)
      .set(ada.authorization)
      .expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([ada.id]);
  });

  test('is 409 for a taken username in any case; one may write one’s own differently', async () => {
    const [ada, bob] = [await makePerson(server, newName()), await makePerson(server, newName())];
    const taken = await change(ada, { username: bob.username.toUpperCase() }).expect(409);
    expect(taken.body).toEqual(problem('username_taken'));
    const { body } = await change(ada, { username: ada.username.toUpperCase() }).expect(200);
    expect(body.username).toBe(ada.username.toUpperCase());
  });

  test('is 400 for nothing, for wrong values, and for what is not one’s to change', async () => {
    const ada = await makePerson(server, newName());
    expect(wrongFields(await change(ada, {}).expect(400))).toEqual(['body']);
    const wrong = await change(ada, { username: 'a b', displayName: '', bio: 'x'.repeat(501) }).expect(400);
    expect(wrongFields(wrong)).toEqual(['body.bio', 'body.displayName', 'body.username']);
    for (const body of [{ role: 'owner' }, { email: 'a@b.cd' }, { id: newId() }])
      expect(wrongFields(await change(ada, { bio: '', ...body }).expect(400))).toEqual(['body']);
  });
});

describe('GET /users?search=', () => {
  let ada: Person;
  const prefix = `find${Date.now().toString(36)}`;
  const search = (query: Record<string, string>) =>
    server.request.get(users).query(query).set(ada.authorization);
  const names = async (query: Record<string, string>): Promise<string[]> =>
    (await search(query).expect(200)).body.items.map(({ username }: { username: string }) => username);

  beforeAll(async () => {
    ada = await makePerson(server, newName());
    for (const name of ['.b', 'A1', '_c', 'd-d']) await makePerson(server, `${prefix}${name}z`);
    const zoe = await makePerson(server, `zz${prefix}`);
    const displayName = `${prefix.toUpperCase()} Ärger%_`;
    await (
      await server.database()
    ).writer.user.updateMany({
      where: { id: zoe.id },
      data: { displayName, displayNameKey: foldCase(displayName) },
    });
  });

  test('finds by the beginning of username and display name, in any case, by username', async () => {
    const all = [`${prefix}.bz`, `${prefix}_cz`, `${prefix}A1z`, `${prefix}d-dz`, `zz${prefix}`];
    expect(await names({ search: ` ${prefix.toUpperCase()} ` })).toEqual(all);
    expect(await names({ search: `${prefix} äRG` })).toEqual([`zz${prefix}`]);
    expect(await names({ search: prefix.slice(1) })).toEqual([]);
    const { body } = await search({ search: `${prefix}a1z` });
    expect(body).toEqual({
      items: [{ id: expect.any(String), username: all[2], displayName: all[2], avatarUrl: null, bio: '' }],
      nextCursor: null,
    });
  });

  test('takes wildcards for themselves', async () => {
    expect(await names({ search: `${prefix}_` })).toEqual([`${prefix}_cz`]);
    for (const wild of ['%', '_', `${prefix}%`, `${prefix}*`, '\\', "'"])
      expect(await names({ search: wild })).toEqual([]);
    expect(await names({ search: `${prefix} ärger%_` })).toEqual([`zz${prefix}`]);
  });

  test('pages name everybody once', async () => {
    const all = await names({ search: prefix });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await search({ search: prefix, limit: '2', ...(cursor && { cursor }) }).expect(200);
      seen.push(...body.items.map(({ username }: { username: string }) => username));
      cursor = body.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(all);
    expect((await search({ search: prefix, limit: '5' })).body.nextCursor).toBeNull();
  });

  test('is 400 without words, for limits out of range and for a foreign cursor', async () => {
    expect(wrongFields(await search({}).expect(400))).toEqual(['query.search']);
    expect(wrongFields(await search({ search: ' ', limit: '51' }).expect(400))).toEqual([
      'query.limit',
      'query.search',
    ]);
    expect(wrongFields(await search({ search: 'a', cursor: 'x' }).expect(400))).toEqual(['query.cursor']);
  });
});
