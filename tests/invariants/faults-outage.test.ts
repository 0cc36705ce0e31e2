import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { describeWhen } from '../support/run';
import {
  codesOf,
  expectExact,
  expectNoStrayErrors,
  openChatOn,
  sendMany,
  startFaultyServer,
  until,
  type Attempt,
  type FaultyServer,
  type OpenChat,
} from '../support/faults';
import type { Refusal } from '../support/sockets';

/** Milliseconds the database is away. */
const AWAY_MS = 10_000;

interface Answer {
  readonly what: string;
  readonly status: number;
  readonly code?: string;
  readonly retryAfter: string | null;
  readonly took: number;
}

async function ask(url: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const start = Date.now();
  const answer = await fetch(url + path, init);
  const { code } = (await answer.json()) as { code?: string };
  return {
    what: `${init.method ?? 'GET'} ${path}`,
    status: answer.status,
    ...(code !== undefined && { code }),
    retryAfter: answer.headers.get('retry-after'),
    took: Date.now() - start,
  };
}

/** A read, a write and a sign-in. */
const askAll = (url: string, { ada, chat }: OpenChat): Promise<Answer[]> => {
  const headers = { ...ada.authorization, 'content-type': 'application/json' };
  const post = (body: unknown): RequestInit => ({ method: 'POST', headers, body: JSON.stringify(body) });
  return Promise.all([
    ask(url, '/api/v1/conversations', { headers }),
    ask(url, `/api/v1/chats/${chat.id}/messages`, { headers }),
    ask(url, `/api/v1/chats/${chat.id}/messages`, post({ content: 'by REST', clientMessageId: 'rest' })),
    ask(url, '/api/v1/auth/sign-in', post({ login: ada.username, password: ada.password })),
  ]);
};

/** What a socket is told that comes now. */
const refusedConnection = (url: string, token: string): Promise<Refusal['data']> =>
  new Promise((resolve) => {
    const socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token },
      reconnection: false,
    });
    socket.once('connect_error', (error: Refusal) => {
      socket.close();
      resolve(error.data);
    });
  });

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/health/ready`)).ok;

const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describeWhen('mysql')('the database is away', () => {
  let faulty: FaultyServer;
  beforeAll(async () => {
    faulty = await startFaultyServer();
  });
  afterAll(() => faulty.stop());

  const outages: [string, (() => Promise<void>) | (() => void)][] = [
    [
      'refusing connections',
      async () => {
        await faulty.proxy.refuse();
        faulty.proxy.cutAll();
      },
    ],
    ['silent', () => faulty.proxy.stall()],
  ];

  test.each(outages)(
    'for ten seconds, %s: everybody is told so in time, and it comes back by itself',
    async (_, begin) => {
      const { server, proxy } = faulty;
      const chat = await openChatOn(server);
      const before = await sendMany(chat, 'before', 5);
      const start = Date.now();
      await begin();
      const during: Promise<Attempt[]>[] = [];
      const asked = askAll(server.url, chat);
      const refusal = refusedConnection(server.url, chat.bob.tokens.accessToken);
      const probes: Answer[] = [];
      for (let round = 0; Date.now() - start < AWAY_MS; round += 1) {
        // Later ones may be lucky: their deadline is past the end.
        if (Date.now() - start < AWAY_MS - 6_000) during.push(sendMany(chat, `during${round}`, 10));
        probes.push(
          ...(await Promise.all(['ready', 'live'].map((probe) => ask(server.url, `/health/${probe}`)))),
        );
        await wait(500);
      }
      await proxy.pass();
      const refused = (await Promise.all(during)).flat();
      expect(codesOf(refused)).toEqual(['unavailable']);
      for (const { ack } of refused) expect(ack).toMatchObject({ ok: false, error: { retryAfter: 1 } });
      expect(Math.max(...refused.map(({ took }) => took))).toBeLessThan(6_000);
      for (const { what, status, took } of probes) {
        expect([what, status]).toEqual([what, what.endsWith('live') ? 200 : 503]);
        expect(took).toBeLessThan(3_000);
      }
      for (const { what, status, code, retryAfter, took } of await asked) {
        expect([what, status, code, retryAfter]).toEqual([what, 503, 'unavailable', '1']);
        expect(took).toBeLessThan(9_500);
      }
      expect(await refusal).toMatchObject({ code: 'unavailable', retryAfter: 1 });

      const back = Date.now();
      await until(() => isReady(server.url), 5_000);
      const after = await sendMany(chat, 'after', 5);
      expect(codesOf(after)).toEqual(['ok']);
      expect(Date.now() - back).toBeLessThan(5_000);
      const retried: Attempt[] = [];
      for (let round = 0; round < during.length; round += 1)
        retried.push(...(await sendMany(chat, `during${round}`, 10)));
      expect(codesOf(retried)).toEqual(['ok']);
      expect((await askAll(server.url, chat)).map(({ status }) => status)).toEqual([200, 200, 201, 200]);
      const history = await expectExact(server, chat, [...before, ...after, ...retried]);
      expect(history).toHaveLength(5 + 5 + 10 * during.length + 1);
      expectNoStrayErrors(server);
    },
    60_000,
  );

  test('behind a network that forgot its connections: the server makes new ones', async () => {
    const { server, proxy } = faulty;
    const chat = await openChatOn(server);
    const lost = sendMany(chat, 'lost', 10);
    proxy.abandon();
    expect(Math.max(...(await lost).map(({ took }) => took))).toBeLessThan(6_000);
    await until(async () => codesOf(await sendMany(chat, 'lost', 10))[0] === 'ok', 12_000);
    const again = await sendMany(chat, 'lost', 10);
    expect(await expectExact(server, chat, again)).toHaveLength(10);
    expectNoStrayErrors(server);
  }, 60_000);

  test('with more sends than the queue holds: the rest is refused at once, and nothing acknowledged is lost', async () => {
    const { server, proxy } = faulty;
    const chat = await openChatOn(server);
    const before = await sendMany(chat, 'before', 50);
    const memoryBefore = memoryOf(server.pid);
    proxy.stall();
    const sends = sendMany(chat, 'flood', 12_000, 30_000);
    await wait(7_000);
    await proxy.pass();
    const flood = await sends;
    expect(memoryOf(server.pid) - memoryBefore).toBeLessThan(300);
    expect(codesOf(flood)).toEqual(['unavailable']);
    // 200 of a batch and 10,000 that wait hear it by the deadline; for the rest there is no room.
    const atOnce = flood.slice(10_200).map(({ took }) => took);
    const byDeadline = flood.slice(0, 10_000).map(({ took }) => took);
    expect(Math.max(...atOnce)).toBeLessThan(Math.min(...byDeadline));
    expect(Math.max(...byDeadline)).toBeLessThan(8_000);
    await until(() => isReady(server.url), 5_000);
    const again = await sendMany(chat, 'flood', 300);
    expect(codesOf(again)).toEqual(['ok']);
    await expectExact(server, chat, [...before, ...again]);
    expectNoStrayErrors(server);
  }, 60_000);
});
