import { errors } from './errors';

/** Does a few things at a time; a few more wait their turn, and what comes on top of them is refused. */
export class Pool {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limits: { readonly atATime: number; readonly waiting: number }) {}

  /** @throws unavailable when too many wait already */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.limits.atATime) this.running += 1;
    else if (this.waiting.length < this.limits.waiting)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    else throw errors.unavailable(1);
    try {
      return await work();
    } finally {
      // Whoever is next takes the place over.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
