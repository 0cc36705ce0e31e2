const Sequencer = require('@jest/test-sequencer').default;

/** Suites that take minutes: begun first, so that at the end no worker waits for one of them. */
const LONG = [/invariants\/exactness/, /permissions\/matrix/, /invariants\/faults-outage/];

const rank = ({ path }) => {
  const at = LONG.findIndex((long) => long.test(path));
  return at === -1 ? LONG.length : at;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((left, right) => rank(left) - rank(right));
  }
};
