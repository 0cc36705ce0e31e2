import { RedisAway } from '../../../src/database/redis-away';
import type { Lapse } from '../../../src/services/presence/leases';
import { LEASE_MS } from '../../../src/services/presence/node-watch';
import { RedisLeases } from '../../../src/services/presence/redis-leases';
import { BEAT, COME, JUDGE } from '../../../src/services/presence/redis-leases.scripts';

const GRACE_MS = 30_000;
const MORE_THAN_ONE_SCRIPT = 501;

interface Asked {
  readonly script: string;
  readonly people: readonly string[];
  answer(lines: readonly string[] | null): void;
}

/** A Redis whose answers the test gives. */
class SlowRedis {
  readonly asked: Asked[] = [];
  isAway = false;
  /** who is somewhere, as far as it knows */
  readonly there = new Set<string>();
  readonly prefix = 'test';

  private readonly client = {
    eval: (script: string, { arguments: people }: { arguments: string[] }) =>
      new Promise((resolve) => this.asked.push({ script, people, answer: resolve })),
    hmGet: (_: string, ids: string[]) => Promise.resolve(ids.map((id) => (this.there.has(id) ? '1' : null))),
    zmScore: (_: string, ids: string[]) => Promise.resolve(ids.map(() => null)),
  };

  readonly run = (command: (client: never) => Promise<unknown>): Promise<unknown> => {
    if (this.isAway) return Promise.reject(new RedisAway('away'));
    const late = wait(1_000).then(() => Promise.reject(new RedisAway('late')));
    return Promise.race([command(this.client as never), late]);
  };

  async next(script: string): Promise<Asked> {
    for (;;) {
      await jest.advanceTimersByTimeAsync(100);
      const index = this.asked.findIndex((asked) => asked.script === script);
      if (index >= 0) return this.asked.splice(index, 1)[0] as Asked;
    }
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let redis: SlowRedis;
let leases: RedisLeases;
let returned: jest.Mock;
beforeEach(() => {
  returned = jest.fn();
  jest.useFakeTimers();
  redis = new SlowRedis();
  const logger = { debug: jest.fn(), error: jest.fn() };
  leases = new RedisLeases({
    redis: redis as never,
    node: 'one',
    graceMs: GRACE_MS,
    logger: logger as never,
    returned,
  });
});
afterEach(() => jest.useRealTimers());

test('a node is known before anybody comes to it', () => {
  void leases.take('ada', 'phone');
  expect(redis.asked.map(({ script }) => script)).toEqual([BEAT, COME]);
});

test('whoever goes while everybody is told to Redis again is not told as being here', async () => {
  (await redis.next(BEAT)).answer(['0', 'mark', String(Date.now())]);
  redis.isAway = true;
  const people = Array.from({ length: MORE_THAN_ONE_SCRIPT }, (_, number) => `person ${number}`);
  for (const person of people) await leases.take(person, 'phone');
  redis.isAway = false;
  (await redis.next(BEAT)).answer(['1', 'mark', String(Date.now())]);
  const first = await redis.next(COME);
  void leases.release(people.at(-1) ?? '', 'phone');
  first.answer([]);
  const second = await redis.next(COME);
  expect(first.people).toEqual(['one', ...people.slice(0, -1)]);
  expect(second.people).toEqual(['one']);
});

test('whoever came to a node that was given up is told to Redis after the next beat', async () => {
  (await redis.next(BEAT)).answer(['0', 'mark', String(Date.now())]);
  const taken = leases.take('ada', 'phone');
  (await redis.next(COME)).answer(null);
  expect(await taken).toBe(true);
  (await redis.next(BEAT)).answer(['0', 'mark', String(Date.now())]);
  expect((await redis.next(COME)).people).toEqual(['one', 'ada']);
});

test('that a node was given up is not forgotten while Redis answers late: its people are told of', async () => {
  (await redis.next(BEAT)).answer(['0', 'mark', String(Date.now())]);
  void leases.take('ada', 'phone');
  (await redis.next(COME)).answer(['ada']);
  const late = await redis.next(BEAT);
  await jest.advanceTimersByTimeAsync(1_500);
  late.answer(['0', 'mark', String(Date.now())]);
  expect(returned).not.toHaveBeenCalled();
  (await redis.next(BEAT)).answer(['1', 'mark', String(Date.now())]);
  const unanswered = await redis.next(COME);
  await jest.advanceTimersByTimeAsync(1_500);
  unanswered.answer(['ada']);
  expect(returned.mock.calls).toEqual([['ada']]);
  (await redis.next(BEAT)).answer(['1', 'mark', String(Date.now())]);
  (await redis.next(COME)).answer([]);
  (await redis.next(BEAT)).answer(['1', 'mark', String(Date.now())]);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(returned).toHaveBeenCalledTimes(1);
});

/** Answers beats until it is asked who is dead, and whose grace is over. */
async function judgement(): Promise<Asked> {
  let late: Asked | undefined;
  while (!late) {
    (await redis.next(BEAT)).answer(['1', 'mark', String(Date.now())]);
    await jest.advanceTimersByTimeAsync(100);
    late = redis.asked.find(({ script }) => script === JUDGE);
  }
  return late;
}

test('whose grace is over is told when Redis answers late, unless they are back', async () => {
  const lapses: Lapse[] = [];
  leases.onLapse((lapse) => lapses.push(lapse));
  const asked = await judgement();
  await jest.advanceTimersByTimeAsync(1_500);
  redis.there.add('bob');
  asked.answer(['ada', '5000', 'bob', '6000']);
  await jest.advanceTimersByTimeAsync(100);
  expect(lapses).toEqual([{ userId: 'ada', lastSeenAt: new Date(5_000) }]);
});

test('nobody is said to have gone before the others had a lease to come back in', async () => {
  const first = Date.now();
  await judgement();
  expect(Date.now() - first).toBeGreaterThanOrEqual(LEASE_MS);
});
