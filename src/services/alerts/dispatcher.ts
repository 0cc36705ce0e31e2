import type { Database } from '../../database/database';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import { enqueueAll } from '../notifications/outbox.queries';
import type { Standing } from './alert';
import { decide } from './alerts.policy';
import { claim, findDue, forget, hold, nextDue, postpone, standingsIn } from './alerts.queries';
import type { Delays } from './collect';
import type { ReaderPresence } from './reader-presence';

/** Alerts looked at by one set of statements. */
const BATCH = 200;
/** Milliseconds between looks for what another server wrote down. */
const LOOK_EVERY_MS = 5_000;
/** Milliseconds that a batch may take: if its server dies, others look at it then. */
const CLAIM_MS = 2 * 60_000;
/** Milliseconds for which the outbox tries; somewhat later what it has not done is looked at anew. */
const TRIED_FOR_MS = 24 * 3_600_000;
const HELD_FOR_MS = 25 * 3_600_000;

interface Dependencies {
  readonly database: Database;
  readonly presence: ReaderPresence;
  /** the ways there are */
  readonly delays: Delays;
  /** there are new jobs in the outbox */
  readonly wake: () => void;
  readonly logger: Logger;
}

/** Brings alerts that are due into the outbox, a job for each Telegram message and each mail; those not to be told yet wait on. */
export class AlertDispatcher {
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private work: Promise<void> | undefined;
  private running = false;

  constructor(private readonly deps: Dependencies) {}

  start(): void {
    this.running = true;
    this.lookAt(Date.now());
  }

  /** Resolves when the batch under way is done. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    await this.work;
  }

  /** Something will be due then. */
  expect = (dueAt: Date): void => this.lookAt(dueAt.getTime());

  private lookAt(time: number): void {
    if (!this.running || this.work || time >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = time;
    this.timer = setTimeout(
      () => {
        this.timerAt = Infinity;
        this.work = this.run().then((next) => {
          this.work = undefined;
          this.lookAt(next);
        });
      },
      Math.max(0, time - Date.now()),
    ).unref();
  }

  /** @returns when to look again */
  private async run(): Promise<number> {
    const latest = Date.now() + LOOK_EVERY_MS;
    try {
      while (this.running && (await this.dispatchDue()) === BATCH);
      const next = await nextDue(this.deps.database.reader);
      return Math.min(next?.getTime() ?? Infinity, latest);
    } catch (error) {
      this.deps.logger.warn({ reason: (error as Error).message }, 'alerts have to wait');
      return latest;
    }
  }

  /** Looks at some of those that are due. @returns at how many */
  async dispatchDue(): Promise<number> {
    const { database, presence } = this.deps;
    const now = new Date();
    const due = await findDue(database.reader, now, BATCH);
    if (due.length === 0) return 0;
    const bundleId = newId();
    await claim(database, due, { bundleId, now, until: new Date(now.getTime() + CLAIM_MS) });
    const standings = await standingsIn(database.writer, { bundleId }, now);
    const there = await presence.of(
      standings.map(({ userId }) => userId),
      now,
    );
    await this.settle(bundleId, standings, there, now);
    return due.length;
  }

  private async settle(
    bundleId: string,
    standings: readonly Standing[],
    there: ReadonlySet<string>,
    now: Date,
  ): Promise<void> {
    const { database, delays, wake } = this.deps;
    const forgotten: Standing[] = [];
    const later: Standing[] = [];
    const told: Standing[] = [];
    for (const standing of standings) {
      const isPossible = delays[standing.via] !== undefined;
      const decision = isPossible ? decide(standing, now, there.has(standing.userId)) : 'forget';
      if (decision === 'forget') forgotten.push(standing);
      else if (decision === 'tell') told.push(standing);
      else later.push({ ...standing, dueAt: decision.until });
    }
    const after = (ms: number): Date => new Date(now.getTime() + ms);
    const expiresAt = after(TRIED_FOR_MS).toISOString();
    const mailed = new Set(told.flatMap(({ via, userId }) => (via === 'email' ? [userId] : [])));
    const messages = told.filter(({ via }) => via === 'telegram');
    await database.transaction(async (db) => {
      await forget(db, forgotten, bundleId);
      await postpone(db, database, later);
      await hold(
        db,
        database,
        told.map((standing) => ({ ...standing, dueAt: after(HELD_FOR_MS) })),
      );
      await enqueueAll(
        db,
        'telegram_alert',
        messages.map(({ userId, conversationId }) => ({ bundleId, userId, conversationId, expiresAt })),
        now,
      );
      await enqueueAll(
        db,
        'email_digest',
        [...mailed].map((userId) => ({ bundleId, userId, expiresAt })),
        now,
      );
    });
    if (told.length > 0) wake();
  }
}
