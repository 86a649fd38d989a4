// A queue's shared memory and the protocol by which threads take turns in it. The classes that users see are in queue.ts, the
// order of items is in the stores.
//
// Words      mutex      its words; whoever holds it may read and write the others, the store and its bytes
//            maxSize    items, or 0; never changes
//            maxBytes   never changes
//            state      open, or shut down
//            items      how many are in the store
//            unfinished items that were put and for which `taskDone` was not called
//            waiting    one bit for each bell: somebody waits for it, or did
//            bells      one counter each for: an item came, room came, everything is done
//            store      the store's own
//
// Rules
//   1. Who has to wait decides so under the mutex, sets its bit, reads the bell's counter, gives the mutex back, and parks until
//      the counter changes. Then it looks again: it may have been overtaken.
//   2. Who changes something that others may wait for finds the bit set, clears it, adds to the counter and wakes everybody that
//      is parked there, still under the mutex: a thread that ends before it has done so leaves the mutex abandoned, and
//      that is noticed. Everybody is woken, because one of them may be an async function in a busy thread, or end.
//   3. Async functions of one thread that wait for the same bell stand in a line, and only its head parks. So putting from
//      one thread keeps its order, and n waits in a thread cost one wake-up.
//   4. The mutex is held for microseconds, unless its holder has ended. The thread that would be told of that end must let its
//      event loop turn: therefore async forms block for a millisecond at a time only, and sync forms not for ever.
//   5. When a thread that has this queue ends, all bells ring: it may have been woken in place of others, or have held the mutex.

import { QueueShutDownError, rangeError, TimeoutError } from "@everycore/core";
import { type Mutex, mutexWords } from "../mutex.js";
import { type Deadline, parkAsync, parkSync, ring } from "../park.js";
import { firstWord, type PrimitiveOptions, Region } from "../region.js";
import { WaitingLine } from "../waiting-line.js";
import { type ItemStore, type StoreKind, storeWords } from "./store.js";

const at = firstWord + mutexWords;
const words = {
  maxSize: at,
  maxBytes: at + 1,
  state: at + 2,
  items: at + 3,
  unfinished: at + 4,
  waiting: at + 5,
} as const;
const bellWord = at + 6;
const storeWord = at + 10;
const wordCount = mutexWords + 10 + storeWords;

const states = { open: 0, shutDown: 1 } as const;

/** What can be waited for. */
export const bells = { item: 0, room: 1, done: 2 } as const;
/** One of {@link bells}. */
export type Bell = (typeof bells)[keyof typeof bells];

/** For how long an async form may block for the mutex, and a sync form. */
const briefMs = 1;
const busyLimitMs = 10_000;
/** Between two looks of an async form at a mutex that somebody keeps. */
const longestPauseMs = 16;

/** How much fits into a queue. */
export interface QueueLimits {
  readonly maxSize: number;
  readonly maxBytes: number;
}

/** A wait that can be repeated: a try, the bell that rings before the next one, and what to call the operation. */
export interface Attempt {
  readonly bell: Bell;
  readonly operation: string;
  /** Under the mutex, which it gives back: true, or the counter to park with. `waits` says whether that will be done. */
  run(waits: boolean): true | number;
}

/** A queue's memory, as this thread sees it. */
export class QueueMemory implements QueueLimits {
  readonly region: Region;
  readonly maxSize: number;
  readonly maxBytes: number;
  readonly #ints: Int32Array;
  readonly #mutex: Mutex;
  readonly #store: ItemStore;
  readonly #lines = [new WaitingLine(), new WaitingLine(), new WaitingLine()] as const;

  private constructor(region: Region, kind: StoreKind) {
    const { ints, memory } = region;
    this.region = region;
    this.maxSize = ints[words.maxSize] as number;
    this.maxBytes = ints[words.maxBytes] as number;
    this.#ints = ints;
    this.#mutex = region.mutexAt(firstWord);
    const offset = 4 * (firstWord + wordCount);
    this.#store = kind.open({ ints, word: storeWord, memory, offset, maxBytes: this.maxBytes, maxSize: this.maxSize });
    region.onHolderEnded(() => this.#ringAll());
  }

  static create(type: string, kind: StoreKind, limits: QueueLimits, options: PrimitiveOptions): QueueMemory {
    const region = Region.create(type, options, wordCount, kind.bytes(limits.maxBytes, limits.maxSize));
    region.ints[words.maxSize] = limits.maxSize;
    region.ints[words.maxBytes] = limits.maxBytes;
    return QueueMemory.of(region, kind);
  }

  /** The one of a region: the same object each time, so that there is one line for all. */
  static of(region: Region, kind: StoreKind): QueueMemory {
    const memory = memories.get(region) ?? new QueueMemory(region, kind);
    memories.set(region, memory);
    return memory;
  }

  get size(): number {
    return Atomics.load(this.#ints, words.items);
  }

  get isFull(): boolean {
    return (this.maxSize > 0 && this.size >= this.maxSize) || this.#store.isFull;
  }

  get isShutDown(): boolean {
    return Atomics.load(this.#ints, words.state) === states.shutDown;
  }

  get isAbandoned(): boolean {
    return this.#mutex.isAbandoned;
  }

  get usedBytes(): number {
    return this.#store.used;
  }

  /** Whether async functions of this thread wait for the bell. */
  hasLine(bell: Bell): boolean {
    return !this.#lines[bell].isEmpty;
  }

  /** Takes the mutex for one of the operations below, each of which gives it back. Throws LockAbandonedError, and TimeoutError (rule 4). */
  enter(deadline: Deadline = Number.POSITIVE_INFINITY): void {
    if (this.#mutex.takeAtOnce()) return;
    const since = performance.now();
    // Twice, in case that the whole machine slept.
    for (let left = 2; left > 0; left--) {
      if (this.#mutex.enter(Math.min(deadline, performance.now() + busyLimitMs / 2))) return;
      if (performance.now() >= deadline) break;
    }
    throw this.#busyError(performance.now() - since);
  }

  /** As `enter`, if that is possible at once. */
  tryEnter(): boolean {
    return this.#mutex.tryTake();
  }

  /** Adds an item: true, or the counter to park with. Throws QueueShutDownError. */
  put(item: Uint8Array, priority: number, waits: boolean): true | number {
    try {
      if (this.isShutDown) throw this.#shutDownError();
      const { size } = this;
      if (this.maxSize > 0 && size >= this.maxSize) return this.#mark(bells.room, waits);
      if (!this.#store.put(item, priority)) return this.#mark(bells.room, waits);
      Atomics.store(this.#ints, words.items, size + 1);
      Atomics.add(this.#ints, words.unfinished, 1);
      this.#ring(bells.item);
      return true;
    } finally {
      this.#mutex.unlock();
    }
  }

  /** Removes the next item and returns it, or the counter to park with. Throws QueueShutDownError once everything was taken. */
  take(waits: boolean): Uint8Array | number {
    try {
      const { size } = this;
      if (size === 0) {
        if (this.isShutDown) throw this.#shutDownError();
        return this.#mark(bells.item, waits);
      }
      const item = this.#store.take();
      Atomics.store(this.#ints, words.items, size - 1);
      this.#ring(bells.room);
      return item;
    } finally {
      this.#mutex.unlock();
    }
  }

  /** One item less is unfinished. */
  taskDone(): void {
    try {
      const unfinished = Atomics.load(this.#ints, words.unfinished);
      if (unfinished === 0)
        throw rangeError("taskDone()", "called at most once for each item that was put", "more often");
      Atomics.store(this.#ints, words.unfinished, unfinished - 1);
      if (unfinished === 1) this.#ring(bells.done);
    } finally {
      this.#mutex.unlock();
    }
  }

  /** True when nothing is unfinished, or the counter to park with. */
  finished(waits: boolean): true | number {
    try {
      return Atomics.load(this.#ints, words.unfinished) === 0 || this.#mark(bells.done, waits);
    } finally {
      this.#mutex.unlock();
    }
  }

  shutDown(immediate: boolean): void {
    try {
      Atomics.store(this.#ints, words.state, states.shutDown);
      if (immediate) this.#clear();
      this.#ringAll();
    } finally {
      this.#mutex.unlock();
    }
  }

  /** Makes an abandoned queue usable again, and empty: what was in it may be damaged. */
  reset(): void {
    if (!this.#mutex.reset()) return;
    this.enter();
    this.#clear();
    this.#ringAll();
    this.#mutex.unlock();
  }

  /** Tries until it succeeds; false if the deadline passed. Blocks the thread. */
  waitSync(attempt: Attempt, deadline: Deadline): boolean {
    for (;;) {
      this.enter(deadline);
      const counter = attempt.run(true);
      if (counter === true) return true;
      if (!parkSync(this.#ints, bellWord + attempt.bell, counter, deadline, attempt.operation)) return false;
    }
  }

  /** Tries until it succeeds; false if the deadline passed. Rejects with the signal's reason. */
  async wait(attempt: Attempt, deadline: Deadline, signal: AbortSignal | undefined): Promise<boolean> {
    const line = this.#lines[attempt.bell];
    if (!(await line.enter(deadline, signal))) return false;
    try {
      for (;;) {
        // Nothing is awaited between taking the mutex and giving it back: other code of this thread would find it taken.
        for (let ms = 1; !this.#enterBriefly(); ms = Math.min(2 * ms, longestPauseMs)) {
          if (performance.now() >= deadline) return false;
          await new Promise<void>((resolve) => setTimeout(resolve, ms));
          signal?.throwIfAborted();
        }
        const counter = attempt.run(true);
        if (counter === true) return true;
        if (!(await parkAsync(this.#ints, bellWord + attempt.bell, counter, deadline, signal))) return false;
      }
    } finally {
      line.leave();
    }
  }

  /** Rule 4. */
  #enterBriefly(): boolean {
    return this.#mutex.takeAtOnce() || this.#mutex.enter(performance.now() + briefMs);
  }

  #busyError(ms: number): TimeoutError {
    const { label } = this.region;
    const holder = this.#mutex.holder ?? "another thread";
    return new TimeoutError(
      `${label} was busy for ${Math.round(ms)} ms: ${holder} is in the middle of an operation, or has ended there. Await an async form to know.`,
    );
  }

  /** Rule 1. */
  #mark(bell: Bell, waits: boolean): number {
    if (waits) Atomics.or(this.#ints, words.waiting, 1 << bell);
    return Atomics.load(this.#ints, bellWord + bell);
  }

  /** Rule 2. */
  #ring(bell: Bell): void {
    const waiting = Atomics.load(this.#ints, words.waiting);
    if ((waiting & (1 << bell)) === 0) return;
    Atomics.and(this.#ints, words.waiting, ~(1 << bell));
    ring(this.#ints, bellWord + bell);
  }

  #ringAll(): void {
    for (const bell of Object.values(bells)) ring(this.#ints, bellWord + bell);
  }

  /** What is dropped is finished, as in Python. */
  #clear(): void {
    const { size } = this;
    const unfinished = Atomics.load(this.#ints, words.unfinished);
    this.#store.clear();
    Atomics.store(this.#ints, words.items, 0);
    Atomics.store(this.#ints, words.unfinished, Math.max(0, unfinished - size));
  }

  #shutDownError(): QueueShutDownError {
    return new QueueShutDownError(`${this.region.label} was shut down.`);
  }
}

const memories = new WeakMap<Region, QueueMemory>();
