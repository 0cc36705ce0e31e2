const { promisify } = require('node:util');
const { TestEnvironment } = require('jest-environment-node');
const { keepNew } = require('./new-coverage.cjs');

/**
 * Ends the timers that a file has left. An unref'd one (a limit's, that is forgotten in a day) holds up no process, but it holds
 * all that the file has loaded: file after file, until the worker has gigabytes and is slow from it.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.timers = [];
    for (const name of ['setTimeout', 'setInterval']) this.global[name] = this.remembering(this.global[name]);
  }

  remembering(start) {
    const remembered = (...parameters) => {
      const timer = start(...parameters);
      this.timers.push(new WeakRef(timer));
      return timer;
    };
    return Object.defineProperty(remembered, promisify.custom, { value: start[promisify.custom] });
  }

  handleTestEvent({ name }) {
    if (name === 'teardown') keepNew(this.global.__coverage__);
  }

  async teardown() {
    for (const timer of this.timers) clearTimeout(timer.deref());
    await super.teardown();
  }
};
