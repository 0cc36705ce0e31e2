import type { Restartable } from '../invariants/model/world';
import { RetentionService } from '../../src/services/conversations/retention.service';
import { DomainEventBus } from '../../src/services/domain-events';
import { MessageWriter } from '../../src/services/messages/message-writer';
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
    // As a third node that nobody hears: what it does is known from the database only.
    async prune() {
      const database = await first.database();
      const bus = new DomainEventBus((error) => {
        throw error;
      });
      const writer = new MessageWriter(database, bus);
      await new RetentionService({ database, writer, retentionDays: 0 }).sweep();
      await writer.close();
    },
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
