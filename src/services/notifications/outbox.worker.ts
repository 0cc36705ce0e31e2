import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../database/database';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import type { Mailer } from './mailer';
import type { MailSeal } from './sealed-mails';
import { PermanentFailure, type OutboxHandler, type OutboxJobKind } from './outbox.jobs';
import { buryJob, deleteJob, findDueJobs, leaseJobs, retryJob, type LeasedJob } from './outbox.queries';

/** Jobs done at a time: a slow mail server must not hold up the others. */
const CONCURRENCY = 5;
/** How often it looks for retries that are due and for jobs of other processes. */
const POLL_MS = 5_000;
/** A job that takes longer has failed; its lease outlives it, so that nobody does it at the same time. */
const JOB_TIMEOUT_MS = 60_000;
const LEASE_MS = 2 * JOB_TIMEOUT_MS;
/** What a mail server that hangs may hold up the end of the process. */
const STOP_WITHIN_MS = 5_000;
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

interface Dependencies {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly mailSeal: MailSeal;
  readonly logger: Logger;
  readonly clock?: () => Date;
}

/**
 * Does the jobs of the outbox: each at least once, several at a time, again with back-off when it fails,
 * until it is done, expired or given up. Any number of processes may run one on the same database.
 */
export class OutboxWorker {
  private readonly database: Database;
  private readonly logger: Logger;
  private readonly clock: () => Date;
  private readonly handlers = new Map<string, OutboxHandler<never>>();
  private readonly inFlight = new Set<Promise<void>>();
  private running = false;
  private loop: Promise<void> = Promise.resolve();
  private woken = false;
  private endRest: (() => void) | undefined;

  constructor({ database, mailer, mailSeal, logger, clock = () => new Date() }: Dependencies) {
    this.database = database;
    this.logger = logger;
    this.clock = clock;
    this.handle('mail', (mail, jobId) =>
      mailer.send('sealedText' in mail ? mailSeal.open(mail) : mail, jobId),
    );
  }

  /** Says who does the jobs of a kind; jobs of kinds without a handler are left for other processes. */
  handle<Kind extends OutboxJobKind>(kind: Kind, handler: OutboxHandler<Kind>): void {
    this.handlers.set(kind, handler);
  }

  /** Kinds of jobs that are done here. */
  get kinds(): OutboxJobKind[] {
    return [...this.handlers.keys()] as OutboxJobKind[];
  }

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
  async stop(deadlineMs = STOP_WITHIN_MS): Promise<void> {
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
      if (taken === 0 || this.inFlight.size >= CONCURRENCY) await this.rest();
    }
  }

  private async rest(): Promise<void> {
    if (!this.woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS).unref();
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
    const free = CONCURRENCY - this.inFlight.size;
    if (free === 0) return 0;
    try {
      const now = this.clock();
      const due = await findDueJobs(this.database.reader, {
        kinds: [...this.handlers.keys()],
        limit: free,
        now,
      });
      if (due.length === 0) return 0;
      const leaseId = newId();
      const until = new Date(now.getTime() + LEASE_MS);
      const jobs = await leaseJobs(this.database.writer, due, { leaseId, until, now });
      for (const job of jobs) this.begin(job, leaseId);
      return due.length;
    } catch (error) {
      this.logger.error({ reason: (error as Error).message }, 'the outbox cannot be read; trying again');
      this.woken = false;
      return 0;
    }
  }

  private begin(job: LeasedJob, leaseId: string): void {
    const work = this.process(job, leaseId)
      // The lease runs out, and the job is done again.
      .catch((error: unknown) =>
        this.logger.error({ jobId: job.id, reason: (error as Error).message }, 'outbox job not settled'),
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
      if (this.isOver(expiresAt, this.clock().getTime())) return await this.drop(job);
      await this.perform(job, payload);
    } catch (error) {
      return await this.failed(job, leaseId, error as Error, expiresAt);
    }
    await deleteJob(this.database.writer, job.id);
  }

  private async perform(job: LeasedJob, payload: unknown): Promise<void> {
    const handler = this.handlers.get(job.kind);
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
    const now = this.clock();
    const nextAt = new Date(now.getTime() + retryDelayMs(job.attempts));
    const reason = error.message.slice(0, 500);
    const log = { jobId: job.id, kind: job.kind, attempts: job.attempts, reason };
    if (this.isOver(expiresAt, nextAt.getTime())) return this.drop(job, reason);
    if (job.attempts >= MAX_TRIES || error instanceof PermanentFailure) {
      this.logger.error(log, 'outbox job given up');
      return buryJob(this.database.writer, { id: job.id, leaseId, now, error: reason });
    }
    this.logger.warn({ ...log, nextAt }, 'outbox job failed; it will be tried again');
    await retryJob(this.database.writer, { id: job.id, leaseId, nextAt, error: reason });
  }

  private isOver(expiresAt: number | undefined, at: number): boolean {
    return expiresAt !== undefined && at >= expiresAt;
  }

  private async drop(job: LeasedJob, reason = 'it waited too long'): Promise<void> {
    this.logger.warn(
      { jobId: job.id, kind: job.kind, attempts: job.attempts, reason },
      'expired outbox job dropped',
    );
    await deleteJob(this.database.writer, job.id);
  }
}
