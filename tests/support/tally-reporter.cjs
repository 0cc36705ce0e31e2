/** Adds the run's numbers to the file that TEST_TALLY names, for .ci/run. */
const { appendFileSync } = require('node:fs');

module.exports = class TallyReporter {
  onRunComplete(_contexts, results) {
    if (!process.env.TEST_TALLY) return;
    // A file that could not run at all (it does not compile, a hook at its top threw) is a failure, too.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    appendFileSync(process.env.TEST_TALLY, `${results.numPassedTests} ${failed} ${skipped}\n`);
  }
};
