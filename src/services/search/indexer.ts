import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../database/database';
import { isPassing } from '../../database/failures';
import type { Logger } from '../../helpers/logger';
import type { DomainEventBus } from '../domain-events';
import { indexBatch } from './index-batch';
import { behindAfter } from './index.queries';

/** Milliseconds for which changes gather: half a second is soon enough, and larger batches cost less a message. */
const GATHER_MS = 400;
/** Milliseconds between looks for what was not heard of: changed before a crash, or by another process. */
const LOOK_EVERY_MS = 60_000;
/** Milliseconds until the next try while the database is away. */
const AWAY_PAUSE_MS = 1_000;
/** Rests so many times as long as it worked: those who write come first, however much there is to index. */
const REST = 6;
/** The same while the writer is at its limit, where every moment is taken from a message; a batch of so many says that it is. */
const REST_WHILE_BUSY = 60;
const BUSY_BATCH = 50;
const BUSY_FOR_MS = 1_000;
/** Conversations of one transaction. */
const BATCH = 50;
/** Conversations looked at in one statement. */
const PAGE = 1_000;

interface Dependencies {
  readonly database: Database;
  readonly bus: DomainEventBus;
  readonly logger: Logger;
}

/** Keeps the search index up with what is said and changed, behind the writer's back: nothing waits for it. */
export class SearchIndexer {
  /** heard of a moment ago, and since when: these first */
  private readonly heard = new Map<string, number>();
  private readonly missed = new Map<string, number>();
  /** since when the oldest of the batch under way has waited */
  private batchSince: number | undefined;
  /** the conversation after which to go on looking; `null` when all were looked at */
  private lookAfter: string | null = null;
  private running = false;
  /** until when the writer counts as busy */
  private busyUntil = 0;
  private timer: NodeJS.Timeout | undefined;
  private work: Promise<void> | undefined;
  private looks: NodeJS.Timeout | undefined;
  private readonly ended = new AbortController();

  constructor(private readonly deps: Dependencies) {}

  start(): void {
    const { bus } = this.deps;
    this.running = true;
    bus.on('message.sent', ({ message }) => this.hear(message.conversationId));
    bus.on('batch.settling', ({ count }) => {
      if (count >= BUSY_BATCH) this.busyUntil = performance.now() + BUSY_FOR_MS;
    });
    bus.on('message.edited', ({ conversationId }) => this.hear(conversationId));
    bus.on('message.deleted', ({ conversationId }) => this.hear(conversationId));
    this.look();
    this.looks = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Conversations that wait to be looked at. */
  get waiting(): number {
    return this.heard.size + this.missed.size;
  }

  /** For how long the one that has waited longest has waited; 0 when none does. */
  get lagSeconds(): number {
    const now = performance.now();
    let since = this.batchSince ?? now;
    for (const from of [this.heard, this.missed])
      for (const moment of from.values()) since = Math.min(since, moment);
    return (now - since) / 1000;
  }

  /** Resolves when the batch under way is done; the next start finds what is left. */
  async stop(): Promise<void> {
    this.running = false;
    clearInterval(this.looks);
    clearTimeout(this.timer);
    this.ended.abort();
    await this.work;
  }

  private hear(conversationId: string): void {
    if (!this.heard.has(conversationId)) this.heard.set(conversationId, performance.now());
    this.wake();
  }

  private look(): void {
    this.lookAfter ??= '';
    this.wake();
  }

  private wake(): void {
    if (!this.running || this.timer || this.work) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.work = this.run().finally(() => {
        this.work = undefined;
        if (this.heard.size > 0) this.wake();
      });
    }, GATHER_MS).unref();
  }

  private async run(): Promise<void> {
    while (this.running) {
      const ids = this.take();
      const began = performance.now();
      try {
        if (ids.length > 0) await this.index(ids);
        else if (this.lookAfter !== null) await this.findMissed();
        this.batchSince = undefined;
        // Less than a batch gathers first.
        if (this.heard.size < BATCH && this.missed.size === 0 && this.lookAfter === null) return;
        const ended = performance.now();
        await this.pause((ended - began) * (ended < this.busyUntil ? REST_WHILE_BUSY : REST));
      } catch (error) {
        for (const id of ids) this.missed.set(id, this.batchSince ?? began);
        this.deps.logger.warn({ reason: (error as Error).message }, 'the search index has to wait');
        await this.pause(AWAY_PAUSE_MS);
      }
    }
  }

  /** Cut short by the stop. */
  private async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.ended.signal, ref: false }).catch(() => undefined);
  }

  private take(): string[] {
    const ids = new Set<string>();
    const since: number[] = [];
    for (const from of [this.heard, this.missed])
      for (const [id, moment] of from) {
        if (ids.size === BATCH) break;
        ids.add(id);
        since.push(moment);
        from.delete(id);
      }
    this.batchSince = since.length > 0 ? Math.min(...since) : undefined;
    return [...ids];
  }

  /** @throws what will pass; a conversation that cannot be indexed is left behind, and does not hold up the others */
  private async index(ids: readonly string[]): Promise<void> {
    try {
      const { unfinished } = await indexBatch(this.deps.database, ids);
      for (const id of unfinished) this.missed.set(id, this.batchSince ?? performance.now());
    } catch (error) {
      if (isPassing(error)) throw error;
      if (ids.length > 1) for (const id of ids) await this.index([id]);
      else this.deps.logger.error({ err: error, conversationId: ids[0] }, 'a conversation is not searchable');
    }
  }

  private async findMissed(): Promise<void> {
    const { behind, last } = await behindAfter(this.deps.database.reader, this.lookAfter ?? '', PAGE);
    const now = performance.now();
    for (const id of behind) this.missed.set(id, now);
    this.lookAfter = last;
  }
}
