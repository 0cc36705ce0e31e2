import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  codesOf,
  expectExact,
  expectNoStrayErrors,
  openChatOn,
  sendMany,
  type Attempt,
} from '../support/faults';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeWhen } from '../support/run';

const HOLDER = `
  const { createClient } = require('@libsql/client');
  const client = createClient({ url: process.argv[1], timeout: 10_000 });
  (async () => {
    const transaction = await client.transaction('write');
    console.log('held');
    await new Promise((resolve) => setTimeout(resolve, Number(process.argv[2])));
    await transaction.rollback();
    client.close();
  })();
`;

/** Another process takes the file's write lock; resolves when it has it. */
async function holdLock(server: ProcessServer, milliseconds: number): Promise<{ ended: Promise<unknown> }> {
  const child = spawn(
    process.execPath,
    ['-e', HOLDER, `file:${path.join(server.home.dataDir, 'chat.db')}`, String(milliseconds)],
    { cwd: path.join(__dirname, '../..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('The lock was not taken.'))),
  ]);
  return { ended };
}

describeWhen('sqlite')('another process holds the write lock', () => {
  let server: ProcessServer;
  beforeAll(async () => {
    server = await startProcessServer({ RATE_LIMITS: 'off' });
  });
  afterAll(() => server.stop());

  /** Asks for life again and again. @returns the longest that an answer took */
  async function watchLife(until: Promise<unknown>): Promise<number> {
    let longest = 0;
    let over = false;
    void until.then(() => (over = true));
    while (!over) {
      const start = Date.now();
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
      longest = Math.max(longest, Date.now() - start);
      await wait(20);
    }
    return longest;
  }

  test('for three seconds: sends wait for it, and nothing else does', async () => {
    const chat = await openChatOn(server);
    const { ended } = await holdLock(server, 3_000);
    const life = watchLife(ended);
    const sends = [sendMany(chat, 'waits', 30)];
    await wait(500);
    sends.push(sendMany(chat, 'more', 30));
    const start = Date.now();
    await server.request.get('/api/v1/conversations').set(chat.ada.authorization).expect(200);
    await server.request.get('/health/ready').expect(200);
    expect(Date.now() - start).toBeLessThan(1_000);
    const attempts = (await Promise.all(sends)).flat();
    expect(codesOf(attempts)).toEqual(['ok']);
    expect(Math.max(...attempts.map(({ took }) => took))).toBeLessThan(4_500);
    const history = await expectExact(server, chat, attempts);
    expect(history).toHaveLength(60);
    expect(chat.bobs.payloads('chat_message')).toEqual(history);
    expect(await life).toBeLessThan(500);
    expectNoStrayErrors(server);
  }, 30_000);

  test('for eight seconds: `unavailable` in time at both doors, and all is well afterwards', async () => {
    const chat = await openChatOn(server);
    const { ended } = await holdLock(server, 8_000);
    const life = watchLife(ended);
    const signIn = async (): Promise<[number, number]> => {
      const start = Date.now();
      const answer = await server.request
        .post('/api/v1/auth/sign-in')
        .send({ login: chat.ada.username, password: chat.ada.password });
      return [answer.status, Date.now() - start];
    };
    const sends: Promise<Attempt[]>[] = [sendMany(chat, 'during0', 20)];
    const signIns = Promise.all([signIn(), signIn(), signIn()]);
    await wait(1_500);
    sends.push(sendMany(chat, 'during1', 20));
    const attempts = (await Promise.all(sends)).flat();
    expect(codesOf(attempts)).toEqual(['unavailable']);
    expect(Math.max(...attempts.map(({ took }) => took))).toBeLessThan(6_000);
    for (const [status, took] of await signIns) {
      expect(status).toBe(503);
      expect(took).toBeLessThan(6_500);
    }
    await ended;
    expect(await life).toBeLessThan(500);
    const retried = [...(await sendMany(chat, 'during0', 20)), ...(await sendMany(chat, 'during1', 20))];
    expect(codesOf(retried)).toEqual(['ok']);
    expect(await expectExact(server, chat, retried)).toHaveLength(40);
    expectNoStrayErrors(server);
  }, 30_000);
});
