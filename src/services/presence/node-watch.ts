export const BEAT_EVERY_MS = 1_000;
/** A node that has not beaten for so long is dead. Longer than the longest pause of a RedisLine, a command that fails and a beat. */
export const LEASE_MS = 5_000;
/** A beat that is later than this has been missed: this node, or Redis, stood still. */
const MISSED_AFTER_MS = 1.5 * BEAT_EVERY_MS;
/** Whoever misses beats again and again, and never comes to rest, judges nevertheless after so long. */
const PATIENCE_MS = 3 * LEASE_MS;

export interface DeadNode {
  readonly node: string;
  /** the last beat, as Redis tells it */
  readonly beat: string;
  /** when its people have gone, in Redis's milliseconds */
  readonly goneAt: number;
}

/**
 * What a node may say about others, by what it sees at its own beats. Only time in which it looked counts: one beat for each time that
 * its beat was answered, however long that took. So neither an outage of Redis nor a process that stood still makes others look dead, and
 * whoever was away itself gives the others a lease to come back in.
 */
export class NodeWatch {
  /** milliseconds of looking, until now and when what began */
  private watched = 0;
  private steadySince = 0;
  private restlessSince = 0;
  private readonly silent = new Map<string, { readonly beat: string; readonly since: number }>();
  private lookedAt: number | undefined;
  /** since when Redis is there again, in its own time */
  private backAt = 0;

  /**
   * @param time Redis's
   * @param beats the last one of each other node
   */
  look(time: number, beats: ReadonlyMap<string, string>): void {
    const now = performance.now();
    this.count(now - (this.lookedAt ?? now), time);
    this.lookedAt = now;
    for (const node of this.silent.keys()) if (!beats.has(node)) this.silent.delete(node);
    for (const [node, beat] of beats)
      if (this.silent.get(node)?.beat !== beat) this.silent.set(node, { beat, since: this.watched });
  }

  /** Whether the others have had the time to say who is with them. */
  get mayJudge(): boolean {
    return this.mayJudgeSince(0);
  }

  get dead(): DeadNode[] {
    return [...this.silent].flatMap(([node, { beat, since }]) =>
      this.mayJudgeSince(since) ? { node, beat, goneAt: Math.max(Number(beat), this.backAt) } : [],
    );
  }

  private count(passed: number, time: number): void {
    const wasSteady = this.watched - this.steadySince >= LEASE_MS;
    this.watched += Math.min(passed, BEAT_EVERY_MS);
    if (passed <= MISSED_AFTER_MS) return;
    this.steadySince = this.watched;
    if (wasSteady || passed > LEASE_MS) this.restlessSince = this.watched;
    if (passed > LEASE_MS) this.backAt = time;
  }

  private mayJudgeSince(since: number): boolean {
    return (
      this.watched - Math.max(since, this.steadySince) >= LEASE_MS ||
      this.watched - Math.max(since, this.restlessSince) >= PATIENCE_MS
    );
  }
}
