/** Loaded into the measured servers (`node --expose-gc -r`): collects garbage when it is told to. */
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
});
