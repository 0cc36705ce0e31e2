import { errors } from './errors';

interface Waiting<Value> {
  /** milliseconds, of the process's clock */
  readonly since: number;
  readonly promise: Promise<Value | undefined>;
  readonly settle: (value: Value | undefined) => void;
  readonly fail: (error: unknown) => void;
}

function waiting<Value>(): Waiting<Value> {
  let settle!: Waiting<Value>['settle'];
  let fail!: Waiting<Value>['fail'];
  const promise = new Promise<Value | undefined>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { since: performance.now(), promise, settle, fail };
}

/** Milliseconds. Nobody waits for a load that takes longer before their own begins: a database that fell silent must not hold those who ask later. */
const SLOW_MS = 250;
/** Milliseconds after which whoever waits for a load to begin is told to come back. */
const PATIENCE_MS = 3_000;

export interface GatheredOptions {
  /** keys of one load; default 100 */
  readonly most?: number;
  /** loads at a time, without slow ones; default 2 */
  readonly atATime?: number;
}

/**
 * Loads many at once. Whoever asks alone is answered by a load of one; what is asked while loads are under way is gathered for the next.
 * What is answered was read after it was asked for, never before.
 */
export class Gathered<Key, Value> {
  private next = new Map<Key, Waiting<Value>>();
  private running = 0;
  private begins: NodeJS.Immediate | undefined;
  private refuses: NodeJS.Timeout | undefined;
  private readonly most: number;
  private readonly atATime: number;

  /** @param load the values by key; keys that have none are left out */
  constructor(
    private readonly load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
    { most = 100, atATime = 2 }: GatheredOptions = {},
  ) {
    this.most = most;
    this.atATime = atATime;
  }

  /** @returns `undefined` for a key that has no value @throws as the load does, and unavailable when it could not begin in time */
  get(key: Key): Promise<Value | undefined> {
    let entry = this.next.get(key);
    if (!entry) {
      this.next.set(key, (entry = waiting()));
      // Whoever asks in this turn of the event loop, on whatever connection, is in the same load.
      this.begin();
    }
    return entry.promise;
  }

  private begin(): void {
    if (this.next.size === 0) return;
    if (this.running < this.atATime) this.begins ??= setImmediate(() => this.start());
    else this.refuses ??= setTimeout(() => this.refuse(), PATIENCE_MS);
  }

  /** Those who have waited too long; the others' time comes. */
  private refuse(): void {
    this.refuses = undefined;
    const now = performance.now();
    for (const [key, { since, fail }] of this.next) {
      const restMs = since + PATIENCE_MS - now;
      if (restMs > 0) {
        this.refuses = setTimeout(() => this.refuse(), restMs);
        return;
      }
      this.next.delete(key);
      fail(errors.unavailable(1));
    }
  }

  private start(): void {
    this.begins = undefined;
    while (this.running < this.atATime && this.next.size > 0) {
      const batch = new Map([...this.next].slice(0, this.most));
      for (const key of batch.keys()) this.next.delete(key);
      void this.run(batch);
    }
    if (this.next.size > 0) return this.begin();
    clearTimeout(this.refuses);
    this.refuses = undefined;
  }

  private async run(batch: ReadonlyMap<Key, Waiting<Value>>): Promise<void> {
    let counts = true;
    const leave = (): void => {
      if (counts) this.running -= 1;
      counts = false;
      this.begin();
    };
    this.running += 1;
    const slow = setTimeout(leave, SLOW_MS);
    try {
      const values = await this.load([...batch.keys()]);
      for (const [key, { settle }] of batch) settle(values.get(key));
    } catch (error) {
      for (const { fail } of batch.values()) fail(error);
    } finally {
      clearTimeout(slow);
      leave();
    }
  }
}
