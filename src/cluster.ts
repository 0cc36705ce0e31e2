import 'dotenv/config';
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError, loadConfig, type Config } from './config/env';
import { createLogger, type Logger } from './helpers/logger';

/** Milliseconds before a worker that died is started again; twice as long each time, as long as they die early. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that lived for so long had no trouble with its start. */
const HEALTHY_AFTER_MS = 60_000;

/** Why several processes cannot work together with these settings. */
function whatIsMissing({ database, redis }: Config): string[] {
  return [
    ...(database.kind === 'mysql' ? [] : ['DATABASE_URL: the embedded database is for one process']),
    ...(redis ? [] : ['REDIS_URL: processes tell each other by Redis what happens']),
  ];
}

/** The workers behind one port: as many as there should be, whatever happens to them. */
class Workers {
  private stopping = false;
  private everListened = false;
  private pause = FIRST_PAUSE_MS;
  private rolling = false;

  constructor(
    private readonly count: number,
    private readonly metrics: Config['metrics']['at'],
    private readonly logger: Logger,
  ) {
    cluster.setupPrimary({ exec: require.resolve('./server') });
    cluster.on('listening', (_, { port }) => (this.everListened ||= this.isServers(port)));
    cluster.on('exit', (worker, code, signal) => this.replace(worker, code, signal));
  }

  start(): void {
    for (let number = 0; number < this.count; number += 1) this.fork();
  }

  /** Asks all of them to end. Resolves when they have. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.living().map((worker) => this.end(worker)));
  }

  /** A new one for each, one after the other; the old one ends when the new one listens. */
  async roll(): Promise<void> {
    if (this.rolling || this.stopping) return;
    this.rolling = true;
    for (const old of this.living()) {
      if (old.isDead()) {
        this.refill();
        continue;
      }
      const listening = await Promise.race([this.listening(this.fork()), wait(HEALTHY_AFTER_MS, false)]);
      if (!listening || this.stopping) break;
      await this.end(old);
      if (this.stopping) break;
    }
    this.rolling = false;
  }

  /** The metrics' own port opens before a worker is ready. */
  private isServers(port: number): boolean {
    return this.metrics.kind !== 'own' || this.metrics.port !== port;
  }

  private listening(worker: Worker): Promise<true> {
    return new Promise((resolve) => {
      worker.on('listening', ({ port }) => this.isServers(port) && resolve(true));
    });
  }

  private living(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter(
      (worker): worker is Worker => worker !== undefined && !worker.isDead(),
    );
  }

  private fork(): Worker {
    // Long polling's requests of one client would reach different workers; a WebSocket is one connection.
    const worker = cluster.fork({ SOCKET_POLLING: 'off' });
    const timer = setTimeout(() => (this.pause = FIRST_PAUSE_MS), HEALTHY_AFTER_MS);
    worker.once('exit', () => clearTimeout(timer));
    return worker;
  }

  private async end(worker: Worker): Promise<void> {
    if (worker.isDead()) return;
    // It is not replaced.
    worker.exitedAfterDisconnect = true;
    const gone = once(worker, 'exit');
    worker.process.kill('SIGTERM');
    await gone;
  }

  private replace(worker: Worker, code: number, signal: string): void {
    if (this.stopping || worker.exitedAfterDisconnect) return;
    if (!this.everListened) {
      this.logger.fatal({ code, signal }, 'a worker could not start');
      process.exitCode = 1;
      void this.stop();
      return;
    }
    this.logger.error({ pid: worker.process.pid, code, signal, pauseMs: this.pause }, 'a worker died');
    // Nothing else may keep this process: it could have been the last worker.
    setTimeout(() => this.refill(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  /** One that died while all were renewed may have its successor already. */
  private refill(): void {
    if (!this.stopping && this.living().length < this.count) this.fork();
  }
}

function main(): void {
  const config = loadConfig();
  const missing = whatIsMissing(config);
  if (missing.length > 0) throw new ConfigError(missing.map((what) => `${what}; set it, or run one process`));
  const logger = createLogger(config.logLevel, config.environment === 'development');
  const workers = new Workers(config.workers, config.metrics.at, logger);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      logger.info({ signal }, 'stopping all workers');
      void workers.stop().then(() => process.exit());
    });
  process.on('SIGHUP', () => void workers.roll());
  logger.info({ workers: config.workers }, 'starting workers');
  workers.start();
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
