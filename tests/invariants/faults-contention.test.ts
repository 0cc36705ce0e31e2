import type * as mariadb from 'mariadb';
import { describeWhen } from '../support/run';
import {
  codesOf,
  expectExact,
  expectNoStrayErrors,
  openChatOn,
  sendMany,
  startFaultyServer,
  until,
  type FaultyServer,
} from '../support/faults';
import type { Conversation } from '../../src/contracts/conversations';

describeWhen('mysql')('somebody else holds the locks', () => {
  let faulty: FaultyServer;
  let other: mariadb.Connection;
  let observer: mariadb.Connection;
  beforeAll(async () => {
    faulty = await startFaultyServer();
    other = await faulty.connect();
    observer = await faulty.connect();
  });
  afterAll(() => faulty.stop());

  const lock = async ({ id }: Conversation): Promise<void> => {
    await other.beginTransaction();
    await other.query('SELECT id FROM conversation WHERE id = ? FOR UPDATE', [id]);
  };
  const someoneWaits = async (): Promise<boolean> => {
    const rows = await observer.query<unknown[]>(
      "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
    );
    return rows.length > 0;
  };

  test('a deadlock repeats the whole batch: nobody notices', async () => {
    await other.query('CREATE TABLE IF NOT EXISTS weight (n INT PRIMARY KEY)');
    const chat = await openChatOn(faulty.server);
    const all = [];
    for (let round = 0; round < 3; round += 1) {
      await other.beginTransaction();
      // InnoDB ends the lighter transaction, so this one is heavy.
      await other.query(
        `INSERT INTO weight VALUES ${Array.from({ length: 500 }, (_, n) => `(${n})`).join(', ')}`,
      );
      await other.query('SELECT id FROM user WHERE id = ? FOR UPDATE', [chat.ada.id]);
      const sent = sendMany(chat, `deadlock${round}`, 30);
      // The batch has its conversation and waits for its sender, whom the foreign key locks.
      // InnoDB answers from a copy unless it was not asked for a tenth of a second.
      await until(someoneWaits, 3_000, 150);
      await other.query('SELECT id FROM conversation WHERE id = ? FOR UPDATE', [chat.chat.id]);
      await other.rollback();
      all.push(...(await sent));
    }
    expect(codesOf(all)).toEqual(['ok']);
    expect(Math.max(...all.map(({ took }) => took))).toBeLessThan(3_000);
    const history = await expectExact(faulty.server, chat, all);
    expect(history).toHaveLength(90);
    expect(chat.bobs.payloads('chat_message')).toEqual(history);
  });

  test('a lock held longer than a statement waits: the batch is repeated and stored', async () => {
    const chat = await openChatOn(faulty.server);
    await lock(chat.chat);
    const sent = sendMany(chat, 'patient', 30);
    await new Promise((resolve) => setTimeout(resolve, 1_400));
    await other.rollback();
    const all = await sent;
    expect(codesOf(all)).toEqual(['ok']);
    const history = await expectExact(faulty.server, chat, all);
    expect(history).toHaveLength(30);
    expect(chat.bobs.payloads('chat_message')).toEqual(history);
  });

  test('who waited for a lock writes later than who had it: times are in the order of seq', async () => {
    const chat = await openChatOn(faulty.server);
    await lock(chat.chat);
    const sent = sendMany(chat, 'waits', 3);
    await until(someoneWaits, 3_000, 150);
    const later = new Date();
    await other.query('UPDATE conversation SET lastActivityAt = ? WHERE id = ?', [
      later.toISOString().slice(0, -1).replace('T', ' '),
      chat.chat.id,
    ]);
    await other.commit();
    const history = await expectExact(faulty.server, chat, await sent);
    expect(history.map(({ createdAt }) => createdAt >= later.toISOString())).toEqual([true, true, true]);
    const { lastActivityAt } = await faulty.database.reader.conversation.findUniqueOrThrow({
      where: { id: chat.chat.id },
    });
    expect(lastActivityAt.getTime()).toBeGreaterThanOrEqual(later.getTime());
  });

  test('a lock that is not given up: `unavailable` in time, nothing of it stored, and other chats go on', async () => {
    const [locked, free] = [await openChatOn(faulty.server), await openChatOn(faulty.server)];
    await lock(locked.chat);
    // The first batch is on its way before the second gathers: both hold messages of both chats.
    const sends = [];
    for (let round = 0; round < 3; round += 1) {
      sends.push(sendMany(locked, `locked${round}`, 20), sendMany(free, `free${round}`, 20));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const answers = await Promise.all(sends);
    const refused = answers.filter((_, index) => index % 2 === 0).flat();
    const stored = answers.filter((_, index) => index % 2 === 1).flat();
    expect(codesOf(refused)).toEqual(['unavailable']);
    for (const { ack } of refused)
      expect(ack).toEqual({
        ok: false,
        error: { code: 'unavailable', message: expect.any(String) as string, retryAfter: 1 },
      });
    expect(codesOf(stored)).toEqual(['ok']);
    expect(Math.max(...[...refused, ...stored].map(({ took }) => took))).toBeLessThan(5_500);
    expect(await expectExact(faulty.server, free, stored)).toHaveLength(60);
    expect(await expectExact(faulty.server, locked, [])).toEqual([]);
    await other.rollback();

    const again = await sendMany(locked, 'locked0', 20);
    expect(codesOf(again)).toEqual(['ok']);
    expect(await expectExact(faulty.server, locked, again)).toHaveLength(20);
    expectNoStrayErrors(faulty.server);
  });

  test('a request that cannot get its lock is told `unavailable`, not that something is wrong', async () => {
    const { ada, bob, chat } = await openChatOn(faulty.server);
    await lock(chat);
    const start = Date.now();
    const { body } = await faulty.server.request
      .put(`/api/v1/users/${bob.id}/block`)
      .set(ada.authorization)
      .expect(503)
      .expect('Retry-After', '1');
    expect(body).toMatchObject({ code: 'unavailable', status: 503, retryAfter: 1 });
    expect(Date.now() - start).toBeLessThan(10_000);
    await other.rollback();
    await faulty.server.request.put(`/api/v1/users/${bob.id}/block`).set(ada.authorization).expect(204);
  });
});
