import { loadConfig } from '../../src/config/env';
import { startServer, type RunningServer } from '../../src/runtime';
import { makeHome } from './home';
import { watchedLogger } from './log-watch';
import { checkedRequests } from './openapi-check';
import type { Sharing, TestServer } from './server';

/** As `startTestServer`, always one node. */
export async function startOneServer(
  overrides: Record<string, string>,
  { sharing }: Sharing = {},
): Promise<TestServer> {
  const home = sharing?.home ?? (await makeHome());
  const closers: (() => void | Promise<void>)[] = [];
  const run = (settings: Record<string, string>): Promise<RunningServer> => {
    const config = loadConfig({ ...home.settings, ...settings });
    return startServer(config, watchedLogger());
  };
  const stopRunning = async (): Promise<void> => {
    for (const close of closers.splice(0)) await close();
    await running.stop();
  };
  let running: RunningServer;
  try {
    running = await run(overrides);
  } catch (error) {
    if (!sharing) await home.remove();
    throw error;
  }
  return {
    get url() {
      return running.url;
    },
    get metricsUrl() {
      return running.metricsUrl;
    },
    get container() {
      return running.container;
    },
    get io() {
      return running.io;
    },
    get nodes() {
      return [running];
    },
    get request() {
      return checkedRequests(running.url);
    },
    mail: home.mail,
    home,
    database: () => Promise.resolve(running.container.database),
    onStop: (close) => void closers.push(close),
    async restart(changed = {}) {
      await stopRunning();
      running = await run({ ...overrides, ...changed });
    },
    async stop() {
      await stopRunning();
      if (!sharing) await home.remove();
    },
  };
}
