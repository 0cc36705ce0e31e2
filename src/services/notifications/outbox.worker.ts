import type { Database, Db } from '../../database/database';
import type { Logger } from '../../helpers/logger';
import type { Mailer } from './mailer';
import { LANES, type OutboxHandler, type OutboxJobKind, type OutboxLane } from './outbox.jobs';
import { JobLane, type DeadJob } from './outbox.lane';
import type { MailSeal } from './sealed-mails';

/** Jobs done at a time: a slow mail server must not hold up the others; digests leave it time for codes; and Telegram takes thirty messages a second. */
const HANDS: Readonly<Record<OutboxLane, number>> = { mail: 5, digest: 2, telegram: 15 };
/** Telegram's are done by one process alone, which hears of those of the others when it looks. */
const POLL_MS: Readonly<Record<OutboxLane, number>> = { mail: 5_000, digest: 5_000, telegram: 2_000 };
/** What a mail server that hangs may hold up the end of the process. */
const STOP_WITHIN_MS = 5_000;

interface Dependencies {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly mailSeal: MailSeal;
  readonly logger: Logger;
  readonly clock?: () => Date;
}

type OnDead = (db: Db, job: DeadJob, now: Date) => Promise<void>;

/** Does the jobs of the outbox, each lane by itself, so that a slow receiver holds up nobody else's. */
export class OutboxWorker {
  private readonly handlers: Readonly<Record<OutboxLane, Map<string, OutboxHandler<never>>>> = {
    mail: new Map(),
    digest: new Map(),
    telegram: new Map(),
  };
  private readonly gates = new Map<OutboxLane, () => boolean>();
  private readonly lanes: readonly JobLane[];
  private onDead: OnDead = () => Promise.resolve();

  constructor({ database, mailer, mailSeal, logger, clock = () => new Date() }: Dependencies) {
    this.lanes = (Object.keys(HANDS) as OutboxLane[]).map(
      (name) =>
        new JobLane({
          database,
          logger,
          clock,
          name,
          hands: HANDS[name],
          pollMs: POLL_MS[name],
          handlers: this.handlers[name],
          isOpen: () => this.gates.get(name)?.() ?? true,
          onDead: (db, job, now) => this.onDead(db, job, now),
        }),
    );
    this.handle('mail', (mail, jobId) =>
      mailer.send('sealedText' in mail ? mailSeal.open(mail) : mail, jobId),
    );
  }

  /** Says who does the jobs of a kind; jobs of kinds without a handler are left for other processes. */
  handle<Kind extends OutboxJobKind>(kind: Kind, handler: OutboxHandler<Kind>): void {
    this.handlers[LANES[kind]].set(kind, handler);
  }

  /** Takes jobs of a lane only while this says so; to be woken when it says so again. */
  takeWhile(lane: OutboxLane, isOpen: () => boolean): void {
    this.gates.set(lane, isOpen);
  }

  /** What is to happen in the transaction in which a job is given up. */
  whenDead(onDead: OnDead): void {
    this.onDead = onDead;
  }

  start(): void {
    for (const lane of this.lanes) lane.start();
  }

  /** There may be a new job; to be called after the commit that wrote it. */
  wake(): void {
    for (const lane of this.lanes) lane.wake();
  }

  /** Takes no more jobs and waits for those it is at. What is not done by the deadline is done again later, by whoever has the lease then. */
  async stop(deadlineMs = STOP_WITHIN_MS): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.stop(deadlineMs)));
  }
}
