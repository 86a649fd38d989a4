// Whether a function has proved to be quick. Where pool and worker share no memory a task that was sent cannot be taken back, so only tasks
// that are over before anybody could want them back are sent ahead.

/** How many runs without a slow one make a function quick. */
const enoughRuns = 8;
/** One run that takes longer, and the function has to prove itself anew. */
const slowMs = 1;
/** The mean of the last runs that a quick function has. Clocks of pages may be as coarse as this. */
const quickMs = 0.1;

/** The pace of one function. */
export class Pace {
  #runs = 0;
  #meanMs = 0;

  /** A run is over. */
  ran(runMs: number): void {
    this.#runs = runMs > slowMs ? 0 : this.#runs + 1;
    this.#meanMs += (runMs - this.#meanMs) / Math.min(Math.max(this.#runs, 1), 32);
  }

  /** Whether the next run will most likely be over in no time. */
  get isQuick(): boolean {
    return this.#runs >= enoughRuns && this.#meanMs <= quickMs;
  }
}
