import { fuzzEvents, fuzzPackets } from '../support/fuzz/run-events';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { liveMiB, residentMiB, WATCHED_MEMORY } from '../support/resident';
import { newSeed } from '../support/seed';

const CASES = Number(process.env.FUZZ_CASES ?? 2_000);
/** Cases, until what is loaded at the first use is loaded, and pools are full. */
const WARM_UP = 600;
/** Of what is left when garbage is collected. */
const MAX_GROWTH_MIB = 32;

let server: ProcessServer;
const seed = Number(process.env.FUZZ_SEED ?? newSeed());
beforeAll(async () => {
  process.stderr.write(`events from seed ${seed}; again: FUZZ_SEED=${seed} npm run fuzz\n`);
  server = await startProcessServer({ RATE_LIMITS: 'off', LOG_LEVEL: 'error' }, WATCHED_MEMORY);
});
// Whatever it stumbles over, it says; whatever nobody catches ends it.
afterEach(async () => {
  expect(server.output).toBe('');
  await server.request.get('/health/ready').expect(200);
});
afterAll(() => server.stop());

jest.setTimeout(30 * 60_000);

test(`${CASES} events, valid, nearly valid and hostile, are acknowledged as the documents say`, async () => {
  await fuzzEvents(server, seed + 1_000_000, WARM_UP);
  const before = await liveMiB(server);
  const outcomes = await fuzzEvents(server, seed, CASES);
  const growth = (await liveMiB(server)) - before;
  process.stderr.write(
    `${JSON.stringify(outcomes)}, ${growth.toFixed()} MiB more than ${before.toFixed()}, ${(await residentMiB(server)).toFixed()} with garbage\n`,
  );
  expect(growth).toBeLessThan(MAX_GROWTH_MIB);
  expect(outcomes.accepted).toBeGreaterThan(CASES / 10);
  expect(outcomes.refused).toBeGreaterThan(CASES / 10);
});

test(`${CASES / 4} connections that say what no client would harm nobody else`, async () => {
  await fuzzPackets(server, seed, CASES / 4);
});
