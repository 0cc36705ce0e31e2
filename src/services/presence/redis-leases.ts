import type { Redis } from '../../database/redis';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import type { Lapse, PresenceLeases } from './leases';
import { BEAT, COME, GO, LEAVE } from './redis-leases.scripts';

const BEAT_EVERY_MS = 1_000;
/** A node that has not beaten for so long is dead. Its people have the grace, too, to come back elsewhere. */
const LEASE_MS = 5_000;
/** Lapses that one beat takes out; the next one comes in a second. */
const MAX_LAPSES = 1_000;
/** People whose leases one script takes or gives back. */
const AT_ONCE = 500;

interface Options {
  readonly redis: Pick<Redis, 'prefix' | 'run'>;
  readonly node: string;
  readonly graceMs: number;
  readonly logger: Logger;
  /** Told of people who were given up with this node, which is back. */
  readonly returned: (userId: string) => void;
}

const inChunks = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, index) =>
    items.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );

/** As BEAT answers: the person, when they went, the next person, … */
const lapsesOf = (due: readonly string[]): Lapse[] =>
  due.flatMap((userId, index) =>
    index % 2 === 0 ? { userId, lastSeenAt: new Date(Number(due[index + 1])) } : [],
  );

/**
 * The leases of several nodes, in Redis: a person's first device on a node takes one, the last gives it back. One node, whichever looks
 * first, tells when a grace is over. While Redis is away each node knows of its own people, and nobody goes offline.
 */
export class RedisLeases implements PresenceLeases {
  /** the devices connected here */
  private readonly held = new Map<string, Set<string>>();
  /** whose last device here has gone, and when: until the grace is over, and Redis knows */
  private readonly gone = new Map<string, number>();
  private readonly keys: string[];
  private readonly herePrefix: string;
  private mark: string | undefined;
  /** Redis may not know what is here */
  private differs = false;
  private work: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly graces = new Set<NodeJS.Timeout>();
  private listener: (lapse: Lapse) => void = () => undefined;
  private closed = false;

  constructor(private readonly options: Options) {
    const key = (name: string): string => `${options.redis.prefix}:presence:${name}`;
    this.herePrefix = key('here:');
    const here = this.herePrefix + options.node;
    this.keys = [...['nodes', 'devices', 'people', 'graces'].map(key), here, key('mark'), key('calm')];
    this.timer = setInterval(() => void this.beat(), BEAT_EVERY_MS);
    // Before anybody comes: nobody would bury a node that was never known.
    void this.beat();
  }

  async take(userId: string, deviceId: string): Promise<boolean> {
    const devices = this.held.get(userId);
    if (devices) {
      devices.add(deviceId);
      return false;
    }
    this.held.set(userId, new Set([deviceId]));
    const wasGone = this.gone.delete(userId);
    const newcomers = await this.script(COME, [userId]);
    return newcomers ? newcomers.length > 0 : !wasGone;
  }

  async release(userId: string, deviceId: string): Promise<void> {
    const devices = this.held.get(userId);
    if (!devices?.delete(deviceId) || devices.size > 0) return;
    this.held.delete(userId);
    this.gone.set(userId, Date.now());
    await this.script(GO, [userId, '0']);
    if (this.closed) return;
    const timer = setTimeout(() => {
      this.graces.delete(timer);
      void this.beat();
    }, this.options.graceMs + 1);
    this.graces.add(timer);
  }

  async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { redis } = this.options;
    const [, , people = '', graces = ''] = this.keys;
    const ids = [...userIds];
    if (ids.length === 0) return new Set();
    const [elsewhere, going] = await redis
      .run((client) => Promise.all([client.hmGet(people, ids), client.zmScore(graces, ids)]))
      .catch(() => [[], []]);
    return new Set(
      ids.filter(
        (userId, index) =>
          this.isHere(userId) || (elsewhere[index] ?? null) !== null || (going[index] ?? null) !== null,
      ),
    );
  }

  async everybody(): Promise<{ people: string[]; devices: number }> {
    const { redis } = this.options;
    const [, devicesKey = '', peopleKey = '', graces = ''] = this.keys;
    const here = [...this.held.values()].reduce((sum, devices) => sum + devices.size, 0);
    const [people, going, devices] = await redis
      .run((client) =>
        Promise.all([client.hKeys(peopleKey), client.zRange(graces, 0, -1), client.hGetAll(devicesKey)]),
      )
      .catch(() => [[], [], {}] as [string[], string[], Record<string, string>]);
    const counts: Record<string, number | string> = { ...devices, [this.options.node]: here };
    return {
      people: [...new Set([...people, ...going, ...this.held.keys()])],
      devices: Object.values(counts).reduce<number>((sum, count) => sum + Number(count), 0),
    };
  }

  onLapse(listener: (lapse: Lapse) => void): void {
    this.listener = listener;
  }

  async close(): Promise<readonly Lapse[]> {
    this.closed = true;
    clearInterval(this.timer);
    for (const timer of this.graces) clearTimeout(timer);
    await this.work;
    await this.script(LEAVE, [this.options.node]);
    const now = Date.now();
    const lapses = [...[...this.held.keys()].map((userId) => [userId, now] as const), ...this.gone];
    return lapses.map(([userId, at]) => ({ userId, lastSeenAt: new Date(at) }));
  }

  private isHere(userId: string): boolean {
    const goneAt = this.gone.get(userId);
    return this.held.has(userId) || (goneAt !== undefined && Date.now() - goneAt <= this.options.graceMs);
  }

  /**
   * @param late told of an answer that comes when it was given up
   * @returns `undefined` when Redis was away: it is told later
   */
  private async script(
    script: string,
    args: readonly string[],
    late: (answer: string[]) => void = () => undefined,
  ): Promise<string[] | undefined> {
    let givenUp = false;
    try {
      return await this.options.redis.run((client) => {
        const answered = client.eval(script, { keys: this.keys, arguments: [...args] }) as Promise<string[]>;
        answered.then(
          (answer) => givenUp && late(answer),
          () => undefined,
        );
        return answered;
      });
    } catch (error) {
      givenUp = true;
      this.differs = true;
      this.options.logger.debug({ err: error }, 'a presence lease was not told to Redis');
      return undefined;
    }
  }

  /** One at a time. Says that this node lives, buries those that do not, and tells whose grace is over. */
  private beat(): Promise<void> {
    this.work ??= this.beatNow()
      .catch((error: unknown) => this.options.logger.error({ err: error }, 'a presence beat failed'))
      .finally(() => (this.work = undefined));
    return this.work;
  }

  private async beatNow(): Promise<void> {
    if (this.closed) return;
    const { node, graceMs } = this.options;
    const devices = [...this.held.values()].reduce((sum, here) => sum + here.size, 0);
    const numbers = [devices, LEASE_MS, graceMs].map(String);
    const args = [node, ...numbers, this.herePrefix, String(MAX_LAPSES), newId()];
    const answer = await this.script(BEAT, args, ([, , ...due]) => void this.lapseLate(lapsesOf(due)));
    if (!answer) return;
    const [known, mark, ...due] = answer;
    // Redis has forgotten everybody: they are told to it, but nobody had gone.
    const forgot = this.mark !== undefined && this.mark !== mark;
    const buried = this.mark !== undefined && known === '0' && !forgot;
    this.mark = mark;
    if (forgot || buried || this.differs) await this.restore(buried);
    for (const lapse of lapsesOf(due)) this.lapse(lapse);
    this.forgetGone();
  }

  private lapse(lapse: Lapse): void {
    // Came here while Redis was away, or while the answer was under way.
    if (this.held.has(lapse.userId) || this.closed) return;
    this.gone.delete(lapse.userId);
    this.listener(lapse);
  }

  /** No other beat takes them out again. Some may have come back, anywhere. */
  private async lapseLate(lapses: readonly Lapse[]): Promise<void> {
    for (const { userId } of lapses) this.gone.delete(userId);
    const back = await this.online(lapses.map(({ userId }) => userId));
    for (const lapse of lapses) if (!back.has(lapse.userId)) this.lapse(lapse);
  }

  private async restore(buried: boolean): Promise<void> {
    this.differs = false;
    const now = Date.now();
    for (const some of inChunks([...this.gone]))
      await this.script(
        GO,
        some.flatMap(([userId, at]) => (this.gone.has(userId) ? [userId, String(now - at)] : [])),
      );
    for (const some of inChunks([...this.held.keys()])) {
      // Whoever went while the others were told has been told, too.
      const here = some.filter((userId) => this.held.has(userId));
      const newcomers = (await this.script(COME, here)) ?? [];
      if (buried) for (const userId of newcomers) this.options.returned(userId);
    }
  }

  private forgetGone(): void {
    if (this.differs) return;
    const long = Date.now() - this.options.graceMs - 2 * BEAT_EVERY_MS;
    for (const [userId, at] of this.gone) if (at < long) this.gone.delete(userId);
  }
}
