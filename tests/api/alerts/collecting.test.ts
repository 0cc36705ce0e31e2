import { waitingAlerts } from '../../support/alerts';
import { openChat, send } from '../../support/chats';
import { makePeople, type Person } from '../../support/people';
import { startTestServer, type TestServer } from '../../support/server';
import { collectBatch } from '../../../src/services/alerts/collect';

let server: TestServer;
beforeAll(async () => {
  // It looks by itself after a minute.
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

test('conversations of very many people are looked at one after the other', async () => {
  const [ada, bob, carol] = (await makePeople(server, 3)) as [Person, Person, Person];
  const chats = [await openChat(server, ada, bob), await openChat(server, ada, carol)];
  for (const { id } of chats) await send(server, ada, id, 'hello');
  const database = await server.database();
  await database.writer.conversation.updateMany({ data: { memberCount: 60_000 } });
  const when = { delays: { email: 3_600_000 }, now: new Date() };
  const ids = chats.map(({ id }) => id).sort();
  const { unfinished } = await collectBatch(database, ids, when);
  expect(unfinished).toEqual(ids.slice(1));
  expect((await waitingAlerts(server)).map(({ conversationId }) => conversationId)).toEqual(ids.slice(0, 1));
  expect((await collectBatch(database, unfinished, when)).unfinished).toEqual([]);
  expect((await waitingAlerts(server)).map(({ conversationId }) => conversationId).sort()).toEqual(ids);
});
