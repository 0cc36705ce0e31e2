import { setTimeout as wait } from 'node:timers/promises';
import { isPassing } from '../../database/failures';
import type { Logger } from '../../helpers/logger';

/** Milliseconds between looks for what was not heard of: changed before a crash, or by another process. */
const LOOK_EVERY_MS = 60_000;
/** Milliseconds until the next try while the database is away. */
const AWAY_PAUSE_MS = 1_000;
/** Conversations of one transaction. */
const BATCH = 50;

export interface BacklogWork {
  /** Milliseconds for which conversations gather: larger batches cost less each. */
  readonly gatherMs: number;
  /** Rests so many times as long as it worked: those who write come first. */
  readonly rest: () => number;
  /** Brings some conversations up to date, in one transaction. @returns those of which there is more */
  readonly catchUp: (ids: readonly string[]) => Promise<readonly string[]>;
  /** Some conversations in the order of their ids, with those of them that are behind; `last` is `null` after the last one. */
  readonly behindAfter: (
    after: string,
  ) => Promise<{ readonly behind: readonly string[]; readonly last: string | null }>;
  /** What the log says while the database is away, and of a conversation that cannot be brought up to date. */
  readonly says: { readonly waiting: string; readonly leftBehind: string };
}

/** Does for conversations what follows from what was said there, behind the writer's back: nothing waits for it, and nothing is forgotten. */
export class Backlog {
  /** heard of a moment ago: these first */
  private readonly heard = new Set<string>();
  private readonly missed = new Set<string>();
  /** the conversation after which to go on looking; `null` when all were looked at */
  private lookAfter: string | null = null;
  private running = false;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private looks: NodeJS.Timeout | undefined;
  private readonly ended = new AbortController();

  constructor(
    private readonly work: BacklogWork,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running = true;
    this.look();
    this.looks = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Conversations that wait to be looked at. */
  get waiting(): number {
    return this.heard.size + this.missed.size;
  }

  /** Resolves when the batch under way is done; the next start finds what is left. */
  async stop(): Promise<void> {
    this.running = false;
    clearInterval(this.looks);
    clearTimeout(this.timer);
    this.ended.abort();
    await this.working;
  }

  hear(conversationId: string): void {
    this.heard.add(conversationId);
    this.wake();
  }

  private look(): void {
    this.lookAfter ??= '';
    this.wake();
  }

  private wake(): void {
    if (!this.running || this.timer || this.working) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.working = this.run().finally(() => {
        this.working = undefined;
        if (this.heard.size > 0) this.wake();
      });
    }, this.work.gatherMs).unref();
  }

  private async run(): Promise<void> {
    while (this.running) {
      const ids = this.take();
      const began = performance.now();
      try {
        if (ids.length > 0) await this.catchUp(ids);
        else if (this.lookAfter !== null) await this.findMissed(this.lookAfter);
        // Less than a batch gathers first.
        if (this.heard.size < BATCH && this.missed.size === 0 && this.lookAfter === null) return;
        await this.pause((performance.now() - began) * this.work.rest());
      } catch (error) {
        for (const id of ids) this.missed.add(id);
        this.logger.warn({ reason: (error as Error).message }, this.work.says.waiting);
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
    for (const from of [this.heard, this.missed])
      for (const id of from) {
        if (ids.size === BATCH) break;
        ids.add(id);
        from.delete(id);
      }
    return [...ids];
  }

  /** @throws what will pass; a conversation that cannot be brought up to date is left behind, and does not hold up the others */
  private async catchUp(ids: readonly string[]): Promise<void> {
    try {
      for (const id of await this.work.catchUp(ids)) this.missed.add(id);
    } catch (error) {
      if (isPassing(error)) throw error;
      if (ids.length > 1) for (const id of ids) await this.catchUp([id]);
      else this.logger.error({ err: error, conversationId: ids[0] }, this.work.says.leftBehind);
    }
  }

  private async findMissed(after: string): Promise<void> {
    const { behind, last } = await this.work.behindAfter(after);
    for (const id of behind) this.missed.add(id);
    this.lookAfter = last;
  }
}
