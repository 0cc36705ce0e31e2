/** However little it took. */
const LEAST_MS = 5_000;
/** What is kept for so many times as long as it took to find out takes one part in so many of the database's time. */
const TIMES_ITS_COST = 20;

/** Asks again only after a while, and the longer the more it costs. Those who ask meanwhile share one answer. */
export function kept<T>(ask: () => Promise<T>): () => Promise<T> {
  let until = 0;
  let answer: Promise<T> | undefined;
  const forget = (): void => {
    answer = undefined;
  };
  return () => {
    const began = performance.now();
    if (answer && began < until) return answer;
    until = Infinity;
    answer = ask();
    answer.then(() => {
      const now = performance.now();
      until = now + Math.max(LEAST_MS, (now - began) * TIMES_ITS_COST);
    }, forget);
    return answer;
  };
}
