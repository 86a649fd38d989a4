// Parking: how a thread, or an async function in it, sleeps until a word of shared memory is announced to have changed.
// Everything else in this package is a protocol over words; this file is the only one that sleeps.
//
// Rules
//   1. Who waits reads the word first, then looks whether it has to wait at all, and parks with the value that it read. Who
//      changes something stores the word first and calls `wake` then. So a change is either seen, or followed by a wake-up.
//   2. A park may end for no reason. Whoever parked looks again.
//   3. In one thread there is at most one `Atomics.waitAsync` per word, whatever the number of async functions that wait for
//      it: a waitAsync cannot be taken back, so one per wait would pile up when waits are cancelled, and would swallow
//      wake-ups. A wake-up of `count` threads may be spent on a thread whose event loop is busy: therefore words that async
//      functions park on are always woken with `wakeAll`.
//   4. `Atomics.waitAsync` does not keep a process alive. While something waits, a timer does.
//   5. Where waitAsync is missing (some browsers, older Bun) or known to be late (Deno), the word is looked at every
//      1 to 16 ms instead. All protocols here change the word's value when they wake, so nothing is missed.

import { InvalidStateError, onAbort, startTimer } from "@everycore/core";

/** When a wait ends: a time of `performance.now()`, or `Infinity`. */
export type Deadline = number;

/** The deadline of a wait that may last this long. */
export function deadlineAfter(timeoutMs: number | undefined): Deadline {
  return timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : performance.now() + timeoutMs;
}

/** Wakes up to `count` threads that are parked on the word by `parkSync`; returns how many. */
export function wake(ints: Int32Array, index: number, count: number): number {
  return Atomics.notify(ints, index, count);
}

/** Wakes all that are parked on the word. */
export function wakeAll(ints: Int32Array, index: number): void {
  Atomics.notify(ints, index);
}

/** Changes a counter that waiters park on, and wakes them all. */
export function ring(ints: Int32Array, index: number): void {
  Atomics.add(ints, index, 1);
  Atomics.notify(ints, index);
}

/**
 * Blocks the thread until the word is woken; at once if it is not `expected`. False if the deadline passed.
 * `asyncForm` is named in the error that a thread gets that must not block.
 */
export function parkSync(
  ints: Int32Array,
  index: number,
  expected: number,
  deadline: Deadline,
  asyncForm: string,
): boolean {
  const ms = deadline - performance.now();
  if (ms <= 0) return false;
  try {
    return Atomics.wait(ints, index, expected, ms) !== "timed-out";
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InvalidStateError(`This thread must not block, as a page's own never may: await ${asyncForm} instead.`);
  }
}

/** Resolves when the word is woken, at once if it is not `expected`; to false if the deadline passed. Rejects with the signal's reason. */
export function parkAsync(
  ints: Int32Array,
  index: number,
  expected: number,
  deadline: Deadline,
  signal?: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const ms = deadline - performance.now();
    if (ms <= 0) return resolve(false);
    const stops: Array<() => void> = [];
    const end = (settle: () => void): void => {
      for (const stop of stops) stop();
      settle();
    };
    const woken = (): void => end(() => resolve(true));
    const spot = spotOf(ints, index);
    stops.push(spot.add(woken, expected));
    if (ms < Number.POSITIVE_INFINITY) stops.push(startTimer(ms, () => end(() => resolve(false))));
    if (signal) stops.push(onAbort(signal, () => end(() => reject(signal.reason))));
  });
}

type AsyncWait = (
  ints: Int32Array,
  index: number,
  value: number,
) => { async: false; value: string } | { async: true; value: Promise<string> };

const waitAsync = findWaitAsync();

function findWaitAsync(): AsyncWait | undefined {
  const late = "Deno" in globalThis;
  const found = (Atomics as unknown as { waitAsync?: AsyncWait }).waitAsync;
  return late || !found ? undefined : (ints, index, value) => found.call(Atomics, ints, index, value);
}

/** Those in this thread who wait for one word. */
class Spot {
  readonly #ints: Int32Array;
  readonly #index: number;
  readonly #waiters = new Set<() => void>();
  /** Whether a waitAsync is outstanding. */
  #armed = false;

  constructor(ints: Int32Array, index: number) {
    this.#ints = ints;
    this.#index = index;
  }

  /** Calls `woken` once, never before it returns; returns the function that leaves. */
  add(woken: () => void, expected: number): () => void {
    this.#waiters.add(woken);
    stayAlive();
    // Looked at after the waiter is in the list: what changes from here on is followed by a wake-up (rule 1).
    if (Atomics.load(this.#ints, this.#index) !== expected) queueMicrotask(() => this.#wakeOne(woken));
    else if (!this.#armed) this.#arm(expected);
    return () => this.#leave(woken);
  }

  #arm(expected: number): void {
    if (!waitAsync) return this.#poll(expected, 1);
    const wait = waitAsync(this.#ints, this.#index, expected);
    if (!wait.async) return queueMicrotask(() => this.#wakeAll());
    this.#armed = true;
    wait.value.then(() => {
      this.#armed = false;
      this.#wakeAll();
    });
  }

  /** Rule 5. */
  #poll(expected: number, ms: number): void {
    this.#armed = true;
    setTimeout(() => {
      const changed = Atomics.load(this.#ints, this.#index) !== expected;
      this.#armed = !changed && this.#waiters.size > 0;
      if (changed) this.#wakeAll();
      else if (this.#armed) this.#poll(expected, Math.min(2 * ms, 16));
    }, ms);
  }

  #wakeOne(woken: () => void): void {
    if (this.#waiters.has(woken)) woken();
  }

  #wakeAll(): void {
    for (const woken of [...this.#waiters]) woken();
  }

  #leave(woken: () => void): void {
    if (!this.#waiters.delete(woken)) return;
    letEnd();
    // Takes the outstanding waitAsync back, which would keep the memory alive. Others who wake look again (rule 2).
    if (this.#waiters.size === 0 && this.#armed && waitAsync) wakeAll(this.#ints, this.#index);
  }
}

const spots = new WeakMap<ArrayBufferLike, Map<number, Spot>>();

function spotOf(ints: Int32Array, index: number): Spot {
  const address = ints.byteOffset + 4 * index;
  const ofBuffer = spots.get(ints.buffer) ?? new Map<number, Spot>();
  if (ofBuffer.size === 0) spots.set(ints.buffer, ofBuffer);
  const spot = ofBuffer.get(address) ?? new Spot(ints, index);
  ofBuffer.set(address, spot);
  return spot;
}

const longestMs = 2 ** 31 - 1;
let waiting = 0;
let stopTimer: (() => void) | undefined;

/** Rule 4. */
function stayAlive(): void {
  if (waiting++ === 0) keepTimer();
}

function keepTimer(): void {
  stopTimer = startTimer(longestMs, keepTimer);
}

function letEnd(): void {
  if (--waiting === 0) stopTimer?.();
}
