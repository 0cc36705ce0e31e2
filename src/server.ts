import 'dotenv/config';
import { ConfigError, loadConfig, type Config } from './config/env';
import { DatabaseUnreachable } from './database/open';
import { RedisUnreachable } from './database/redis';
import { createLogger, type Logger } from './helpers/logger';
import { startServer, type RunningServer } from './runtime';

/** Milliseconds after which a stop that hangs is cut short. */
const STOP_DEADLINE_MS = 20_000;

function announce(config: Config, server: RunningServer, logger: Logger): void {
  const base = config.publicUrl ?? server.url.replace('127.0.0.1', 'localhost');
  logger.info(`listening on ${base}`);
  logger.info(`Swagger UI: ${base}/api-docs`);
  if (config.mail.kind === 'files')
    logger.info(`no SMTP server is set: mail is written to ${config.dataDir}/outbox/`);
}

function stopOnSignal(server: RunningServer, logger: Logger): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  // What the server writes (the embedded database, secrets, mail) is its user's alone.
  process.umask(0o077);
  const config = loadConfig();
  const logger = createLogger(config.logLevel, config.environment === 'development');
  try {
    const server = await startServer(config, logger);
    stopOnSignal(server, logger);
    announce(config, server, logger);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') logger.fatal(`port ${config.port} is taken; set PORT to another`);
    else if (error instanceof DatabaseUnreachable || error instanceof RedisUnreachable)
      logger.fatal(error.message);
    else logger.fatal({ err: error }, 'the server could not start');
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exit(1);
});
