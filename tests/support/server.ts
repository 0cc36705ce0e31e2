import { loadConfig } from '../../src/config/env';
import type { Database } from '../../src/database/database';
import { startServer, type RunningServer } from '../../src/runtime';
import { makeHome, type Home } from './home';
import { watchedLogger } from './log-watch';
import type { Mailbox } from './mailbox';
import { checkedRequests, type CheckedRequests } from './openapi-check';

/** A server of a test, wherever it runs. */
export interface TestedServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** supertest against this server; every answer is held against the OpenAPI document. */
  readonly request: CheckedRequests;
  readonly mail: Mailbox;
  readonly home: Home;
  /** The server's database, for arranging and looking. */
  database(): Promise<Database>;
  /** Called before the server stops: for clients that a test opened. */
  onStop(close: () => void | Promise<void>): void;
  /** Ends the clients, the server, and its home unless that is another server's. */
  stop(): Promise<void>;
}

/** A real server in this process. */
export interface TestServer extends TestedServer {
  readonly container: RunningServer['container'];
  /** Its Socket.io server, to look at the rooms. */
  readonly io: RunningServer['io'];
  /** Stops it and starts another one on the same data; clients are closed. */
  restart(overrides?: Record<string, string>): Promise<void>;
}

export interface Sharing {
  /** Live in another server's home: two nodes on one database (MySQL only). */
  readonly sharing?: TestedServer;
}

/**
 * Starts a server on a free port with a database and a mail server of its own. Limits are on: `RATE_LIMITS=off` turns them off.
 * @param overrides settings as environment variables
 */
export async function startTestServer(
  overrides: Record<string, string> = {},
  { sharing }: Sharing = {},
): Promise<TestServer> {
  const home = sharing?.home ?? (await makeHome());
  const closers: (() => void | Promise<void>)[] = [];
  const run = (settings: Record<string, string>): Promise<RunningServer> => {
    const config = loadConfig({ ...home.settings, ...settings });
    return startServer(config, watchedLogger());
  };
  const stopRunning = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
    await running.stop();
  };
  let running: RunningServer;
  try {
    running = await run(overrides);
  } catch (error) {
    if (!sharing) await home.remove();
    throw error;
  }
  return {
    get url() {
      return running.url;
    },
    get container() {
      return running.container;
    },
    get io() {
      return running.io;
    },
    get request() {
      return checkedRequests(running.url);
    },
    mail: home.mail,
    home,
    database: () => Promise.resolve(running.container.database),
    onStop: (close) => void closers.push(close),
    async restart(changed = {}) {
      await stopRunning();
      running = await run({ ...overrides, ...changed });
    },
    async stop() {
      await stopRunning();
      if (!sharing) await home.remove();
    },
  };
}
