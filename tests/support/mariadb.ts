import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as mariadb from 'mariadb';
import { freePort } from './free-port';
import { findProgram } from './programs';

/** A private, throw-away server of the tests. */
export interface PrivateMariadb {
  /** `mysql://user:password@127.0.0.1:port/` of an account that may create databases */
  readonly url: string;
  readonly version: string;
  readonly pid: number;
  /** Ends it without a word; what it has committed is on its disk. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port, after `kill`. */
  start(): Promise<void>;
  /** Holds it still (SIGSTOP), and lets it go on (SIGCONT). */
  pause(): void;
  resume(): void;
  /** Ends the server by its pid and removes its folder. Works at the exit of the process, too. */
  stop(): void;
}

const START_TIMEOUT_MS = 30_000;

/** Small, quiet, but as durable as in production: a kill test means nothing otherwise. */
function serverOptions(folder: string, port: number): string[] {
  return [
    `--datadir=${path.join(folder, 'data')}`,
    // A server that starts clears what it takes for its own of the shared one.
    `--tmpdir=${folder}`,
    `--socket=${path.join(folder, 's')}`,
    `--pid-file=${path.join(folder, 'pid')}`,
    `--log-error=${path.join(folder, 'error.log')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-networking=OFF',
    '--skip-name-resolve',
    '--skip-log-bin',
    '--max-connections=400',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=96M',
    '--loose-innodb-log-file-size=48M',
    // MySQL's default; MariaDB's is a thousand times that.
    '--group-concat-max-len=1024',
    '--loose-performance-schema=OFF',
    '--loose-aria-pagecache-buffer-size=8M',
    '--loose-mysqlx=OFF',
  ];
}

function initialise(server: string, folder: string, user: readonly string[], isMariadb: boolean): void {
  const data = `--datadir=${path.join(folder, 'data')}`;
  if (!isMariadb) {
    execFileSync(server, ['--no-defaults', '--initialize-insecure', data, ...user], { stdio: 'pipe' });
    return;
  }
  const installer = findProgram('mariadb-install-db', 'mysql_install_db');
  if (!installer) throw new Error(`found ${server}, but not mariadb-install-db`);
  execFileSync(
    installer,
    [
      '--no-defaults',
      data,
      ...user,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--innodb-log-file-size=48M',
    ],
    { stdio: 'pipe' },
  );
}

async function connectWhenUp(child: ChildProcess, folder: string): Promise<mariadb.Connection> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await mariadb.createConnection({
        socketPath: path.join(folder, 's'),
        user: 'root',
        connectTimeout: 2_000,
      });
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(
          `the database server did not start:\n${readFileSync(path.join(folder, 'error.log'), 'utf8')}`,
          {
            cause: error,
          },
        );
      await wait(50);
    }
  }
}

/**
 * Starts a server from the `mariadbd` or `mysqld` of this machine; `undefined` when there is none.
 * @param parent of its folder
 */
export async function startMariadb(parent = tmpdir()): Promise<PrivateMariadb | undefined> {
  const server = findProgram('mariadbd', 'mysqld');
  if (!server) return undefined;
  const versionText = execFileSync(server, ['--no-defaults', '--version'], { encoding: 'utf8' }).trim();
  const folder = mkdtempSync(path.join(parent, 'chat-db-'));
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  const port = await freePort();
  let child: ChildProcess | undefined;
  const stop = (): void => {
    // Nothing in it is worth a slow shutdown.
    if (child?.pid !== undefined && child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    initialise(server, folder, user, versionText.includes('MariaDB'));
    const start = async (): Promise<mariadb.Connection> => {
      child = spawn(server, ['--no-defaults', ...serverOptions(folder, port), ...user], { stdio: 'ignore' });
      return connectWhenUp(child, folder);
    };
    const root = await start();
    const password = randomBytes(16).toString('hex');
    await root.query(`CREATE USER 'chat'@'127.0.0.1' IDENTIFIED BY '${password}'`);
    await root.query("GRANT ALL PRIVILEGES ON *.* TO 'chat'@'127.0.0.1' WITH GRANT OPTION");
    const [row] = await root.query<{ version: string }[]>('SELECT VERSION() AS version');
    await root.end();
    return {
      url: `mysql://chat:${password}@127.0.0.1:${port}/?allowPublicKeyRetrieval=true`,
      version: row?.version ?? versionText,
      get pid() {
        return child?.pid ?? 0;
      },
      async kill() {
        const gone = child && once(child, 'exit');
        child?.kill('SIGKILL');
        await gone;
      },
      async start() {
        await (await start()).end();
      },
      pause: () => void child?.kill('SIGSTOP'),
      resume: () => void child?.kill('SIGCONT'),
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
}
