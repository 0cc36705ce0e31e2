interface Waiting<Item> {
  /**
   * Resolves with the first item that matches and was not given out yet, now or as soon as there is one.
   * Rejects after `timeoutMs`, telling what had come by then.
   */
  next(
    what: string,
    matches: (item: Item) => boolean,
    timeoutMs: number,
    seen: () => readonly unknown[],
  ): Promise<Item>;
  /** Something came: look again. */
  look(): void;
}

/** Gives out what turns up in a growing list, each item once, to whoever waits for one like it. */
export function eachOnce<Item extends object>(items: () => readonly Item[]): Waiting<Item> {
  const givenOut = new WeakSet<Item>();
  const waiters = new Set<() => boolean>();
  return {
    next: (what, matches, timeoutMs, seen) =>
      new Promise((resolve, reject) => {
        const attempt = (): boolean => {
          const item = items().find((candidate) => !givenOut.has(candidate) && matches(candidate));
          if (item === undefined) return false;
          givenOut.add(item);
          clearTimeout(timer);
          waiters.delete(attempt);
          resolve(item);
          return true;
        };
        const timer = setTimeout(() => {
          waiters.delete(attempt);
          reject(
            new Error(`waited ${timeoutMs} ms for ${what}; there was: ${JSON.stringify(seen(), null, 1)}`),
          );
        }, timeoutMs);
        timer.unref();
        if (!attempt()) waiters.add(attempt);
      }),
    look() {
      for (const attempt of [...waiters]) attempt();
    },
  };
}
