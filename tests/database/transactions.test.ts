import type { Db, Row } from '../../src/database/database';
import { makePerson } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';

describe('a transaction', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  test('reads by its own SQL what it wrote, and nobody else does before the commit', async () => {
    const { database } = server.container;
    const { id } = await makePerson(server);
    const bioIn = async (db: Db): Promise<unknown> => {
      const [row] = await db.$queryRawUnsafe<Row[]>('SELECT bio FROM user WHERE id = ?', id);
      return row?.bio;
    };
    await database.transaction(async (db) => {
      await db.user.updateMany({ where: { id }, data: { bio: 'new' } });
      expect(await bioIn(db)).toBe('new');
      expect(await bioIn(database.reader)).toBe('');
    });
    expect(await bioIn(database.reader)).toBe('new');
  });
});
