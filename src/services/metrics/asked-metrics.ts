import { setTimeout as wait } from 'node:timers/promises';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from '../../database/database';
import type { OutboxWorker } from '../notifications/outbox.worker';
import type { PresenceLeases } from '../presence/leases';
import { countJobsByKind } from './jobs.queries';
import { kept } from './kept';

/** Milliseconds after which a scrape goes on without what has to be asked for. */
const PATIENCE_MS = 2_000;

interface Sources {
  readonly database: Database;
  readonly outbox: Pick<OutboxWorker, 'kinds'>;
  readonly leases: Pick<PresenceLeases, 'everybody'>;
}

/** What has to be asked for at the scrape, at most every few seconds. */
export class AskedMetrics {
  private readonly waiting: Gauge<'kind'>;
  private readonly oldest: Gauge<'kind'>;
  private readonly dead: Gauge<'kind'>;
  private readonly online: Gauge;
  private readonly failures: Counter;
  private readonly ask: () => Promise<() => void>;

  constructor(
    registry: Registry,
    private readonly sources: Sources,
  ) {
    const ofKind = { labelNames: ['kind'] as const, registers: [registry] };
    this.waiting = new Gauge({
      name: 'chat_outbox_waiting_jobs',
      help: 'Jobs of the outbox that are to be done, now or later',
      ...ofKind,
    });
    this.oldest = new Gauge({
      name: 'chat_outbox_oldest_due_seconds',
      help: 'For how long the job of the outbox that waits longest has been due; 0 when none is',
      ...ofKind,
    });
    this.dead = new Gauge({
      name: 'chat_outbox_dead_jobs',
      help: 'Jobs of the outbox that were given up and are kept for whoever runs the server',
      ...ofKind,
    });
    this.online = new Gauge({
      name: 'chat_people_online',
      help: 'People with a device, or whose last one went a moment ago',
      registers: [registry],
    });
    this.failures = new Counter({
      name: 'chat_scrape_failures_total',
      help: 'Scrapes without the metrics of the outbox and of people, since the database did not answer',
      registers: [registry],
    });
    this.ask = kept(() => this.look());
  }

  /** What cannot be found out is left out, and counted: old numbers would look like new ones. */
  async refresh(): Promise<void> {
    const late = new AbortController();
    const tooLate = wait(PATIENCE_MS, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error('too late');
    });
    try {
      const show = await Promise.race([this.ask(), tooLate]);
      show();
    } catch {
      this.forget();
      this.failures.inc();
    } finally {
      late.abort();
      tooLate.catch(() => undefined);
    }
  }

  private forget(): void {
    for (const gauge of [this.waiting, this.oldest, this.dead]) gauge.reset();
    this.online.remove();
  }

  /** @returns shows what was found */
  private async look(): Promise<() => void> {
    const { database, outbox, leases } = this.sources;
    const now = new Date();
    const [jobs, { people }] = await Promise.all([countJobsByKind(database.reader, now), leases.everybody()]);
    const kinds = new Set([...outbox.kinds, ...jobs.map(({ kind }) => kind)]);
    return () => {
      this.forget();
      this.online.set(people.length);
      for (const kind of kinds) {
        const { waiting = 0, dead = 0, dueSince = null } = jobs.find((job) => job.kind === kind) ?? {};
        this.waiting.set({ kind }, waiting);
        this.dead.set({ kind }, dead);
        this.oldest.set({ kind }, dueSince ? Math.max(0, (Date.now() - dueSince.getTime()) / 1000) : 0);
      }
    };
  }
}
