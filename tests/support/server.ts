import type { Database } from '../../src/database/database';
import type { RunningServer } from '../../src/runtime';
import type { Home } from './home';
import type { Mailbox } from './mailbox';
import { startOneServer } from './one-server';
import type { CheckedRequests } from './openapi-check';
import { areServersSpread } from './run';
import { startSpreadServer } from './spread-server';

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
  /** With several nodes behind it: resolves when each has heard, by Redis, all that has happened at the others. */
  heardEverywhere?(): Promise<void>;
  /** Called before the server stops: for clients that a test opened. */
  onStop(close: () => void | Promise<void>): void;
  /** Ends the clients, the server, and its home unless that is another server's. */
  stop(): Promise<void>;
}

/** A real server in this process. */
export interface TestServer extends TestedServer {
  /** where the metrics are, with a METRICS_PORT */
  readonly metricsUrl: string | null;
  readonly container: RunningServer['container'];
  /** Its Socket.io server, to look at the rooms. */
  readonly io: RunningServer['io'];
  /** Itself, or the nodes that are behind it: `container` and `io` are then the first one's. */
  readonly nodes: readonly Pick<RunningServer, 'container' | 'io'>[];
  /** Stops it and starts another one on the same data; clients are closed. */
  restart(overrides?: Record<string, string>): Promise<void>;
}

export interface Sharing {
  /** Live in another server's home: two nodes on one database (MySQL only). */
  readonly sharing?: TestedServer;
}

interface Start extends Sharing {
  /** Why the test is about one node, where servers are two otherwise. */
  readonly oneNode?: string;
}

/**
 * Starts a server on a free port with a database and a mail server of its own. Limits are on: `RATE_LIMITS=off` turns them off.
 * With `TEST_NODES=2` it is two nodes, unless the test says why not, or starts its nodes itself.
 * @param overrides settings as environment variables
 */
export function startTestServer(
  overrides: Record<string, string> = {},
  { sharing, oneNode }: Start = {},
): Promise<TestServer> {
  const spread = areServersSpread() && !sharing && !oneNode && !overrides.REDIS_URL;
  return spread ? startSpreadServer(overrides) : startOneServer(overrides, { sharing });
}
