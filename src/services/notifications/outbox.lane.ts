import { setTimeout as wait } from 'node:timers/promises';
import type { Database, Db } from '../../database/database';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import { PermanentFailure, RetryLater, type OutboxHandler, type OutboxLane } from './outbox.jobs';
import { buryJob, deleteJob, findDueJobs, leaseJobs, retryJob, type LeasedJob } from './outbox.queries';

/** A job that takes longer has failed; its lease outlives it, so that nobody does it at the same time. */
const JOB_TIMEOUT_MS = 60_000;
const LEASE_MS = 2 * JOB_TIMEOUT_MS;
/** With the delays below about 27 hours: a mail server may be away for a day. */
const MAX_TRIES = 12;
const FIRST_DELAY_MS = 10_000;
const DELAY_FACTOR = 3;
const MAX_DELAY_MS = 6 * 3_600_000;

/** Milliseconds until the next try: 10 s, 30 s, 90 s … 6 h, each up to a quarter longer, so that retries do not come in herds. */
export function retryDelayMs(triesMade: number, chance: number = Math.random()): number {
  const delay = Math.min(FIRST_DELAY_MS * DELAY_FACTOR ** (triesMade - 1), MAX_DELAY_MS);
  return Math.round(delay * (1 + chance / 4));
}

/** The parser's own message would quote the payload. */
function parsePayload(json: string): { readonly expiresAt?: string } {
  try {
    return JSON.parse(json) as { expiresAt?: string };
  } catch {
    throw new PermanentFailure('its payload is not JSON');
  }
}

/** A job that was given up. */
export interface DeadJob {
  readonly id: string;
  readonly kind: string;
  readonly attempts: number;
}

interface Dependencies {
  readonly database: Database;
  readonly logger: Logger;
  readonly clock: () => Date;
  readonly name: OutboxLane;
  /** jobs done at a time */
  readonly hands: number;
  /** how often it looks for retries that are due and for jobs of other processes */
  readonly pollMs: number;
  /** who does the jobs of a kind; those of other kinds are left for other processes */
  readonly handlers: ReadonlyMap<string, OutboxHandler<never>>;
  /** whether jobs are to be taken now */
  readonly isOpen: () => boolean;
  /** what else happens in the transaction in which a job is given up */
  readonly onDead: (db: Db, job: DeadJob, now: Date) => Promise<void>;
}

/**
 * Does the jobs of one lane: each at least once, several at a time, again with back-off when it fails, until it is done, expired or given
 * up. Any number of processes may run one on the same database.
 */
export class JobLane {
  private readonly inFlight = new Set<Promise<void>>();
  private running = false;
  private loop: Promise<void> = Promise.resolve();
  private woken = false;
  private endRest: (() => void) | undefined;

  constructor(private readonly deps: Dependencies) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.loop = this.run();
  }

  /** There may be a new job; to be called after the commit that wrote it. */
  wake(): void {
    this.woken = true;
    this.endRest?.();
  }

  /** Takes no more jobs and waits for those it is at. What is not done by the deadline is done again later, by whoever has the lease then. */
  async stop(deadlineMs: number): Promise<void> {
    if (!this.running) return;
    this.running = false;
    this.wake();
    const late = new AbortController();
    const finished = this.loop.then(() => Promise.all(this.inFlight));
    await Promise.race([
      finished,
      wait(deadlineMs, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
  }

  private async run(): Promise<void> {
    while (this.running) {
      const taken = await this.takeJobs();
      if (taken === 0 || this.inFlight.size >= this.deps.hands) await this.rest();
    }
  }

  private async rest(): Promise<void> {
    if (!this.woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.deps.pollMs).unref();
        this.endRest = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.endRest = undefined;
    }
    this.woken = false;
  }

  /** Leases as many jobs as there are free hands. @returns how many; 0 also when the database is away */
  private async takeJobs(): Promise<number> {
    const { database, logger, clock, name, hands, handlers, isOpen } = this.deps;
    const free = hands - this.inFlight.size;
    if (free === 0 || handlers.size === 0 || !isOpen()) return 0;
    try {
      const now = clock();
      const kinds = [...handlers.keys()];
      const due = await findDueJobs(database.reader, { lane: name, kinds, limit: free, now });
      if (due.length === 0) return 0;
      const leaseId = newId();
      const until = new Date(now.getTime() + LEASE_MS);
      const jobs = await leaseJobs(database.writer, due, { leaseId, until, now });
      for (const job of jobs) this.begin(job, leaseId);
      return due.length;
    } catch (error) {
      logger.error({ reason: (error as Error).message }, 'the outbox cannot be read; trying again');
      this.woken = false;
      return 0;
    }
  }

  private begin(job: LeasedJob, leaseId: string): void {
    const work = this.process(job, leaseId)
      // The lease runs out, and the job is done again.
      .catch((error: unknown) =>
        this.deps.logger.error({ jobId: job.id, reason: (error as Error).message }, 'outbox job not settled'),
      )
      .finally(() => {
        this.inFlight.delete(work);
        this.wake();
      });
    this.inFlight.add(work);
  }

  private async process(job: LeasedJob, leaseId: string): Promise<void> {
    let expiresAt: number | undefined;
    try {
      const payload = parsePayload(job.payload);
      expiresAt = payload.expiresAt === undefined ? undefined : Date.parse(payload.expiresAt);
      if (this.isOver(expiresAt, this.deps.clock().getTime())) return await this.drop(job);
      if (job.attempts > MAX_TRIES) throw new PermanentFailure('whoever had it never came back');
      await this.perform(job, payload);
    } catch (error) {
      return await this.failed(job, leaseId, error as Error, expiresAt);
    }
    await deleteJob(this.deps.database.writer, job.id);
  }

  private async perform(job: LeasedJob, payload: unknown): Promise<void> {
    const handler = this.deps.handlers.get(job.kind);
    if (!handler) throw new Error(`nobody does jobs of the kind ${job.kind}`);
    const late = new AbortController();
    const tooLate = wait(JOB_TIMEOUT_MS, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`not done in ${JOB_TIMEOUT_MS} ms`);
    });
    // Waited for before the handler runs: one that throws at once must not leave it behind, to end the process a minute later.
    const inTime = Promise.race([Promise.resolve().then(() => handler(payload as never, job.id)), tooLate]);
    await inTime.finally(() => {
      late.abort();
      tooLate.catch(() => undefined);
    });
  }

  private async failed(
    job: LeasedJob,
    leaseId: string,
    error: Error,
    expiresAt: number | undefined,
  ): Promise<void> {
    const { database, clock, logger, onDead } = this.deps;
    const now = clock();
    const { id, kind, attempts } = job;
    const later = error instanceof RetryLater;
    const nextAt = new Date(now.getTime() + (later ? error.afterMs : retryDelayMs(attempts)));
    const reason = error.message.slice(0, 500);
    const log = { jobId: id, kind, attempts, reason };
    if (this.isOver(expiresAt, nextAt.getTime())) return this.drop(job, reason);
    if (error instanceof PermanentFailure || (!later && attempts >= MAX_TRIES)) {
      logger.error(log, 'outbox job given up');
      return database.transaction(async (db) => {
        if (await buryJob(db, { id, leaseId, now, error: reason })) await onDead(db, job, now);
      });
    }
    if (!later) logger.warn({ ...log, nextAt }, 'outbox job failed; it will be tried again');
    const counted = later ? { attempts: attempts - 1 } : {};
    await retryJob(database.writer, { id, leaseId, nextAt, error: reason, ...counted });
  }

  private isOver(expiresAt: number | undefined, at: number): boolean {
    return expiresAt !== undefined && at >= expiresAt;
  }

  private async drop(job: LeasedJob, reason = 'it waited too long'): Promise<void> {
    this.deps.logger.warn(
      { jobId: job.id, kind: job.kind, attempts: job.attempts, reason },
      'expired outbox job dropped',
    );
    await deleteJob(this.deps.database.writer, job.id);
  }
}
