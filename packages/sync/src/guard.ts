// What an acquirer gets: it gives back, once.

/**
 * A lock or permit that is held, to be released once. Made for `using`, which releases it however the block is left.
 *
 * @example
 * ```ts
 * using guard = await lock.acquire();
 * ```
 */
export class Guard implements Disposable {
  #release: (() => void) | undefined;

  constructor(release: () => void) {
    this.#release = release;
  }

  /** Gives back what is held. Later calls do nothing. */
  release(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
