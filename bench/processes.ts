import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
/** What is kept of what a process prints. */
const MAX_OUTPUT = 20_000;

export interface Cores {
  /** the server's own */
  readonly server: string;
  /** the load generator's */
  readonly others: string;
}

/** `0-2,5` → 0, 1, 2, 5 */
function coresOf(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** One core for the server, the rest for the load generator; `null` without taskset or a second core. */
function findCores(): Cores | null {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    const status = readFileSync('/proc/self/status', 'latin1');
    const [server, ...others] = coresOf(/^Cpus_allowed_list:\s+(\S+)/m.exec(status)?.[1] ?? '');
    return others.length > 0 ? { server: String(server), others: others.join(',') } : null;
  } catch {
    return null;
  }
}

export const cores = findCores();

/** Files and sockets that a process may have open at most; endless where there is no /proc. */
export function openFilesAllowed(): number {
  try {
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return Number(hard ?? Infinity);
  } catch {
    return Infinity;
  }
}

/** For a process whose program is TypeScript; nothing of it stays in the way once the code is loaded. */
export const TYPESCRIPT = ['-r', path.join(__dirname, '../tests/support/swc-register.cjs')] as const;

const living = new Set<() => void>();

/** `end` is called when the bench ends, however it does. @returns calls it now, once */
export function endAtExit(end: () => void): () => void {
  const endOnce = (): void => {
    if (living.delete(endOnce)) end();
  };
  living.add(endOnce);
  return endOnce;
}

process.once('exit', () => [...living].reverse().forEach((end) => end()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly output: () => string;
  /** Asks it to end, and ends it when it does not. */
  stop(): Promise<void>;
}

interface StartOptions {
  /** which core, or on any of them */
  readonly where: keyof Cores | 'anywhere';
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts Node in a process of its own, on its core. */
export function startNode(args: readonly string[], { where, env = {}, cwd }: StartOptions): Started {
  const command = [process.execPath, ...args];
  const core = where === 'anywhere' ? undefined : cores?.[where];
  const [program = '', ...rest] = core ? ['taskset', '-c', core, ...command] : command;
  const child = spawn(program, rest, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-MAX_OUTPUT)));
  const kill = endAtExit(() => child.kill('SIGKILL'));
  return {
    child,
    // taskset becomes the program it starts: the pid stays.
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await Promise.race([gone, wait(STOP_TIMEOUT_MS)]);
      }
      kill();
    },
  };
}

/** Resolves when a port of 127.0.0.1 takes connections. @throws when the process ends before, or takes too long */
export async function untilListening({ child, output }: Started, port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`a server did not start:\n${output()}`);
    await wait(50);
  }
}
