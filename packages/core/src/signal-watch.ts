// One listener per signal, however many tasks share it: a listener per task would make platforms warn of a leak.

import { onAbort } from "./waiting.js";

interface Watch {
  readonly listeners: Set<() => void>;
  readonly stop: () => void;
}

/** Listens to signals on behalf of many tasks. */
export class SignalWatch {
  readonly #watches = new Map<AbortSignal, Watch>();

  /** Calls `listener` when `signal` fires; returns the function that ends it. */
  add(signal: AbortSignal, listener: () => void): () => void {
    const watch = this.#watches.get(signal) ?? this.#watch(signal);
    watch.listeners.add(listener);
    return () => {
      watch.listeners.delete(listener);
      if (watch.listeners.size === 0 && this.#watches.get(signal) === watch) {
        this.#watches.delete(signal);
        watch.stop();
      }
    };
  }

  #watch(signal: AbortSignal): Watch {
    const listeners = new Set<() => void>();
    const stop = onAbort(signal, () => {
      this.#watches.delete(signal);
      for (const listener of [...listeners]) listener();
    });
    const watch = { listeners, stop };
    this.#watches.set(signal, watch);
    return watch;
  }
}
