import fc from 'fast-check';
import { databaseKind } from '../../support/run';
import { newSeed } from '../../support/seed';
import { startTestServer } from '../../support/server';
import { COMMANDS, sequence } from './commands';
import { World, type Restartable } from './world';

/** Sequences on one node, in all suites together: each runs its share, so that they run at the same time. With those of two nodes CI sees 304. */
const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? { sqlite: 210, mysql: 70 }[databaseKind]);
const SUITES = 2;

interface Where {
  /** sequences */
  readonly runs?: number;
  readonly start?: () => Promise<Restartable>;
}

/** Restarts as a server does that is asked to. */
async function startOne(): Promise<Restartable> {
  const server = await startTestServer({ RATE_LIMITS: 'off' });
  return {
    get url() {
      return server.url;
    },
    get request() {
      return server.request;
    },
    mail: server.mail,
    home: server.home,
    database: () => server.database(),
    onStop: (close) => server.onStop(close),
    restart: () => server.restart(),
    prune: () => server.container.retention.sweep(),
    stop: () => server.stop(),
  };
}

/** The model as a test. @param suite which of the suites: each has sequences of its own */
export function testExactness(
  suite: number,
  file: string,
  { runs = Math.ceil(SEQUENCES / SUITES), start = startOne }: Where = {},
): void {
  const seed = Number(process.env.MODEL_SEED ?? newSeed() + suite * 7_919);
  let server: Restartable;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());

  test(
    `a client that applies its events, sync and changes equals a fresh fetch (${runs} sequences of ${COMMANDS} commands)`,
    async () => {
      process.stderr.write(`model seed ${seed}: replay with MODEL_SEED=${seed} npx jest ${file}\n`);
      await fc.assert(
        fc.asyncProperty(sequence, async (steps) => {
          const world = await World.make(server);
          try {
            await world.run(steps);
            await world.check();
          } finally {
            world.close();
          }
        }),
        {
          numRuns: runs,
          seed,
          endOnFailure: process.env.MODEL_SHRINK !== '1',
          path: process.env.MODEL_PATH,
        },
      );
    },
    20 * 60_000,
  );
}
