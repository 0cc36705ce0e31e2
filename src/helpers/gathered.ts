interface Waiting<Value> {
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
  return { promise, settle, fail };
}

/** Milliseconds. Nobody waits for a load that takes longer before their own begins: a database that fell silent must not hold those who ask later. */
const SLOW_MS = 250;

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

  /** @returns `undefined` for a key that has no value @throws as the load does */
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
    if (this.running < this.atATime && this.next.size > 0) this.begins ??= setImmediate(() => this.start());
  }

  private start(): void {
    this.begins = undefined;
    while (this.running < this.atATime && this.next.size > 0) {
      const batch = new Map([...this.next].slice(0, this.most));
      for (const key of batch.keys()) this.next.delete(key);
      void this.run(batch);
    }
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
