import type { Redis } from '../../database/redis';
import { newId } from '../../helpers/ids';
import type { Logger } from '../../helpers/logger';
import type { Lapse, PresenceLeases } from './leases';
import { BEAT_EVERY_MS, NodeWatch } from './node-watch';
import { BEAT, COME, GO, JUDGE, LEAVE } from './redis-leases.scripts';

/** A judgement that reaches Redis later is void: others may have come back meanwhile. */
const JUDGEMENT_MS = 1_000;
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

/** As scripts answer: one, what belongs to it, the next one, … */
const pairsOf = (answer: readonly string[]): [string, string][] =>
  answer.flatMap((one, index) => (index % 2 === 0 ? [[one, answer[index + 1] ?? '']] : []));

const lapsesOf = (due: readonly string[]): Lapse[] =>
  pairsOf(due).map(([userId, at]) => ({ userId, lastSeenAt: new Date(Number(at)) }));

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
  private readonly watch = new NodeWatch();
  private mark: string | undefined;
  /** Redis may not know what is here */
  private differs = false;
  /** this node was given up, and the others may have been told that its people went */
  private wasBuried = false;
  private work: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly graces = new Set<NodeJS.Timeout>();
  private listener: (lapse: Lapse) => void = () => undefined;
  private closed = false;

  constructor(private readonly options: Options) {
    const key = (name: string): string => `${options.redis.prefix}:presence:${name}`;
    this.herePrefix = key('here:');
    const here = this.herePrefix + options.node;
    this.keys = [...['nodes', 'devices', 'people', 'graces'].map(key), here, key('mark')];
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
    const newcomers = await this.come([userId]);
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

  /** @returns who was offline until now; `undefined` when Redis was away, or has buried this node: it is told after the next beat */
  private async come(userIds: readonly string[]): Promise<string[] | undefined> {
    const newcomers = await this.script(COME, [this.options.node, ...userIds]);
    if (newcomers) return newcomers;
    this.differs = true;
    return undefined;
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
    const devices = [...this.held.values()].reduce((sum, here) => sum + here.size, 0);
    const args = [this.options.node, String(devices), newId()];
    const answer = await this.script(BEAT, args, (late) => this.hear(late));
    if (!answer) return;
    const [, , time = '', ...beats] = answer;
    this.watch.look(Number(time), new Map(pairsOf(beats)));
    this.hear(answer);
    if (this.differs) await this.restore();
    if (this.watch.mayJudge) await this.judge(time);
    this.forgetGone();
  }

  /** What a beat says of this node, also when it was answered late: the next one says that it is known. */
  private hear([known, mark]: readonly string[]): void {
    // Redis has forgotten everybody: they are told to it, but nobody had gone.
    const forgot = this.mark !== undefined && this.mark !== mark;
    const buried = this.mark !== undefined && known === '0' && !forgot;
    this.mark = mark;
    this.differs ||= forgot || buried;
    this.wasBuried ||= buried;
  }

  /** @param time of the beat by which it is judged */
  private async judge(time: string): Promise<void> {
    const numbers = [JUDGEMENT_MS, this.options.graceMs].map(String);
    const dead = this.watch.dead.flatMap(({ node, beat, goneAt }) => [node, beat, String(goneAt)]);
    const args = [time, ...numbers, this.herePrefix, String(MAX_LAPSES), ...dead];
    const due = await this.script(JUDGE, args, (late) => void this.lapseLate(lapsesOf(late)));
    for (const lapse of lapsesOf(due ?? [])) this.lapse(lapse);
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

  private async restore(): Promise<void> {
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
      const newcomers = await this.come(here);
      // Without an answer nobody knows who was new: whoever is told twice was there all the time.
      if (this.wasBuried) for (const userId of newcomers ?? here) this.options.returned(userId);
    }
    if (!this.differs) this.wasBuried = false;
  }

  private forgetGone(): void {
    if (this.differs) return;
    const long = Date.now() - this.options.graceMs - 2 * BEAT_EVERY_MS;
    for (const [userId, at] of this.gone) if (at < long) this.gone.delete(userId);
  }
}
