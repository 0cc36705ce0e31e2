import { fuzzRequests } from '../support/fuzz/run-requests';
import { startProcessServer, type ProcessServer } from '../support/process-server';
import { liveMiB, residentMiB, WATCHED_MEMORY } from '../support/resident';
import { newSeed } from '../support/seed';

const CASES = Number(process.env.FUZZ_CASES ?? 2_000);
/** Until what is loaded at the first use is loaded, and pools are full. */
const WARM_UP = 600;
/** Of what is left when garbage is collected. */
const MAX_GROWTH_MIB = 32;

let server: ProcessServer;
beforeAll(async () => {
  server = await startProcessServer({ RATE_LIMITS: 'off', LOG_LEVEL: 'error' }, WATCHED_MEMORY);
});
afterAll(() => server.stop());

test(
  `${CASES} requests, valid, nearly valid and hostile, are answered as the document says`,
  async () => {
    const seed = Number(process.env.FUZZ_SEED ?? newSeed());
    process.stderr.write(`requests from seed ${seed}; again: FUZZ_SEED=${seed} npm run fuzz\n`);
    await fuzzRequests(server, seed + 1_000_000, WARM_UP);
    const before = await liveMiB(server);
    const statuses = await fuzzRequests(server, seed, CASES);
    const growth = (await liveMiB(server)) - before;
    process.stderr.write(
      `${JSON.stringify(statuses)}, ${growth.toFixed()} MiB more than ${before.toFixed()}, ${(await residentMiB(server)).toFixed()} with garbage\n`,
    );
    expect(growth).toBeLessThan(MAX_GROWTH_MIB);
    // Neither all refused nor all let in.
    expect(statuses[200]).toBeGreaterThan(CASES / 20);
    expect(statuses[400]).toBeGreaterThan(CASES / 20);
    // Whatever it stumbles over, it says; whatever nobody catches ends it.
    expect(server.output).toBe('');
    await server.request.get('/health/ready').expect(200);
  },
  30 * 60_000,
);
