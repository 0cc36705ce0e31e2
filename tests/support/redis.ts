import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port';
import { findProgram } from './programs';

/** A private, throw-away Redis of the tests, which stores nothing. */
export interface PrivateRedis {
  /** `redis://127.0.0.1:port/` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it without a word; what it knew is lost. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  /** Ends it by its pid and removes its folder. Works at the exit of the process, too. */
  stop(): void;
}

const START_TIMEOUT_MS = 10_000;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end('PING\r\n'));
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}

async function untilUp(child: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('redis-server did not start');
    await wait(10);
  }
}

/** Starts a server from the `redis-server` of this machine; `undefined` when there is none. */
export async function startRedis(): Promise<PrivateRedis | undefined> {
  const server = findProgram('redis-server', 'valkey-server');
  if (!server) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-redis-'));
  const port = await freePort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn(server, [...options, '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
    await untilUp(child, port);
  };
  const stop = (): void => {
    if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}/`,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    start,
    stop,
  };
}
