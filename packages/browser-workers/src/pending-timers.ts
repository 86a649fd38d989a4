// Which timers a worker has set. A worker of a page does not end by itself when nothing is left to do, so that is found out here, as far
// as it can be: by timers. Requests and the like that nobody awaits are not known.

import { later } from "@everycore/pool/worker";

interface TimerHost {
  setTimeout(handler: TimerHandler, ms?: number, ...args: unknown[]): number;
  setInterval(handler: TimerHandler, ms?: number, ...args: unknown[]): number;
  clearTimeout(id?: number): void;
  clearInterval(id?: number): void;
}

/** Counts the timers of a global scope, from its making on. */
export class PendingTimers {
  readonly #pending = new Set<number>();
  #whenNone: (() => void) | undefined;

  constructor(scope: unknown) {
    const host = scope as TimerHost;
    const { setTimeout, setInterval, clearTimeout, clearInterval } = host;
    host.setTimeout = (handler, ms, ...args) => {
      if (typeof handler !== "function") return setTimeout.call(host, handler, ms);
      const id: number = setTimeout.call(host, () => this.#run(id, () => handler(...args)), ms);
      return this.#add(id);
    };
    host.setInterval = (handler, ms, ...args) => this.#add(setInterval.call(host, handler, ms, ...args));
    // Either clears both kinds, as ever.
    host.clearTimeout = (id) => this.#clear(id, () => clearTimeout.call(host, id));
    host.clearInterval = (id) => this.#clear(id, () => clearInterval.call(host, id));
  }

  get areNone(): boolean {
    return this.#pending.size === 0;
  }

  /** Calls back when no timer is pending, at once if none is. */
  whenNone(callback: () => void): void {
    this.#whenNone = callback;
    this.#look();
  }

  #add(id: number): number {
    this.#pending.add(id);
    return id;
  }

  #run(id: number, handler: () => void): void {
    this.#pending.delete(id);
    try {
      handler();
    } finally {
      // What the handler has thrown, or planned for the end of this turn, comes first.
      if (this.#whenNone) later(() => this.#look());
    }
  }

  #clear(id: number | undefined, clear: () => void): void {
    clear();
    if (id !== undefined && this.#pending.delete(id)) this.#look();
  }

  #look(): void {
    if (!this.areNone) return;
    this.#whenNone?.();
    this.#whenNone = undefined;
  }
}
