import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeChat, send } from '../support/chats';
import { freePort } from '../support/free-port';
import { nodeSettings } from '../support/nodes';
import { makePerson } from '../support/people';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { describeCluster } from '../support/run';
import { connect } from '../support/sockets';

const ROOT = path.join(__dirname, '../..');
/** Workers take seconds to start where there is much else to do. */
const PATIENCE_MS = 40_000;

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}`);
    await wait(20);
  }
}

test('without MySQL and Redis it says what is missing, and does not start', async () => {
  const program = [
    '-r',
    path.join(ROOT, 'tests/support/swc-register.cjs'),
    path.join(ROOT, 'src/cluster.ts'),
  ];
  const ended = await new Promise<{ code: unknown; said: string }>((resolve) =>
    execFile(
      process.execPath,
      program,
      { cwd: __dirname, env: { PATH: process.env.PATH, NODE_ENV: 'test', DATA_DIR: '/nonexistent' } },
      (error, _, said) => resolve({ code: error?.code, said }),
    ),
  );
  expect(ended.code).toBe(1);
  expect(ended.said).toMatch(/DATABASE_URL[^]*REDIS_URL/);
});

describeCluster('workers behind one port', () => {
  jest.setTimeout(2 * PATIENCE_MS);

  let server: ProcessServer;
  beforeAll(async () => {
    const settings = { ...nodeSettings(), WORKERS: '2', METRICS_PORT: String(await freePort()) };
    server = await startProcessServer(settings, { program: 'src/cluster.ts' });
    await until('two workers', () => joined() === 2);
  }, 60_000);
  afterAll(() => server?.stop());

  const workers = (): string[] =>
    readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').split(' ').filter(Boolean);
  /** How many workers have ever been ready to serve. */
  const joined = (): number => server.output.split('listening on').length - 1;

  test('hear each other, and polling is refused', async () => {
    const { ada, bob, chat } = await makeChat(server);
    const clients = await Promise.all(Array.from({ length: 6 }, () => connect(server, bob.tokens)));
    for (const client of clients) await client.must('join_chat', { chatId: chat.id });
    await send(server, ada, chat.id, 'hello');
    for (const client of clients)
      expect(await client.next('chat_message')).toMatchObject({ content: 'hello' });
    const polling = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
  });

  test('all that die at once are replaced', async () => {
    const before = workers();
    const expected = joined() + before.length;
    for (const pid of before) process.kill(Number(pid), 'SIGKILL');
    await until('other workers', () => joined() === expected);
    expect(workers()).toHaveLength(2);
  });

  test('one that dies is replaced, and all are on SIGHUP, one after the other', async () => {
    const [first = ''] = workers();
    const already = joined();
    process.kill(Number(first), 'SIGKILL');
    await until('another worker', () => joined() === already + 1);
    expect(workers()).toHaveLength(2);
    const before = workers();
    const printed = server.output.length;
    process.kill(server.pid, 'SIGHUP');
    await until(
      'new workers',
      () =>
        joined() === already + 3 && workers().length === 2 && !workers().some((pid) => before.includes(pid)),
    );
    await connect(server, (await makePerson(server)).tokens);
    // An old one goes when a new one is ready.
    const since = server.output.slice(printed).split('\n');
    const firstAt = (said: string) =>
      Math.min(
        ...since.filter((line) => line.includes(said)).map((line) => Date.parse(JSON.parse(line).time)),
      );
    expect(firstAt('one of several')).toBeLessThanOrEqual(firstAt('"stopping"'));
  });

  test('one that dies while all are renewed is replaced once, and they can be renewed again', async () => {
    for (const alsoDies of [true, false]) {
      const before = workers();
      process.kill(server.pid, 'SIGHUP');
      if (alsoDies) process.kill(Number(before.at(-1)), 'SIGKILL');
      await until(
        'new workers',
        () => workers().length === 2 && !workers().some((pid) => before.includes(pid)),
      );
    }
    await connect(server, (await makePerson(server)).tokens);
  });

  test('SIGTERM stops them all', async () => {
    const pids = workers();
    expect(await server.kill('SIGTERM')).toBe(0);
    for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });
});
