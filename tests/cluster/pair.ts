import type { Restartable } from '../invariants/model/world';
import { nodeSettings } from '../support/nodes';
import { startProcessServer } from '../support/process-server';

/** Two nodes in processes of their own, as if they were one server: every look at its URL shows the other one. `restart` kills one, in turn. */
export async function startPair(): Promise<Restartable> {
  const settings = nodeSettings();
  const first = await startProcessServer(settings);
  const second = await startProcessServer(settings, { sharing: first });
  const nodes = [first, second] as const;
  let looks = 0;
  let deaths = 0;
  const shown = () => nodes[looks++ % 2] ?? first;
  return {
    get url() {
      return shown().url;
    },
    get request() {
      return shown().request;
    },
    mail: first.mail,
    home: first.home,
    database: () => first.database(),
    onStop: (close) => first.onStop(close),
    async restart() {
      const node = nodes[deaths++ % 2] ?? first;
      await node.kill('SIGKILL');
      await node.start();
    },
    async stop() {
      await second.stop();
      await first.stop();
    },
  };
}
