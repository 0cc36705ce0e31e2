import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TokenIssuer } from '../src/services/accounts/tokens';
import { freePort } from '../tests/support/free-port';
import { endAtExit, startNode, untilListening, type Started } from './processes';

const ROOT = path.join(__dirname, '..');
/** Longer than any run. */
const TOKEN_SECONDS = 6 * 3600;

const secrets = {
  access: randomBytes(32).toString('hex'),
  refresh: randomBytes(32).toString('hex'),
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

export interface StartedServer {
  readonly server: Started;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts the compiled product in production mode.
 * @param nodeOptions for the server's process
 */
export async function startServer(
  databaseUrl: string,
  nodeOptions: readonly string[],
): Promise<StartedServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-bench-'));
  const removeFolder = endAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const server = startNode([...nodeOptions, path.join(ROOT, 'dist/server.js')], {
    where: 'server',
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
      UPLOAD_QUOTA_BYTES: String(2 ** 40),
      // What several nodes cost: with a Redis, and with another node that listens there.
      REDIS_URL: process.env.REDIS_URL ?? '',
    },
  });
  await untilListening(server, port);
  return {
    server,
    port,
    async stop() {
      await server.stop();
      removeFolder();
    },
  };
}
