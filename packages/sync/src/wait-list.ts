// Those who wait for a notification: a list in shared memory in which each wait, blocking or async, of whatever thread, has a
// slot of its own. So `notify(n)` wakes exactly n, the oldest first, and a wake-up is never spent on somebody else.
//
// State of a slot   meaning
//   free            nobody's
//   claimed         somebody is filling it in
//   waiting         a wait that was not notified
//   notified        a wait that was; the one who waits has not seen it yet
//
// Rules
//   1. free → claimed → waiting is the one's who waits, before it releases the mutex: who takes the mutex then sees it.
//   2. waiting → notified by compare-and-swap, by `notify`, which then wakes the slot's word.
//   3. waiting → free by compare-and-swap, by the one who waits, when its deadline has passed or its signal fired. If it fails, it
//      was notified, and its wait has succeeded: so none of n notifications is lost to a wait that ends early.
//   4. notified → free is the one's who waited.
//   5. The slot of a thread that has ended is passed over by `notify`, and freed.
// No rule needs two stores at once: a thread may end anywhere in here, and the list is still good.

import { rangeError } from "@everycore/core";
import { type Deadline, parkAsync, parkSync, wakeAll } from "./park.js";
import type { Region } from "./region.js";

const states = { free: 0, claimed: 1, waiting: 2, notified: 3 } as const;
const header = { top: 0, ticket: 1 } as const;
const headerWords = 2;
const fields = { state: 0, ticket: 1, holder: 2 } as const;
const slotWords = 3;

/** How many waits a list holds at a time unless it is told otherwise. */
const defaultCapacity = 1024;

/** How many words a list takes. */
export function waitListWords(capacity: number = defaultCapacity): number {
  return headerWords + slotWords * capacity;
}

/** A list of waits in a region, as one thread sees it. */
export class WaitList {
  readonly #region: Region;
  readonly #ints: Int32Array;
  readonly #word: number;
  readonly #capacity: number;

  constructor(region: Region, word: number, capacity: number = defaultCapacity) {
    this.#region = region;
    this.#ints = region.ints;
    this.#word = word;
    this.#capacity = capacity;
  }

  /** How many wait and were not notified. */
  get size(): number {
    return this.#waiting().length;
  }

  /** Rule 1: a slot for a wait of this thread. Throws RangeError when there is none. */
  join(): number {
    for (let slot = this.#word + headerWords, n = 0; n < this.#capacity; n++, slot += slotWords) {
      if (!this.#swap(slot, states.free, states.claimed)) continue;
      this.#raiseTop(n + 1);
      Atomics.store(this.#ints, slot + fields.ticket, Atomics.add(this.#ints, this.#word + header.ticket, 1));
      Atomics.store(this.#ints, slot + fields.holder, this.#region.holders.me);
      Atomics.store(this.#ints, slot, states.waiting);
      return slot;
    }
    throw rangeError(`The number of waits for ${this.#region.label}`, `at most ${this.#capacity}`, this.#capacity + 1);
  }

  /** Blocks until the slot is notified; false if the deadline passed before. The slot is free afterwards. */
  parkSync(slot: number, deadline: Deadline, asyncForm: string): boolean {
    try {
      while (Atomics.load(this.#ints, slot) === states.waiting) {
        if (!parkSync(this.#ints, slot, states.waiting, deadline, asyncForm)) break;
      }
    } catch (error) {
      this.leave(slot);
      throw error;
    }
    return this.leave(slot);
  }

  /** Waits until the slot is notified; false if the deadline passed before. Rejects with the signal's reason. The slot is free afterwards. */
  async parkAsync(slot: number, deadline: Deadline, signal?: AbortSignal | undefined): Promise<boolean> {
    try {
      while (Atomics.load(this.#ints, slot) === states.waiting) {
        if (!(await parkAsync(this.#ints, slot, states.waiting, deadline, signal))) break;
      }
    } catch (reason) {
      if (this.leave(slot)) return true;
      throw reason;
    }
    return this.leave(slot);
  }

  /** Rules 3 and 4: ends a wait; whether it was notified. */
  leave(slot: number): boolean {
    if (this.#swap(slot, states.waiting, states.free)) return false;
    Atomics.store(this.#ints, slot, states.free);
    return true;
  }

  /** Rule 2: wakes the `count` oldest; returns how many. */
  notify(count: number): number {
    let notified = 0;
    for (const slot of this.#waiting()) {
      if (notified >= count) break;
      if (this.#hasEnded(slot)) this.#swap(slot, states.waiting, states.free);
      else if (this.#swap(slot, states.waiting, states.notified)) {
        wakeAll(this.#ints, slot);
        notified++;
      }
    }
    return notified;
  }

  notifyAll(): number {
    return this.notify(Number.POSITIVE_INFINITY);
  }

  /** The slots that wait, oldest first. */
  #waiting(): number[] {
    const ints = this.#ints;
    const slots: number[] = [];
    const top = Atomics.load(ints, this.#word + header.top);
    for (let slot = this.#word + headerWords, n = 0; n < top; n++, slot += slotWords) {
      if (Atomics.load(ints, slot) === states.waiting) slots.push(slot);
    }
    // By difference, so that tickets may wrap.
    const age = (a: number, b: number): number =>
      (Atomics.load(ints, a + fields.ticket) - Atomics.load(ints, b + fields.ticket)) | 0;
    return slots.length > 1 ? slots.sort(age) : slots;
  }

  #hasEnded(slot: number): boolean {
    return this.#region.holders.hasEnded(Atomics.load(this.#ints, slot + fields.holder));
  }

  /** How far `notify` has to look. */
  #raiseTop(top: number): void {
    const word = this.#word + header.top;
    for (let seen = Atomics.load(this.#ints, word); seen < top; seen = Atomics.load(this.#ints, word)) {
      Atomics.compareExchange(this.#ints, word, seen, top);
    }
  }

  #swap(slot: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.#ints, slot, from, to) === from;
  }
}
