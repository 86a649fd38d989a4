// The line of async functions in one thread that wait for the same thing: first come, first served, and one at a time tries.

import { onAbort, startTimer } from "@everycore/core";
import type { Deadline } from "./park.js";

/** Who is in: the head, whose turn it is, and those behind it. */
export class WaitingLine {
  /** One call per waiter behind the head, which makes it the head. */
  readonly #behind = new Set<() => void>();
  #hasHead = false;

  get isEmpty(): boolean {
    return !this.#hasHead;
  }

  /** Resolves to true when it is the caller's turn: it must `leave()` then. To false when the deadline passed; rejects with the signal's reason. */
  enter(deadline: Deadline, signal?: AbortSignal | undefined): Promise<boolean> | true {
    if (!this.#hasHead) {
      this.#hasHead = true;
      return true;
    }
    const ms = deadline - performance.now();
    if (ms <= 0) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const stops: Array<() => void> = [];
      const end = (settle: () => void): void => {
        this.#behind.delete(turn);
        for (const stop of stops) stop();
        settle();
      };
      const turn = (): void => end(() => resolve(true));
      this.#behind.add(turn);
      if (ms < Number.POSITIVE_INFINITY) stops.push(startTimer(ms, () => end(() => resolve(false))));
      if (signal) stops.push(onAbort(signal, () => end(() => reject(signal.reason))));
    });
  }

  /** The head is done: the next one's turn. */
  leave(): void {
    const [next] = this.#behind;
    if (next) next();
    else this.#hasHead = false;
  }
}
