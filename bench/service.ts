import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../tests/support/free-port';
import { untilListening, type Started } from './processes';

const KILL_TIMEOUT_MS = 10_000;

/** A server behind a port, running. */
export interface Service {
  readonly port: number;
  /** the process that runs now */
  readonly server: Started;
  /** Ends it without a word and starts it again behind the same port. Resolves when it listens. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

async function kill(started: Started): Promise<void> {
  const { child, pid } = started;
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit').then(() => true);
    child.kill('SIGKILL');
    if (!(await Promise.race([gone, wait(KILL_TIMEOUT_MS, false)])))
      throw new Error(`the process ${pid} did not end`);
  }
  await started.stop();
}

/**
 * Starts a server behind a free port.
 * @param ready resolves when it takes what it is sent, by default when its port takes connections
 */
export async function startService(
  start: (port: number) => Started,
  ready: (server: Started, port: number) => Promise<void> = untilListening,
): Promise<Service> {
  const port = await freePort();
  let server = start(port);
  await ready(server, port);
  return {
    port,
    get server() {
      return server;
    },
    async restart() {
      await kill(server);
      server = start(port);
      await ready(server, port);
    },
    stop: () => server.stop(),
  };
}
