import {
  GroupCommit,
  type GroupCommitOptions,
  type Outcome,
} from '../../../src/services/messages/group-commit';
import { AppError, errors } from '../../../src/helpers/errors';

type Commit = GroupCommitOptions<string, string>['commit'];

const stored = (batch: readonly string[]): Outcome<string>[] =>
  batch.map((command) => ({ result: `${command}!` }));
const deadlock = (): Error => Object.assign(new Error('deadlock'), { errno: 1213 });
const connectionLost = (): Error => Object.assign(new Error('socket closed'), { errno: 45009, fatal: true });

/** A database that does as it is told, and a note of what it was asked. */
function queueOn(commit: Commit, options: Partial<GroupCommitOptions<string, string>> = {}) {
  const batches: string[][] = [];
  const published: string[] = [];
  const queue = new GroupCommit<string, string>({
    commit: (batch, patient) => {
      batches.push([...batch]);
      return commit(batch, patient);
    },
    groupOf: (command) => command.charAt(0),
    goesWith: (command, first) => command.startsWith('act') === first.startsWith('act'),
    committed: (result) => published.push(result),
    bytesOf: (command) => command.length,
    maxBatch: 3,
    maxBatchBytes: 1000,
    maxQueue: 100,
    deadlineMs: 2_000,
    ...options,
  });
  return { queue, batches, published };
}

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

test('commands of one tick share a batch, and the next gathers while it is committed', async () => {
  const { queue, batches, published } = queueOn((batch) => Promise.resolve(stored(batch)));
  await expect(Promise.all(['a', 'b', 'c', 'd'].map((command) => queue.submit(command)))).resolves.toEqual([
    'a!',
    'b!',
    'c!',
    'd!',
  ]);
  expect(batches).toEqual([['a', 'b', 'c'], ['d']]);
  expect(published).toEqual(['a!', 'b!', 'c!', 'd!']);
});

test('a batch is closed by its bytes, but a lone large command goes through', async () => {
  const { queue, batches } = queueOn((batch) => Promise.resolve(stored(batch)), { maxBatchBytes: 4 });
  await Promise.all(['aa', 'bb', 'cc', 'far too long'].map((command) => queue.submit(command)));
  expect(batches).toEqual([['aa', 'bb'], ['cc'], ['far too long']]);
});

test('a batch holds only what goes together, and the order stays', async () => {
  const { queue, batches } = queueOn((batch) => Promise.resolve(stored(batch)));
  await Promise.all(['a', 'b', 'act1', 'act2', 'c'].map((command) => queue.submit(command)));
  expect(batches).toEqual([['a', 'b'], ['act1', 'act2'], ['c']]);
});

test('a refusal fails its own command only, and is not published', async () => {
  const { queue, published } = queueOn((batch) =>
    Promise.resolve(
      batch.map((command) => (command === 'b' ? { refusal: errors.notFound('chat') } : { result: command })),
    ),
  );
  const answers = await Promise.allSettled(['a', 'b', 'c'].map((command) => queue.submit(command)));
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(published).toEqual(['a', 'c']);
});

test('a deadlock repeats the whole batch, three times at most', async () => {
  let failures = 3;
  const { queue, batches } = queueOn((batch) =>
    failures-- > 0 ? Promise.reject(deadlock()) : Promise.resolve(stored(batch)),
  );
  await expect(Promise.all([queue.submit('a'), queue.submit('b')])).resolves.toEqual(['a!', 'b!']);
  expect(batches).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('a group whose lock is not to be had fails as a whole, its neighbours are stored in order, and waiting has an end', async () => {
  const waits: boolean[] = [];
  const { queue, batches, published } = queueOn(
    async (batch, patient) => {
      waits.push(patient);
      if (!batch.some((command) => command.startsWith('x'))) return stored(batch);
      if (patient) await new Promise((resolve) => setTimeout(resolve, 1_000));
      throw deadlock();
    },
    { maxBatch: 100, deadlineMs: 5_000 },
  );
  const commands = ['a1', 'x1', 'b1', 'a2', 'x2', 'c1', 'a3', 'x3'];
  const answers = await Promise.all(commands.map((command) => codeOf(queue.submit(command))));
  expect(answers).toEqual(commands.map((command) => (command.startsWith('x') ? 'unavailable' : 'no error')));
  expect(published.filter((result) => result.startsWith('a'))).toEqual(['a1!', 'a2!', 'a3!']);
  expect(batches.slice(0, 4)).toEqual([commands, commands, commands, commands]);
  expect(waits.slice(0, 4)).toEqual([true, true, false, false]);
});

test('a lost connection repeats the batch until it is through', async () => {
  let failures = 4;
  const { queue, batches } = queueOn((batch) =>
    failures-- > 0 ? Promise.reject(connectionLost()) : Promise.resolve(stored(batch)),
  );
  await expect(queue.submit('a')).resolves.toBe('a!');
  expect(batches).toHaveLength(5);
});

test('past the deadline the sender is told that the outcome is unknown, and the queue goes on living', async () => {
  let away = true;
  const { queue, batches } = queueOn(
    (batch) => (away ? Promise.reject(connectionLost()) : Promise.resolve(stored(batch))),
    {
      deadlineMs: 300,
    },
  );
  expect(await codeOf(queue.submit('a'))).toBe('unavailable');
  away = false;
  await expect(queue.submit('b')).resolves.toBe('b!');
  expect(batches.at(-1)).toEqual(['b']);
});

test('a commit that hangs past the deadline is answered for, and published when it succeeds after all', async () => {
  let finish = (): void => undefined;
  const { queue, published } = queueOn(
    (batch) => new Promise((resolve) => (finish = () => resolve(stored(batch)))),
    { deadlineMs: 200 },
  );
  expect(await codeOf(queue.submit('a'))).toBe('unavailable');
  finish();
  await queue.close();
  expect(published).toEqual(['a!']);
});

test('a poisonous command fails alone: its neighbours are stored, in order', async () => {
  const { queue, published } = queueOn(
    (batch) =>
      batch.includes('poison') ? Promise.reject(new Error('bad data')) : Promise.resolve(stored(batch)),
    { maxBatch: 100 },
  );
  const commands = Array.from({ length: 100 }, (_, index) => (index === 37 ? 'poison' : `m${index}`));
  const answers = await Promise.all(commands.map((command) => codeOf(queue.submit(command))));
  expect(answers.filter((answer) => answer !== 'no error')).toEqual(['internal']);
  expect(published).toEqual(
    commands.filter((command) => command !== 'poison').map((command) => `${command}!`),
  );
});

test('a full queue refuses at once, and what it holds is still stored', async () => {
  const { queue } = queueOn((batch) => Promise.resolve(stored(batch)), { maxQueue: 2 });
  const held = [queue.submit('a'), queue.submit('b')];
  const refused = queue.submit('c');
  expect(await codeOf(refused)).toBe('unavailable');
  await expect(Promise.all(held)).resolves.toEqual(['a!', 'b!']);
});

test('closing waits for what was taken and takes no more', async () => {
  const { queue } = queueOn((batch) => Promise.resolve(stored(batch)));
  const taken = queue.submit('a');
  const closing = queue.close();
  expect(await codeOf(queue.submit('b'))).toBe('unavailable');
  await closing;
  await expect(taken).resolves.toBe('a!');
});

test('a lock that is held is waited for once, not again by every batch that asks for it', async () => {
  const patience: boolean[] = [];
  const held = new Set(['held']);
  const queue = new GroupCommit<string, string>({
    commit: (batch, patient) => {
      patience.push(patient);
      return batch.some((command) => held.has(command))
        ? Promise.reject(deadlock())
        : Promise.resolve(stored(batch));
    },
    committed: () => undefined,
    groupOf: (command) => command,
    goesWith: () => true,
    bytesOf: () => 1,
    maxBatch: 10,
    maxBatchBytes: 1000,
    maxQueue: 100,
    deadlineMs: 5_000,
  });
  expect(await codeOf(queue.submit('held'))).toBe('unavailable');
  patience.length = 0;
  const [again, free] = [queue.submit('held'), queue.submit('free')];
  expect(await codeOf(again)).toBe('unavailable');
  await expect(free).resolves.toBe('free!');
  expect(patience).not.toContain(true);
});

test('a busy group is committed in shares, in order, and a quiet one behind it does not wait for them', async () => {
  const { queue, batches, published } = queueOn((batch) => Promise.resolve(stored(batch)), {
    maxBatch: 200,
    maxQueue: 200,
  });
  const busy = Array.from({ length: 100 }, (_, index) => `b${index}`);
  const commands = [...busy, 'quiet', 'rare'];
  await expect(Promise.all(commands.map((command) => queue.submit(command)))).resolves.toHaveLength(102);
  expect(batches[0]).toEqual([...busy.slice(0, 50), 'quiet', 'rare']);
  expect(batches.flat().filter((command) => command.startsWith('b'))).toEqual(busy);
  expect(published.filter((result) => result.startsWith('b'))).toEqual(busy.map((command) => `${command}!`));
  expect(batches.every((batch) => batch.length > 0)).toBe(true);
});

test('nothing of a group overtakes what it said before: not an act behind its share, nor what its bytes hold back', async () => {
  const { queue, batches } = queueOn((batch) => Promise.resolve(stored(batch)), {
    maxBatch: 50,
    maxBatchBytes: 120,
    maxQueue: 1_000,
    goesWith: (command, first) => command.endsWith('act') === first.endsWith('act'),
  });
  const said = Array.from({ length: 400 }, (_, index) => {
    const group = index % 7 === 0 ? 'q' : 'b';
    const ending = index % 45 === 44 ? 'act' : index % 31 === 30 ? 'x'.repeat(100) : '';
    return `${group}${index}${ending}`;
  });
  await Promise.all(said.map((command) => queue.submit(command)));
  for (const group of ['b', 'q'])
    expect(batches.flat().filter((command) => command.startsWith(group))).toEqual(
      said.filter((command) => command.startsWith(group)),
    );
  expect(batches.every((batch) => batch.length > 0 && batch.length <= 50)).toBe(true);
  for (const batch of batches) expect(new Set(batch.map((command) => command.endsWith('act'))).size).toBe(1);
});
