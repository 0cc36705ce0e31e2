import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TokenIssuer } from '../src/services/accounts/tokens';
import { endAtExit, startNode, untilListening, type Cores, type Started } from './processes';
import { startService, type Service } from './service';

const ROOT = path.join(__dirname, '..');
/** Longer than any run. */
const TOKEN_SECONDS = 6 * 3600;

const secrets = {
  access: randomBytes(32).toString('hex'),
  refresh: randomBytes(32).toString('hex'),
  metrics: randomBytes(32).toString('hex'),
};

/** Signs as the servers of this run do. */
export const tokens = new TokenIssuer(
  {
    accessSecret: secrets.access,
    refreshSecret: secrets.refresh,
    accessLifetimeSeconds: TOKEN_SECONDS,
    refreshLifetimeSeconds: TOKEN_SECONDS,
  },
  () => new Date(),
);

/** How the product runs, where it isn't one process on the server's core. */
export interface Manner {
  readonly program?: 'server' | 'cluster';
  readonly where?: keyof Cores | 'anywhere';
  readonly env?: Readonly<Record<string, string>>;
  /** resolves when it takes what it is sent */
  readonly ready?: (server: Started, port: number) => Promise<void>;
}

/**
 * Starts the compiled product in production mode.
 * @param nodeOptions for the server's process
 */
export async function startServer(
  databaseUrl: string,
  nodeOptions: readonly string[],
  { program = 'server', where = 'server', env = {}, ready = untilListening }: Manner = {},
): Promise<Service> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-bench-'));
  const removeFolder = endAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const start = (port: number): Started =>
    startNode([...nodeOptions, path.join(ROOT, `dist/${program}.js`)], {
      where,
      // No .env file there that could mix with the settings.
      cwd: folder,
      env: {
        NODE_ENV: 'production',
        BENCH: '1',
        RATE_LIMITS: 'off',
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: folder,
        DATABASE_URL: databaseUrl,
        JWT_ACCESS_SECRET: secrets.access,
        JWT_REFRESH_SECRET: secrets.refresh,
        LOG_LEVEL: 'warn',
        METRICS_TOKEN: secrets.metrics,
        UPLOAD_QUOTA_BYTES: String(2 ** 40),
        // What several nodes cost: with a Redis, and with another node that listens there.
        REDIS_URL: process.env.REDIS_URL ?? '',
        ...env,
      },
    });
  const service = await startService(start, ready);
  return {
    port: service.port,
    get server() {
      return service.server;
    },
    restart: () => service.restart(),
    async stop() {
      await service.stop();
      removeFolder();
    },
  };
}
