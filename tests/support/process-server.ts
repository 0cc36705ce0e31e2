import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from '../../src/config/env';
import type { Database } from '../../src/database/database';
import { openDatabase } from '../../src/database/open';
import { freePort } from './free-port';
import { makeHome } from './home';
import { watchOutput } from './log-watch';
import { checkedRequests } from './openapi-check';
import type { Sharing, TestedServer } from './server';

/** A server in a process of its own, to be killed. */
export interface ProcessServer extends TestedServer {
  readonly pid: number;
  /** What the process has printed, all starts together. */
  readonly output: string;
  /** Sends a signal and waits until the process is gone. Clients stay as they are. @returns its exit code, `null` after a kill */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same port and data, after `kill`. */
  start(): Promise<void>;
}

const ROOT = path.join(__dirname, '../..');
const READY_TIMEOUT_MS = 20_000;

async function untilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the server did not start:\n${output()}`);
    await wait(25);
  }
}

interface ProcessOptions extends Sharing {
  readonly program?: string;
  /** for Node */
  readonly flags?: readonly string[];
}

/** Starts `src/server.ts`, or another program, as a child process and waits until it is ready. Settings as `startTestServer` takes them. */
export async function startProcessServer(
  overrides: Record<string, string> = {},
  { sharing, program = 'src/server.ts', flags = [] }: ProcessOptions = {},
): Promise<ProcessServer> {
  const home = sharing?.home ?? (await makeHome());
  const settings = { ...home.settings, LOG_LEVEL: 'info', PORT: String(await freePort()), ...overrides };
  const url = `http://127.0.0.1:${settings.PORT}`;
  const closers: (() => void | Promise<void>)[] = [];
  let output = '';
  let child: ChildProcess;
  let database: Promise<Database> | undefined;

  const start = async (): Promise<void> => {
    child = spawn(
      process.execPath,
      [...flags, '-r', path.join(ROOT, 'tests/support/swc-register.cjs'), path.join(ROOT, program)],
      // The data folder has no .env file that could mix with the settings.
      { cwd: home.dataDir, env: { PATH: process.env.PATH, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        watchOutput(chunk.toString());
      });
    await untilReady(child, url, () => output);
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
    await (await database)?.close();
    await kill('SIGTERM');
    if (!sharing) await home.remove();
  };

  try {
    await start();
  } catch (error) {
    await kill();
    if (!sharing) await home.remove();
    throw error;
  }
  return {
    url,
    request: checkedRequests(url),
    mail: home.mail,
    home,
    database: () => (database ??= openDatabase(loadConfig(settings).database)),
    onStop: (close) => void closers.push(close),
    get pid() {
      return child.pid ?? 0;
    },
    get output() {
      return output;
    },
    kill,
    start,
    stop,
  };
}
