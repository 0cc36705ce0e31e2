import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { ConversationKind, MessageType } from '../../contracts/messages';
import type { DomainEventBus } from '../domain-events';
import type { MessageWriter } from '../messages/message-writer';

/** A batch has 200 commands at most. */
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200];
const COMMIT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

type Counts = Record<ConversationKind, Record<MessageType, number>>;

const nothing = (): Counts => {
  const types = Object.fromEntries(MessageType.options.map((type) => [type, 0]));
  return Object.fromEntries(ConversationKind.options.map((kind) => [kind, { ...types }])) as Counts;
};

/** A message costs an increment, a batch two observations; the rest is done at the scrape. */
export function measureMessages(registry: Registry, bus: DomainEventBus, writer: MessageWriter): void {
  const registers = [registry];
  const counts = nothing();
  bus.on('message.sent', ({ message, again }) => {
    if (!again) counts[message.kind][message.type] += 1;
  });
  new Counter({
    name: 'chat_messages_total',
    help: 'Messages that were stored and told, by the kind of their conversation and their type',
    labelNames: ['kind', 'type'],
    registers,
    collect() {
      this.reset();
      for (const [kind, types] of Object.entries(counts))
        for (const [type, count] of Object.entries(types)) this.inc({ kind, type }, count);
    },
  });
  const batches = new Histogram({
    name: 'chat_writer_batch_commands',
    help: 'Messages and changes of messages that were committed together',
    buckets: BATCH_BUCKETS,
    registers,
  });
  const commits = new Histogram({
    name: 'chat_writer_commit_seconds',
    help: 'Time of the transaction of one batch',
    buckets: COMMIT_BUCKETS,
    registers,
  });
  bus.on('batch.settling', ({ count, commitSeconds }) => {
    if (commitSeconds === null) return;
    batches.observe(count);
    commits.observe(commitSeconds);
  });
  new Gauge({
    name: 'chat_writer_queue_commands',
    help: 'Messages and changes of messages that wait for the next batch',
    registers,
    collect() {
      this.set(writer.depth);
    },
  });
}
