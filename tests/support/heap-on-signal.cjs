/** Loaded into a server whose memory is watched (`node --expose-gc -r`): collects garbage when told to, and writes what is left to `heap.txt`, in bytes. */
const { renameSync, writeFileSync } = require('node:fs');

process.on('SIGUSR2', () => {
  globalThis.gc();
  // What finalizers let go of.
  setImmediate(() => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync('heap.txt.new', String(heapUsed + external));
    renameSync('heap.txt.new', 'heap.txt');
  });
});
