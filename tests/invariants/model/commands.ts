import fc from 'fast-check';

/** Small numbers choose among what there is: people, devices, chats, keys. */
const pick = fc.nat({ max: 9 });

/** Whom a text calls: one of the people, or everybody. */
const calls = fc.option(pick, { freq: 3, nil: undefined });

const rarely = fc.nat({ max: 3 }).map((one) => one === 0);

const manyKinds = fc.constantFrom('group' as const, 'channel' as const);

const command = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      device: pick,
      chat: pick,
      repeat: fc.boolean(),
      answers: fc.option(pick, { freq: 4, nil: undefined }),
      files: fc.option(pick, { freq: 3, nil: undefined }),
      wordless: fc.boolean(),
      calls,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('forward' as const),
      device: pick,
      chat: pick,
      back: pick,
      to: pick,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('open' as const), device: pick, other: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('join' as const), device: pick, chat: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), device: pick, chat: pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('read' as const), device: pick, chat: pick, back: pick }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), device: pick, chat: pick, back: pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('my' as const), device: pick, chat: pick, flag: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('clear' as const), device: pick, chat: pick, back: pick }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), device: pick, chat: pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      device: pick,
      chat: pick,
      back: pick,
      empty: fc.boolean(),
      calls,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('erase' as const), device: pick, chat: pick, back: pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('hide' as const), device: pick, chat: pick, back: pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pin' as const),
      device: pick,
      chat: pick,
      back: pick,
      off: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('react' as const),
      device: pick,
      chat: pick,
      back: pick,
      smile: fc.boolean(),
      off: rarely,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('block' as const), device: pick, other: pick, off: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('found' as const), device: pick, kind: manyKinds }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add' as const), device: pick, chat: pick, other: pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('expel' as const), device: pick, chat: pick, other: pick }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('ban' as const),
      device: pick,
      chat: pick,
      other: pick,
      off: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('promote' as const),
      device: pick,
      chat: pick,
      other: pick,
      off: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('entitle' as const), device: pick, chat: pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hand over' as const), device: pick, chat: pick, other: pick }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('prune' as const), device: pick, chat: pick, back: pick }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lose' as const), device: pick, events: pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('disconnect' as const), device: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('connect' as const), device: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sync' as const), device: pick }) },
);

export type Command = typeof command extends fc.Arbitrary<infer One> ? One : never;

/** What happens at the same moment, or the server's restart. */
export type Step = readonly Command[] | 'restart';

export const COMMANDS = 40;

/**
 * Forty commands, some of them at the same moment, and now and then a restart of the server. Small numbers are not preferred: everybody
 * would be the first person, in the first chat.
 */
export const sequence: fc.Arbitrary<Step[]> = fc
  .noBias(
    fc.tuple(
      fc.array(command, { minLength: COMMANDS, maxLength: COMMANDS }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: COMMANDS, maxLength: COMMANDS }),
      fc.option(fc.nat({ max: 15 }), { freq: 3, nil: undefined }),
    ),
  )
  .map(([commands, sizes, restartAt]) => {
    const steps: Step[] = [];
    for (let next = 0; next < commands.length;) {
      const size = sizes[steps.length] ?? 1;
      steps.push(commands.slice(next, next + size));
      next += size;
    }
    if (restartAt !== undefined) steps.splice(Math.min(restartAt, steps.length), 0, 'restart');
    return steps;
  });
