// What several of these tests need: a clean turn of the event loop, the collector, seeded numbers, futures that can be
// asked how many callbacks they hold.

import { getEventListeners } from "node:events";
import { Future } from "../src/index.js";

/** A turn of the event loop: every microtask that is due has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Collects garbage until `done()` holds; false if it does not come to hold. */
export async function collectUntil(done: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt++) {
    // A turn first: what `done` has looked at through a WeakRef is kept alive until the turn is over.
    await turn();
    globalThis.gc?.();
    await turn();
    if (done()) return true;
  }
  return false;
}

/** How many abort listeners a signal has. */
export function listenerCount(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").length;
}

/** A future that knows how many callbacks were added and not removed. */
export class CountingFuture<T> extends Future<T> {
  callbacks = 0;

  override addDoneCallback(callback: (future: Future<T>) => void): this {
    this.callbacks++;
    return super.addDoneCallback(callback);
  }

  override removeDoneCallback(callback: (future: Future<T>) => void): number {
    const removed = super.removeDoneCallback(callback);
    this.callbacks -= removed;
    return removed;
  }
}

/** Repeatable random numbers; print the seed with what they decide. */
export function seeded(seed: number): { next(): number; below(limit: number): number } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (limit) => Math.floor(next() * limit) };
}

/** The outcome of a promise, as data. */
export async function outcomeOf(promise: PromiseLike<unknown>): Promise<{ value: unknown } | { thrown: unknown }> {
  try {
    return { value: await promise };
  } catch (thrown) {
    return { thrown };
  }
}

/** What `call` throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}
