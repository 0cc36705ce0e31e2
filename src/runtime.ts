import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createApp } from './app';
import type { Config } from './config/env';
import { createContainer, type Container } from './container';
import type { Logger } from './helpers/logger';
import { UPLOAD_MS } from './middlewares/body-deadline';
import { createSocketServer } from './sockets/socket-server';
import type { ChatServer } from './sockets/types';

/** Milliseconds that requests under way get to finish when the server stops. */
const FINISH_WITHIN_MS = 10_000;
/** Milliseconds for a request's headers: slow senders end here. */
const HEADERS_TIMEOUT_MS = 15_000;
/** Node looks for those only so often. */
const CHECK_EVERY_MS = 2_500;
/** Bytes that a connection takes or gives before the one side waits for the other: more than Node's 16 KiB, for files. */
const BUFFER_BYTES = 256 * 1024;

export interface RunningServer {
  /** where it listens, as a loopback URL */
  readonly url: string;
  readonly container: Container;
  readonly io: ChatServer;
  /** Readiness off, no new connections, sockets told, work under way finished, everything closed. */
  stop(): Promise<void>;
}

function listen(http: Server, config: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(config.port, config.host, () => {
      http.off('error', reject);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

/** Starts the whole server; resolves when it listens. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const container = await createContainer(config, logger);
  const http = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: UPLOAD_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      highWaterMark: BUFFER_BYTES,
    },
    createApp(container),
  );
  const sockets = createSocketServer(http, container);
  const begin = async (): Promise<number> => {
    // Whoever connects then misses nothing of the other nodes.
    await container.relay?.join();
    return listen(http, config);
  };
  const port = await begin().catch(async (error: unknown) => {
    await sockets.close();
    await container.close();
    throw error;
  });

  return {
    url: `http://127.0.0.1:${port}`,
    container,
    io: sockets.io,
    async stop() {
      container.health.stop();
      // Closes the listening HTTP server too; idle connections end, busy ones may finish.
      const closed = sockets.close();
      http.closeIdleConnections();
      const late = new AbortController();
      await Promise.race([
        closed,
        wait(FINISH_WITHIN_MS, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
      http.closeAllConnections();
      await closed;
      await container.close();
    },
  };
}
