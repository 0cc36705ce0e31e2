import type { Changes } from '../../src/contracts/conversations';
import type { Message } from '../../src/contracts/messages';
import { createGroup, groupOf } from '../support/groups';
import { makePerson, type Person } from '../support/people';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';
import { connect } from '../support/sockets';

const ROUNDS = 8;
const EDITS = 12;

describeWhen('mysql')(
  'one message that is edited, pinned, reacted to and deleted through two servers at once',
  () => {
    let servers: ProcessServer[];
    beforeAll(async () => {
      const first = await startProcessServer({ RATE_LIMITS: 'off' });
      servers = [first, await startProcessServer({ RATE_LIMITS: 'off' }, { sharing: first })];
    }, 60_000);
    afterAll(async () => {
      for (const server of [...servers].reverse()) await server.stop();
    });

    const through = (index: number, id: string) => groupOf(servers[index % 2] as ProcessServer, id);
    const versionsOf = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => from + 1 + index);

    async function makeRoom(): Promise<{ id: string; owner: Person; admin: Person }> {
      const [here] = servers as [ProcessServer];
      const [owner, admin] = [await makePerson(here), await makePerson(here)];
      const { id } = await createGroup(here, owner, [admin]);
      await groupOf(here, id).patch(owner, `/members/${admin.id}`, { role: 'admin' }).expect(200);
      return { id, owner, admin };
    }

    test('every edit is kept, in the order of versions, and the last one is what it says', async () => {
      const { id, owner } = await makeRoom();
      const { body: message } = await through(0, id)
        .post(owner, '/messages', { content: 'edit 0' })
        .expect(201);
      const witnesses = await Promise.all(servers.map((server) => connect(server, owner.tokens)));
      for (const witness of witnesses) await witness.must('join_group', { groupId: id });
      await Promise.all(
        Array.from({ length: EDITS }, (_, index) =>
          through(index, id)
            .patch(owner, `/messages/${message.id}`, { content: `edit ${index + 1}` })
            .expect(200),
        ),
      );
      // Each server tells what went through it: together they tell every version once.
      for (const witness of witnesses) await witness.must('leave_group', { groupId: id });
      const told = witnesses
        .flatMap((witness) => witness.payloads('message_edited'))
        .sort((left, right) => left.version - right.version);
      expect(told.map(({ version }) => version)).toEqual(versionsOf(message.version, EDITS));

      const { body: now } = await through(1, id).get(owner, `/messages/${message.id}`).expect(200);
      expect(now).toMatchObject({ content: told.at(-1)?.content, version: message.version + EDITS });
      const { body: history } = await through(0, id)
        .get(owner, `/messages/${message.id}/history`)
        .expect(200);
      const texts = ['edit 0', ...told.map(({ content }) => content)];
      expect(history.items.map(({ content }: { content: string }) => content)).toEqual(
        texts.slice(0, -1).reverse(),
      );
    }, 60_000);

    test('nothing that comes behind a deletion has any effect, and nothing of what was said is left', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { id, owner, admin } = await makeRoom();
        const { body: message } = await through(0, id)
          .post(owner, '/messages', { content: 'said' })
          .expect(201);
        const path = `/messages/${message.id}`;
        const thumb = `${path}/reactions/${encodeURIComponent('👍')}`;
        const answers = await Promise.all([
          through(0, id).patch(owner, path, { content: 'edited here' }),
          through(1, id).patch(owner, path, { content: 'edited there' }),
          through(0, id).put(admin, thumb),
          through(1, id).put(owner, thumb),
          through(round, id).put(admin, `${path}/pin`),
          through(round, id).delete(owner, path),
          through(round + 1, id).delete(owner, path),
        ]);
        // Some came before it, some behind.
        for (const { status, body } of answers.slice(0, 5))
          expect([200, 410]).toContain(
            status === 410 && body.code !== 'gone' ? `${status} ${body.code}` : status,
          );
        expect(answers.slice(5).map(({ status }) => status)).toEqual([204, 204]);

        const { body: now } = await through(1, id).get(owner, path).expect(200);
        expect(now).toMatchObject({
          content: null,
          reactions: [],
          mentions: [],
          deletedAt: expect.any(String),
        });
        expect(now).not.toHaveProperty('pinnedAt');
        const database = await (servers[0] as ProcessServer).database();
        const where = { conversationId: id, seq: message.seq };
        expect(await database.reader.messageRevision.count({ where })).toBe(0);
        expect(await database.reader.reaction.count({ where })).toBe(0);
        expect(await database.reader.reactionCount.count({ where })).toBe(0);

        // The deletion is the message's last change; of those before it each has taken one version.
        const { body } = await through(0, id).get(owner, `/changes?since=${message.version}`).expect(200);
        const changes = body as Changes;
        const done = answers.slice(0, 5).filter(({ status }) => status === 200).length;
        const pins = changes.messages.filter(({ system }: Message) => system?.action === 'pinned').length;
        expect(changes.version).toBe(message.version + done + pins + 1);
        expect(changes.messages.filter(({ system }: Message) => !system)).toEqual([now]);
      }
    }, 120_000);
  },
);
