import { createGroup } from '../support/groups';
import { makePeople, signIn, type Person } from '../support/people';
import { startTestServer, type TestServer } from '../support/server';
import { Device, type Place } from './model/device';
import { mustBeExact } from './model/must-be-exact';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ RATE_LIMITS: 'off' });
});
afterAll(() => server.stop());

const DAY_MS = 86_400_000;

test('whoever heard that old messages were removed, and whoever was away, shows what a fresh fetch does', async () => {
  const [ada, bob] = (await makePeople(server, 2)) as [Person, Person];
  const { id } = await createGroup(server, ada, [bob]);
  const group: Place = { kind: 'group', id };
  const [listening, inbox, away, longAway] = await Promise.all(
    [ada, await signIn(server, ada), await signIn(server, ada), await signIn(server, ada)].map(
      async (person) => {
        const device = new Device(person, server);
        await device.connect();
        return device;
      },
    ),
  );
  const devices = [listening, inbox, away, longAway] as Device[];
  const bobs = new Device(bob, server);
  await bobs.connect();
  for (const device of [...devices.filter((one) => one !== inbox), bobs]) await device.join(group);
  const say = async (index: number, replyTo?: string): Promise<string> => {
    const said = { content: `text ${index}`, clientMessageId: `key-${index}`, attachmentIds: [] };
    const message = await bobs.send(group, { ...said, ...(replyTo && { replyTo }) });
    return String(message?.id);
  };

  await say(0);
  longAway?.disconnect();
  const ids: string[] = [];
  for (let index = 1; index <= 6; index += 1) ids.push(await say(index));
  // An answer to one that goes, and an edit of another: its version is a late one.
  await say(7, ids[0]);
  await edit(bobs, group, ids[1]);
  away?.disconnect();

  const { writer } = await server.database();
  const old = await writer.message.findUniqueOrThrow({ where: { id: ids[4] ?? '' }, select: { seq: true } });
  await writer.message.updateMany({
    where: { conversationId: id, seq: { lte: old.seq } },
    data: { createdAt: new Date(Date.now() - 2 * DAY_MS) },
  });
  await listening?.api.must('PATCH', `/groups/${id}`, { retentionDays: 1 });
  await server.container.retention.sweep();
  await say(8);
  await mustBeExact(devices);
  await mustBeExact([bobs]);
  const shown = listening?.replica.shown().get(id);
  expect(shown?.messages.map(({ seq }) => seq)[0]).toBe(old.seq + 1);
  expect(listening?.heard.map(({ payload }) => payload.prunedUptoSeq)).toContain(old.seq);
});

async function edit(device: Device, { kind, id }: Place, messageId: string | undefined): Promise<void> {
  await device.api.must('PATCH', `/${kind}s/${id}/messages/${messageId}`, { content: 'edited' });
}
