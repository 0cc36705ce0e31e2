import type { Database } from '../../src/database/database';
import { isUniqueViolation } from '../../src/database/failures';
import { newId } from '../../src/helpers/ids';
import { startTestServer, type TestServer } from '../support/server';
import { makePerson } from '../support/people';

/** Pairs that careless collations take for equal. */
const DISTINCT = [
  ['two emoji', '🍣', '🍺'],
  ['two skin tones', '👍🏻', '👍🏿'],
  ['upper and lower case', 'a', 'A'],
  ['with an accent and without', 'e', 'é'],
  ['composed and decomposed', '\u00e9', 'e\u0301'],
  ['sharp s and double s', 'ß', 'ss'],
] as const;

describe("texts in the run's database", () => {
  let server: TestServer;
  let database: Database;
  beforeAll(async () => {
    server = await startTestServer();
    database = await server.database();
  });
  afterAll(() => server.stop());

  const job = (kind: string, payload: string) => ({
    id: newId(),
    kind,
    payload,
    attempts: 0,
    // Far away and dead: no worker takes it.
    nextAt: new Date('2100-01-01T00:00:00Z'),
    deadAt: new Date('2000-01-01T00:00:00Z'),
    createdAt: new Date(0),
  });

  test.each(DISTINCT)('%s are kept as they are and not taken for equal', async (what, left, right) => {
    const kind = newId().slice(-12);
    await database.writer.outboxJob.createMany({ data: [job(kind, left), job(kind, right)] });
    expect(await database.reader.outboxJob.count({ where: { kind, payload: left } })).toBe(1);
    const [found] = await database.reader.outboxJob.findMany({ where: { kind, payload: right } });
    expect(found?.payload).toBe(right);
  });

  test('two clientMessageIds that differ in case alone are two messages', async () => {
    const [ada, bob] = [await makePerson(server), await makePerson(server)];
    const { body: chat } = await server.request
      .post('/api/v1/chats')
      .set(ada.authorization)
      .send({ userId: bob.id })
      .expect(201);
    const send = (clientMessageId: string) =>
      server.request
        .post(`/api/v1/chats/${chat.id}/messages`)
        .set(ada.authorization)
        .send({ content: '👍🏽', clientMessageId });
    await send('key').expect(201);
    const { body } = await send('KEY').expect(201);
    expect(body).toMatchObject({ seq: 2, content: '👍🏽' });
    await send('key').expect(200);
  });

  test('a membership of nobody in nothing is refused: foreign keys are on, on every connection', async () => {
    const orphan = {
      conversationId: newId(),
      userId: newId(),
      role: 'member',
      version: 1,
      joinedVersion: 1,
      myVersion: 0,
      createdAt: new Date(0),
    };
    // libsql gets a new connection after a transaction: before and after one.
    for (let round = 0; round < 2; round += 1) {
      await expect(database.writer.membership.create({ data: orphan })).rejects.toMatchObject({
        code: 'P2003',
      });
      await expect(
        database.transaction((db) => db.membership.create({ data: orphan })),
      ).rejects.toMatchObject({ code: 'P2003' });
      await database.transaction((db) => db.user.count());
    }
  });

  test('a unique violation that comes up through a service is told as its own code', async () => {
    const [ada, bob] = [await makePerson(server, 'Ada'), await makePerson(server)];
    const { body } = await server.request
      .patch('/api/v1/users/me')
      .set(bob.authorization)
      .send({ username: 'ADA' })
      .expect(409);
    expect(body).toMatchObject({ code: 'username_taken', status: 409 });
    const stolen = database.writer.user.update({
      where: { id: bob.id },
      data: { usernameKey: ada.username.toLowerCase() },
    });
    const error: unknown = await stolen.catch((caught: unknown) => caught);
    expect(isUniqueViolation(error)).toBe(true);
  });
});
