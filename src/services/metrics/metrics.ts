import { Counter, Gauge, Registry } from 'prom-client';
import type { Database } from '../../database/database';
import type { DomainEventBus } from '../domain-events';
import type { Limits } from '../limits/limits';
import type { MessageWriter } from '../messages/message-writer';
import type { OutboxWorker } from '../notifications/outbox.worker';
import type { PresenceLeases } from '../presence/leases';
import type { SearchIndexer } from '../search/indexer';
import { AskedMetrics } from './asked-metrics';
import { HttpMetrics, type FinishedRequest } from './http-metrics';
import { measureMessages } from './message-metrics';
import { processMetrics } from './process-metrics';

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly writer: MessageWriter;
  readonly limits: Pick<Limits, 'refusals'>;
  readonly outbox: Pick<OutboxWorker, 'kinds'>;
  readonly indexer: Pick<SearchIndexer, 'waiting' | 'lagSeconds'>;
  readonly leases: Pick<PresenceLeases, 'everybody'>;
  /** whether anybody can read them: otherwise the process itself is not measured */
  readonly areRead: boolean;
}

/** Connections of this process at one moment. */
export interface SocketCount {
  readonly sockets: number;
  readonly rooms: number;
}

/** What the server does, for Prometheus. Labels are what the code names: never an id, a name or a path that somebody sent. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly http = new HttpMetrics(this.registry);
  private readonly asked: AskedMetrics;
  private countSockets: () => SocketCount = () => ({ sockets: 0, rooms: 0 });

  constructor({ database, bus, writer, limits, outbox, indexer, leases, areRead }: Dependencies) {
    const { registry } = this;
    this.gauge('chat_sockets', 'Sockets connected to this process', () => this.countSockets().sockets);
    this.gauge('chat_rooms', 'Rooms that sockets of this process are in', () => this.countSockets().rooms);
    this.asked = new AskedMetrics(registry, { database, outbox, leases });
    measureMessages(registry, bus, writer);
    this.gauge(
      'chat_search_waiting_conversations',
      'Conversations with changes that are not in the search index yet',
      () => indexer.waiting,
    );
    this.gauge(
      'chat_search_lag_seconds',
      'For how long the oldest change that is not in the search index yet has waited',
      () => indexer.lagSeconds,
    );
    new Counter({
      name: 'chat_limit_refusals_total',
      help: 'What was refused because a limit was reached, by the name of the limit',
      labelNames: ['limit'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { name, count } of limits.refusals()) this.inc({ limit: name }, count);
      },
    });
    // From now on, so that the first scrape has something to tell.
    if (areRead) processMetrics();
    if (database.poolUse()) this.measurePool(database);
  }

  /** The sockets are known to the door that takes them. */
  watchSockets(count: () => SocketCount): void {
    this.countSockets = count;
  }

  requestEnded(request: FinishedRequest): void {
    this.http.add(request);
  }

  /** Everything in Prometheus's text format 0.0.4, as it is now. */
  async text(): Promise<string> {
    await this.asked.refresh();
    return (await this.registry.metrics()) + (await processMetrics().metrics());
  }

  private measurePool(database: Database): void {
    const registers = [this.registry];
    const use = () => database.poolUse() ?? { active: 0, idle: 0, waiting: 0 };
    new Gauge({
      name: 'chat_database_pool_connections',
      help: 'Connections to the database, those at work and those that wait for some',
      labelNames: ['state'],
      registers,
      collect() {
        const { active, idle } = use();
        this.set({ state: 'active' }, active);
        this.set({ state: 'idle' }, idle);
      },
    });
    this.gauge(
      'chat_database_pool_waiting_requests',
      'Requests that wait for a connection to the database',
      () => use().waiting,
    );
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
