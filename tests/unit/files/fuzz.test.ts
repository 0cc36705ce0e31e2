import { fuzzFiles } from '../../support/file-fuzzer';
import { newSeed } from '../../support/seed';
import { written } from './inspecting';

test('300 mutated files are accepted or refused, and nothing else happens', async () => {
  const seed = newSeed();
  console.log(`mutated files from seed ${seed}; again: npm run fuzz:files -- 300 ${seed}`);
  const before = process.memoryUsage().rss;
  const { accepted, refused } = await fuzzFiles(await written(''), seed, 300);
  expect(accepted + refused).toBe(300);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(400);
});
