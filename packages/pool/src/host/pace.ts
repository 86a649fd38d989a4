// Which functions have proved to be quick. Where pool and worker share no memory a task that was sent cannot be taken back, so only tasks
// that are over before anybody could want them back are sent ahead.

import type { TaskReference } from "@everycore/core";

/** How many runs without a slow one make a function quick. */
const enoughRuns = 8;
/** One run that takes longer, and the function has to prove itself anew. */
const slowMs = 1;
/** The mean of the last runs that a quick function has. Clocks of pages may be as coarse as this. */
const quickMs = 0.1;

interface Pace {
  runs: number;
  meanMs: number;
}

/** See above. */
export class PaceBook {
  readonly #paces = new WeakMap<TaskReference, Pace>();

  /** A run is over. */
  ran(reference: TaskReference, runMs: number): void {
    const pace = this.#paces.get(reference) ?? { runs: 0, meanMs: 0 };
    pace.runs = runMs > slowMs ? 0 : pace.runs + 1;
    pace.meanMs += (runMs - pace.meanMs) / Math.min(Math.max(pace.runs, 1), 32);
    this.#paces.set(reference, pace);
  }

  /** Whether the next run will most likely be over in no time. */
  isQuick(reference: TaskReference): boolean {
    const pace = this.#paces.get(reference);
    return pace !== undefined && pace.runs >= enoughRuns && pace.meanMs <= quickMs;
  }
}
