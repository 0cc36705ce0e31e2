import { makePerson, signIn, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { connect } from '../../support/sockets';
import { newName, wrongFields } from '../auth/answers';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
beforeEach(async () => {
  ada = await makePerson(server, newName());
});
afterAll(() => server.stop());

const url = '/api/v1/users/me/settings';
const read = (person: Person) => server.request.get(url).set(person.authorization);
const change = (person: Person, body: object) =>
  server.request.patch(url).set(person.authorization).send(body);
const NOTIFICATIONS = { telegram: 'mentions', email: 'mentions', preview: true, quietHours: null };
const DEFAULTS = {
  readReceipts: true,
  typing: true,
  lastSeen: 'everyone',
  notifications: NOTIFICATIONS,
};

describe('GET and PATCH /users/me/settings', () => {
  test('everybody shows everything to begin with', async () => {
    expect((await read(ada).expect(200)).body).toEqual(DEFAULTS);
  });

  test('changes what is named and keeps the rest', async () => {
    const first = await change(ada, { lastSeen: 'contacts' }).expect(200);
    expect(first.body).toEqual({ ...DEFAULTS, lastSeen: 'contacts' });
    const second = await change(ada, { readReceipts: false, typing: false }).expect(200);
    expect(second.body).toEqual({ ...DEFAULTS, readReceipts: false, typing: false, lastSeen: 'contacts' });
    expect((await read(ada).expect(200)).body).toEqual(second.body);
    const { body } = await server.request.get('/api/v1/users/me').set(ada.authorization).expect(200);
    expect(body).toEqual({ ...ada.user, settings: second.body });
    expect((await signIn(server, ada)).user).toEqual(body);
  });

  test("nobody else's change, and nobody else sees them", async () => {
    const bob = await makePerson(server, newName());
    await change(ada, { lastSeen: 'nobody' }).expect(200);
    expect((await read(bob).expect(200)).body).toEqual(DEFAULTS);
    const { body } = await server.request.get(`/api/v1/users/${ada.id}`).set(bob.authorization).expect(200);
    expect(body).not.toHaveProperty('settings');
  });

  test("bumps userVersion and is told to one's own devices, and inside the server", async () => {
    const heard: unknown[] = [];
    server.container.bus.on('settings.changed', (event) => heard.push(event));
    const [phone, laptop] = [
      await connect(server, ada.tokens),
      await connect(server, (await signIn(server, ada)).tokens),
    ];
    const other = await connect(server, (await makePerson(server, newName())).tokens);
    const { userVersion } = await (
      await server.database()
    ).reader.user.findUniqueOrThrow({ where: { id: ada.id } });
    await change(ada, { typing: false }).expect(200);
    for (const device of [phone, laptop])
      expect(await device.next('user_updated')).toEqual({ userVersion: userVersion + 1 });
    expect(heard).toEqual([{ userId: ada.id, settings: { ...DEFAULTS, typing: false } }]);
    expect(other.payloads('user_updated')).toEqual([]);
    for (const device of [phone, laptop, other]) device.close();
  });

  test('changes at the same moment all count', async () => {
    const changes = [{ readReceipts: false }, { typing: false }, { lastSeen: 'nobody' }];
    await Promise.all(changes.map((body) => change(ada, body).expect(200)));
    expect((await read(ada).expect(200)).body).toEqual({
      ...DEFAULTS,
      readReceipts: false,
      typing: false,
      lastSeen: 'nobody',
    });
  });

  test('is 400 for nothing, for wrong values and for what is no setting', async () => {
    expect(wrongFields(await change(ada, {}).expect(400))).toEqual(['body']);
    expect(
      wrongFields(await change(ada, { readReceipts: 1, typing: 'yes', lastSeen: 'friends' }).expect(400)),
    ).toEqual(['body.lastSeen', 'body.readReceipts', 'body.typing']);
    expect(wrongFields(await change(ada, { typing: true, theme: 'dark' }).expect(400))).toEqual(['body']);
    expect((await read(ada).expect(200)).body).toEqual(DEFAULTS);
  });

  test('of what is told changes what is named, at the same moment too, and keeps the rest', async () => {
    const quietHours = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
    const { body } = await change(ada, { notifications: { email: 'all', quietHours } }).expect(200);
    expect(body).toEqual({ ...DEFAULTS, notifications: { ...NOTIFICATIONS, email: 'all', quietHours } });
    const changes = [{ telegram: 'nothing' }, { preview: false }, { email: 'nothing' }, { quietHours: null }];
    await Promise.all(changes.map((notifications) => change(ada, { notifications }).expect(200)));
    expect((await read(ada).expect(200)).body.notifications).toEqual({
      telegram: 'nothing',
      email: 'nothing',
      preview: false,
      quietHours: null,
    });
  });

  test.each<[object, string]>([
    [{}, 'body'],
    [{ sound: true }, 'body.notifications'],
    [{ email: 'sometimes' }, 'body.notifications.email'],
    [{ preview: 1 }, 'body.notifications.preview'],
    [{ quietHours: { from: '22:00', to: '07:00' } }, 'body.notifications.quietHours.timeZone'],
    [{ quietHours: { from: '24:00', to: '07:00', timeZone: 'UTC' } }, 'body.notifications.quietHours.from'],
    [{ quietHours: { from: '7:00', to: '08:00', timeZone: 'UTC' } }, 'body.notifications.quietHours.from'],
    [{ quietHours: { from: '07:00', to: '07:00', timeZone: 'UTC' } }, 'body.notifications.quietHours.to'],
    ...['Europe/Atlantis', '+01:00', '', ' UTC', `Europe/${'x'.repeat(60)}`].map(
      (timeZone): [object, string] => [
        { quietHours: { from: '22:00', to: '07:00', timeZone } },
        'body.notifications.quietHours.timeZone',
      ],
    ),
  ])('of what is told is 400 for %j', async (notifications, path) => {
    expect(wrongFields(await change(ada, { notifications }).expect(400))).toContain(path);
    expect((await read(ada).expect(200)).body).toEqual(DEFAULTS);
  });

  test('is 401 without a token', async () => {
    await server.request.get(url).expect(401);
    await server.request.patch(url).send({ typing: true }).expect(401);
  });
});

describe('PATCH /users/me', () => {
  const rename = (person: Person, body: object) =>
    server.request.patch('/api/v1/users/me').set(person.authorization).send(body);

  test('a username that was given up is free at once, and signs nobody in', async () => {
    const name = newName();
    await rename(ada, { username: name }).expect(200);
    const bob = await makePerson(server, newName());
    const { body } = await rename(bob, { username: ada.username.toUpperCase() }).expect(200);
    expect(body).toEqual({ ...bob.user, username: ada.username.toUpperCase() });
    await signIn(server, { username: name, password: ada.password });
  });

  test('is 400 for a reserved username and a display name with something invisible', async () => {
    const answer = await rename(ada, { username: 'Admin', displayName: 'Ada\u200b' }).expect(400);
    expect(answer.body.errors).toEqual([
      { path: 'body.username', message: 'is reserved' },
      { path: 'body.displayName', message: 'must not contain invisible characters' },
    ]);
    const signUp = await server.request
      .post('/api/v1/auth/sign-up')
      .send({ email: 'x@example.com', username: 'support', password: ada.password, displayName: '\u202eadA' })
      .expect(400);
    expect(wrongFields(signUp)).toEqual(['body.displayName', 'body.username']);
  });

  test("is told to one's own devices", async () => {
    const phone = await connect(server, ada.tokens);
    await rename(ada, { bio: 'hello' }).expect(200);
    await phone.next('user_updated');
    phone.close();
  });
});
