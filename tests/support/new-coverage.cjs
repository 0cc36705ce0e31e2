/** What the test files of this worker have covered so far: of each source file its counters, 1 for what has run. */
const covered = new Map();

function note(path, { s, f, b }) {
  const counters = [...Object.values(s), ...Object.values(f), ...Object.values(b).flat()];
  const before = covered.get(path);
  if (!before) {
    covered.set(
      path,
      Uint8Array.from(counters, (count) => (count > 0 ? 1 : 0)),
    );
    return true;
  }
  let isNew = false;
  for (const [index, count] of counters.entries()) {
    if (count === 0 || before[index] === 1) continue;
    before[index] = 1;
    isNew = true;
  }
  return isNew;
}

/**
 * Takes out of what a test file has covered whatever tells nothing new. Every file covers a little of nearly all that there is, and
 * copying, sending and adding that up took as long as half of the tests. How often something has run is lost by it, whether it has is not.
 */
exports.keepNew = (coverage) => {
  for (const [path, counters] of Object.entries(coverage ?? {}))
    if (!note(path, counters)) delete coverage[path];
};
