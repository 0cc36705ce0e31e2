import { setTimeout as wait } from 'node:timers/promises';
import { classifyFailure } from '../../database/failures';
import { errors } from '../../helpers/errors';

/** What became of one command of a batch that was committed. */
export type Outcome<Result> = { readonly result: Result } | { readonly refusal: Error };

export interface GroupCommitOptions<Command, Result> {
  /**
   * One transaction for the whole batch: all outcomes in the batch's order, or a throw and nothing stored.
   * Not `patient`: fails at once where it would have to wait for a lock.
   */
  readonly commit: (batch: readonly Command[], patient: boolean) => Promise<readonly Outcome<Result>[]>;
  /** What a command needs the lock of. */
  readonly groupOf: (command: Command) => string;
  /** Whether a command may be in the batch that `first` begins; a batch ends before the first one that may not. */
  readonly goesWith: (command: Command, first: Command) => boolean;
  /** Told that the outcomes of a batch follow, all of them in this tick, and how long its commit took; `null`: there was none. */
  readonly settling?: (count: number, commitSeconds: number | null) => void;
  /** Told of each result after its commit and after its sender, in the batch's order. */
  readonly committed: (result: Result, command: Command, heard: { readonly bySender: boolean }) => void;
  readonly bytesOf: (command: Command) => number;
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  readonly maxQueue: number;
  /** A command that is not answered by then is told `unavailable`: its outcome is unknown. */
  readonly deadlineMs: number;
}

interface Pending<Command, Result> {
  readonly command: Command;
  readonly deadline: number;
  readonly settle: (outcome: Outcome<Result>) => void;
  answered: boolean;
}

const CONTENTION_RETRIES = 3;
/** Milliseconds that one batch waits for locks: what is held longer must not hold up everybody else past the deadline. */
const PATIENCE_MS = 1_500;
/** Milliseconds for which a lock that was not to be had is not waited for again: its senders retry, everybody else goes on. */
const HELD_LATELY_MS = 5_000;
/**
 * So many commands of one group are not committed at once: while one half of those that are under way is told to everybody, which is
 * what takes a busy group's time, the other half is at the database. All in one batch would keep the process waiting for the database,
 * and then the database for it.
 */
const HALVED_FROM = 16;
/** Milliseconds between attempts while the database is away. */
const AWAY_PAUSE_MS = 100;
/** Milliseconds between looks at the deadlines. */
const DEADLINE_TICK_MS = 250;

function groupBy<Item>(items: readonly Item[], groupOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(groupOf(item));
    if (group) group.push(item);
    else groups.set(groupOf(item), [item]);
  }
  return [...groups.values()];
}

/**
 * A group commit: commands queue up in memory, and while one batch is being committed the next gathers.
 * No timer holds a command back: an idle queue commits a lone one at once.
 *
 * A deadlock or a lock time-out repeats the whole batch, three times; then only those whose lock is not to be had fail.
 * A lost connection repeats it until the deadline: commands must be idempotent. Anything else halves the batch until the
 * one at fault fails alone.
 */
export class GroupCommit<Command, Result> {
  private queue: Pending<Command, Result>[] = [];
  private running: Promise<void> | undefined;
  private inFlight: readonly Pending<Command, Result>[] = [];
  /** groups whose lock was not to be had, and when: they are not waited for again right away */
  private readonly heldLately = new Map<string, number>();
  /** how many commands of each group were in it */
  private lastBatch: ReadonlyMap<string, number> = new Map();
  private watch: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: GroupCommitOptions<Command, Result>) {}

  /** Commands waiting, not counting the batch under way. */
  get depth(): number {
    return this.queue.length;
  }

  /** Resolves after the commit. @throws what the command was refused for, or `unavailable` */
  submit(command: Command): Promise<Result> {
    if (this.closed || this.queue.length >= this.options.maxQueue)
      return Promise.reject(errors.unavailable(1));
    return new Promise<Result>((resolve, reject) => {
      this.queue.push({
        command,
        deadline: Date.now() + this.options.deadlineMs,
        answered: false,
        settle: (outcome) => ('result' in outcome ? resolve(outcome.result) : reject(outcome.refusal)),
      });
      this.running ??= this.run();
    });
  }

  /** Takes no more commands; resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    this.watch = setInterval(() => this.answerLate(), DEADLINE_TICK_MS);
    // Commands of the same tick share the first batch.
    await Promise.resolve();
    while (this.queue.length > 0) {
      this.inFlight = this.takeBatch();
      await this.commitBatch(this.inFlight);
      this.inFlight = [];
    }
    clearInterval(this.watch);
    this.running = undefined;
  }

  /** Whoever stands behind a group that has had its share is not held up by it. */
  private takeBatch(): Pending<Command, Result>[] {
    const { bytesOf, goesWith, groupOf, maxBatch, maxBatchBytes } = this.options;
    const next = this.queue.slice(0, maxBatch);
    const first = next[0]?.command as Command;
    const shares = this.shares(next);
    const batch: Pending<Command, Result>[] = [];
    const passed: Pending<Command, Result>[] = [];
    let bytes = 0;
    for (const pending of next) {
      const { command } = pending;
      if (!goesWith(command, first)) break;
      const group = groupOf(command);
      const share = shares.get(group) ?? 0;
      if (share === 0) {
        passed.push(pending);
        continue;
      }
      bytes += bytesOf(command);
      if (batch.length > 0 && bytes > maxBatchBytes) break;
      shares.set(group, share - 1);
      batch.push(pending);
    }
    this.queue.splice(0, batch.length + passed.length, ...passed);
    this.lastBatch = this.countByGroup(batch);
    return batch;
  }

  /** How many of each group's next commands the next batch may hold. Those of the last batch are just being told, and will be followed by others. */
  private shares(next: readonly Pending<Command, Result>[]): Map<string, number> {
    const counts = this.countByGroup(next);
    for (const [group, count] of counts)
      if (count >= HALVED_FROM) counts.set(group, Math.ceil((count + (this.lastBatch.get(group) ?? 0)) / 2));
    return counts;
  }

  private countByGroup(pendings: readonly Pending<Command, Result>[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { command } of pendings) {
      const group = this.options.groupOf(command);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return counts;
  }

  private async commitBatch(
    batch: readonly Pending<Command, Result>[],
    patientUntil = this.patience(batch),
  ): Promise<void> {
    for (let contentions = 0; ;) {
      const open = batch.filter((pending) => !pending.answered);
      if (open.length === 0) return;
      const began = performance.now();
      try {
        const commands = open.map((pending) => pending.command);
        const outcomes = await this.options.commit(commands, Date.now() < patientUntil);
        this.settleAll(open, outcomes, (performance.now() - began) / 1000);
        return;
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure === 'unavailable') {
          await wait(AWAY_PAUSE_MS);
          this.answerLate();
        } else if (failure === 'contention' && contentions < CONTENTION_RETRIES) {
          contentions += 1;
          await wait(contentions * 5 + Math.random() * 10);
        } else if (failure === 'contention') {
          const groups = groupBy(open, ({ command }) => this.options.groupOf(command));
          if (groups.length === 1)
            this.heldLately.set(
              this.options.groupOf((open[0] as Pending<Command, Result>).command),
              Date.now(),
            );
          return this.bisect(groups, errors.unavailable(1, error), patientUntil);
        } else {
          const alone = open.map((pending) => [pending]);
          return this.bisect(alone, errors.internal(error), patientUntil);
        }
      }
    }
  }

  /** @returns until when a batch may wait for locks: not at all for what somebody was holding a moment ago */
  private patience(batch: readonly Pending<Command, Result>[]): number {
    const now = Date.now();
    for (const [group, at] of this.heldLately) if (now - at > HELD_LATELY_MS) this.heldLately.delete(group);
    const impatient = batch.some(({ command }) => this.heldLately.has(this.options.groupOf(command)));
    return impatient ? now : now + PATIENCE_MS;
  }

  /** What one part cannot have must not fail its neighbours: halves are committed on their own, in order. */
  private async bisect(
    parts: readonly (readonly Pending<Command, Result>[])[],
    refusal: Error,
    patientUntil: number,
  ): Promise<void> {
    if (parts.length === 1)
      return this.settleAll(
        parts.flat(),
        parts.flat().map(() => ({ refusal })),
        null,
      );
    const middle = Math.ceil(parts.length / 2);
    await this.commitBatch(parts.slice(0, middle).flat(), patientUntil);
    await this.commitBatch(parts.slice(middle).flat(), patientUntil);
  }

  private settleAll(
    batch: readonly Pending<Command, Result>[],
    outcomes: readonly Outcome<Result>[],
    commitSeconds: number | null,
  ): void {
    this.options.settling?.(batch.length, commitSeconds);
    batch.forEach((pending, index) => {
      const outcome = outcomes[index] ?? {
        refusal: errors.internal(new Error('a command without an outcome')),
      };
      const bySender = !pending.answered;
      if (bySender) pending.settle(outcome);
      pending.answered = true;
      if ('result' in outcome) this.options.committed(outcome.result, pending.command, { bySender });
    });
  }

  /** Tells those whose time is over that the outcome is unknown; the batch under way goes on, and what it stores is published. */
  private answerLate(): void {
    const now = Date.now();
    const late = [...this.inFlight, ...this.queue].filter(
      (pending) => !pending.answered && pending.deadline <= now,
    );
    if (late.length === 0) return;
    for (const pending of late) {
      pending.answered = true;
      pending.settle({ refusal: errors.unavailable(1) });
    }
    this.queue = this.queue.filter((pending) => !pending.answered);
  }
}
