import type * as mariadb from 'mariadb';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from '../../src/config/env';
import type { Conversation } from '../../src/contracts/conversations';
import type { Ack } from '../../src/contracts/events';
import type { Message, SentMessage } from '../../src/contracts/messages';
import type { Database } from '../../src/database/database';
import { connectionSettings } from '../../src/database/mysql';
import { openDatabase } from '../../src/database/open';
import { makeChat } from './chats';
import { createMysqlDatabase } from './database';
import type { Person } from './people';
import { startProcessServer, type ProcessServer } from './process-server';
import type { TestedServer } from './server';
import { connect, type Client } from './sockets';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';

/** A server in a process of its own that reaches its database through a proxy; the tests look at it past the proxy. */
export interface FaultyServer {
  readonly server: ProcessServer;
  readonly proxy: TcpProxy;
  readonly database: Database;
  /** A connection to the database, past the proxy. */
  connect(settings?: mariadb.ConnectionConfig): Promise<mariadb.Connection>;
  stop(): Promise<void>;
}

export async function startFaultyServer(settings: Record<string, string> = {}): Promise<FaultyServer> {
  const mysql = await createMysqlDatabase();
  const proxy = await startTcpProxy(connectionSettings(mysql.url).port ?? 3306);
  const url = new URL(mysql.url);
  url.port = String(proxy.port);
  const server = await startProcessServer({
    RATE_LIMITS: 'off',
    DATABASE_URL: url.href,
    DATABASE_WAIT: '5s',
    ...settings,
  });
  const database = await openDatabase(
    loadConfig({ ...server.home.settings, DATABASE_URL: mysql.url }).database,
  );
  return {
    server: { ...server, database: () => Promise.resolve(database) },
    proxy,
    database,
    connect: (extra) => mysql.connect(extra),
    async stop() {
      await proxy.pass();
      await server.stop();
      await database.close();
      await proxy.close();
      await mysql.drop();
    },
  };
}

/** Two people in a chat, both with it open. */
export interface OpenChat {
  readonly ada: Person;
  readonly bob: Person;
  readonly chat: Conversation;
  readonly adas: Client;
  readonly bobs: Client;
}

export async function openChatOn(server: TestedServer): Promise<OpenChat> {
  const { ada, bob, chat } = await makeChat(server);
  const [adas, bobs] = [await connect(server, ada.tokens), await connect(server, bob.tokens)];
  await adas.must('join_chat', { chatId: chat.id });
  await bobs.must('join_chat', { chatId: chat.id });
  return { ada, bob, chat, adas, bobs };
}

export interface Attempt {
  readonly key: string;
  readonly content: string;
  readonly ack: Ack<SentMessage>;
  /** milliseconds until the answer */
  readonly took: number;
}

/** Sends messages in one tick and waits for every answer. */
export function sendMany(
  { adas, chat }: Pick<OpenChat, 'adas' | 'chat'>,
  prefix: string,
  contents: number | readonly string[],
  timeoutMs = 15_000,
): Promise<Attempt[]> {
  const texts =
    typeof contents === 'number'
      ? Array.from({ length: contents }, (_, index) => `${prefix} ${index}`)
      : contents;
  const start = Date.now();
  return Promise.all(
    texts.map(async (content, index) => {
      const key = `${prefix}-${index}`;
      const payload = { chatId: chat.id, content, clientMessageId: key };
      const ack = await adas.ask('chat_message', payload, timeoutMs);
      return { key, content, ack, took: Date.now() - start };
    }),
  );
}

export const codesOf = (attempts: readonly Attempt[]): string[] => [
  ...new Set(attempts.map(({ ack }) => (ack.ok ? 'ok' : ack.error.code))),
];

export async function wholeHistory(
  server: TestedServer,
  reader: Person,
  chat: Conversation,
): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after: string | null = '0'; after !== null;) {
    const { body }: { body: { items: Message[]; prevCursor: string | null } } = await server.request
      .get(`/api/v1/chats/${chat.id}/messages?limit=100&after=${after}`)
      .set(reader.authorization)
      .expect(200);
    messages.push(...body.items);
    after = body.prevCursor;
  }
  return messages;
}

/**
 * What holds after any fault: numbers without gaps, every message stored once, what was acknowledged stored as it was
 * acknowledged, and heard by the other; heard again only with the same id; nothing heard that is not stored.
 * @returns the history
 */
export async function expectExact(
  server: TestedServer,
  { bob, chat, bobs }: OpenChat,
  attempts: readonly Attempt[],
): Promise<Message[]> {
  const history = await wholeHistory(server, bob, chat);
  expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
  expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 2));
  const byKey = new Map(history.map((message) => [message.clientMessageId, message]));
  expect(byKey.size).toBe(history.length);
  const acknowledged = attempts.flatMap(({ ack }) => (ack.ok ? [ack.data] : []));
  for (const { duplicate: _, ...message } of acknowledged)
    expect(byKey.get(message.clientMessageId)).toEqual(message);
  const last = Math.max(0, ...acknowledged.map(({ seq }) => seq));
  const hasHeard = (): Map<string, Message> =>
    new Map(bobs.payloads('chat_message').map((message) => [message.id, message]));
  await until(() => last === 0 || [...hasHeard().values()].some(({ seq }) => seq >= last), 5_000);
  const heard = hasHeard();
  for (const message of acknowledged) expect(heard.has(message.id)).toBe(true);
  for (const message of heard.values()) expect(byKey.get(message.clientMessageId)).toEqual(message);
  return history;
}

/** Looks again and again until it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 20,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it was not so within ${timeoutMs} ms: ${isSo.toString()}`);
    await wait(everyMs);
  }
}

/** Nothing went past the code that answers for errors. */
export function expectNoStrayErrors(server: Pick<ProcessServer, 'output'>): void {
  expect(server.output).not.toMatch(/unhandled|uncaught|TypeError|MaxListeners|PromiseRejection|Node\.js v/i);
}
