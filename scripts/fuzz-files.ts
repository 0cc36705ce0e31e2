import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fuzzFiles } from '../tests/support/file-fuzzer';

/** `npm run fuzz:files [-- count [seed]]`: mutated files; the one that fails is kept, and its seed alone makes it again. */
async function main(): Promise<void> {
  const [count = '2000', seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2);
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-fuzz-'));
  console.log(`${count} mutated files from seed ${seed}`);
  const started = performance.now();
  const outcomes = await fuzzFiles(path.join(folder, 'file'), Number(seed), Number(count));
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log({
    ...outcomes,
    seconds: Math.round((performance.now() - started) / 1000),
    maxMegabytes: megabytes,
  });
  rmSync(folder, { recursive: true });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
