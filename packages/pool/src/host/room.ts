// Back-pressure: how many tasks may be outstanding, and who waits for room.

import { checkWaitOptions, type WaitOptions, waitFor } from "@everycore/core";

/** Counts against a limit, and wakes those who wait for room, first come first served. */
export class Room {
  readonly #limit: number;
  readonly #waiters = new Set<{ resolve: () => void; reject: (error: unknown) => void }>();

  /** `limit`: how many tasks may be outstanding. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  isFull(outstanding: number): boolean {
    return outstanding >= this.#limit;
  }

  /** Resolves when fewer than `limit` are outstanding. */
  wait(outstanding: number, options: WaitOptions): Promise<void> {
    checkWaitOptions(options);
    if (!this.isFull(outstanding)) return Promise.resolve();
    return waitFor<void>(options, (resolve, reject) => {
      const waiter = { resolve: () => resolve(), reject };
      this.#waiters.add(waiter);
      return () => this.#waiters.delete(waiter);
    });
  }

  /** Tasks have ended: lets as many in as there is room for. */
  update(outstanding: number): void {
    if (this.#waiters.size === 0) return;
    let free = this.#limit - outstanding;
    for (const waiter of this.#waiters) {
      if (free-- <= 0) return;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Nobody will be let in any more. */
  close(error: Error): void {
    for (const waiter of [...this.#waiters]) waiter.reject(error);
    this.#waiters.clear();
  }
}
