// How long work takes, measured in the same way by all apps.

const mostRepeats = 5;

/**
 * Short work is done several times, and the fastest counts: the others measure the compiler and the neighbours. Runs that take less
 * than `enoughMs` together are repeated, up to five times.
 */
export async function timeFastest<T>(work: () => Promise<T>, enoughMs = 400): Promise<{ outcome: T; timeMs: number }> {
  const start = performance.now();
  let timeMs = Number.POSITIVE_INFINITY;
  for (let repeat = 1; ; repeat++) {
    const begin = performance.now();
    const outcome = await work();
    const end = performance.now();
    timeMs = Math.min(timeMs, end - begin);
    if (end - start > enoughMs || repeat === mostRepeats) return { outcome, timeMs };
  }
}
