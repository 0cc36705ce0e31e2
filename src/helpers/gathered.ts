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

export interface GatheredOptions {
  /** keys of one load; default 100 */
  readonly most?: number;
  /** loads at a time; default 2, so that a slow one does not hold up the rest */
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
      // Whoever asks in this turn of the event loop, on whatever connection, is in the first load.
      if (this.running < this.atATime) this.begins ??= setImmediate(() => this.start());
    }
    return entry.promise;
  }

  private start(): void {
    this.begins = undefined;
    while (this.running < this.atATime && this.next.size > 0) {
      const batch = new Map([...this.next].slice(0, this.most));
      for (const key of batch.keys()) this.next.delete(key);
      this.running += 1;
      void this.run(batch);
    }
  }

  private async run(batch: ReadonlyMap<Key, Waiting<Value>>): Promise<void> {
    try {
      const values = await this.load([...batch.keys()]);
      for (const [key, { settle }] of batch) settle(values.get(key));
    } catch (error) {
      for (const { fail } of batch.values()) fail(error);
    } finally {
      this.running -= 1;
      if (this.next.size > 0) this.begins ??= setImmediate(() => this.start());
    }
  }
}
