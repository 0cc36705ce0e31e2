// On MySQL the tests of sockets run with their clients spread over two nodes; SQLite's run has them on one. `TEST_NODES=1` has them on one here, too.
if (expect.getState().testPath?.includes('/tests/sockets/')) process.env.TEST_NODES ??= '2';
