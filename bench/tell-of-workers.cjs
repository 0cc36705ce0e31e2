/** Loaded into the primary of several workers: tells the bench of each that takes connections. */
const cluster = require('node:cluster');

if (cluster.isPrimary)
  cluster.on('listening', (worker, { port }) => {
    if (port === Number(process.env.PORT)) process.send?.({ worker: worker.process.pid });
  });
