// The mutex under every primitive here that protects something: three words of a region, the same rules for threads that
// block and for async functions that wait.
//
// Words      state   bits 0–23: number of the holder + 1, or 0 if nobody holds it; then the flags
//            bell    changes whenever async functions that wait should look again
//            depth   how often the holder has it beyond the first time, for re-entrant locks; the holder's
//            aside   nobody wakes it: newcomers that stand back sleep on it
// Flags      waiting     somebody may be parked: who releases must wake
//            hungry      a waiter has waited for long and lost: newcomers stand back once
//            abandoned   the holder, whose number stays there, ended while it held the mutex
//
// State      free        0, or only `hungry`
//            held        holder + 1, perhaps `waiting`, `hungry`
//            abandoned   holder + 1 and `abandoned`
//
// Rules
//   1. free → held by compare-and-swap, by anyone; so a newcomer may be faster than one who was woken. Who has parked takes it
//      with `waiting`, since others may be parked as well; that costs at most one wake-up of nobody.
//   2. held → free by anyone (a Lock may be released by any thread). Without `waiting` that is all. With it: one blocked thread is
//      woken on `state`, and all threads with async waiters by `bell`, as one of them may be busy for long.
//   3. Who finds it held sets `waiting`, by compare-and-swap on the very value, and then parks: blocked threads on `state` with that
//      value, async functions on `bell` with a value read before `state`. Who gives up leaves `waiting` set: it may have
//      used up a wake-up that was meant for another.
//   4. Who has waited for 2 ms when it loses sets `hungry`, and clears it when it gets the mutex, or gives up. A newcomer that
//      finds `hungry` on a free mutex sleeps for 1 ms, once. So who waits is not overtaken for ever; but it is no queue.
//   5. When a thread ends, the one that sent it there makes each mutex that it held abandoned (`holderEnded`), and wakes
//      everybody. Anyone who finds that the holder's table marks it as ended does the same. A mutex that is free is woken
//      again: the thread may have ended between its wake-up and its try.
//   6. abandoned → free only by `reset`. Until then every acquirer and waiter gets a LockAbandonedError.
//   7. Async functions of one thread stand in a line; only its head takes part in the above, so that n of them cost n wake-ups.

import { InvalidStateError, LockAbandonedError } from "@everycore/core";
import { type Attempt, Contest, standBack, taken } from "./contest.js";
import { holderLimit } from "./holders.js";
import { type Deadline, ring, wake, wakeAll } from "./park.js";
import type { Region } from "./region.js";

/** How many words a mutex takes. */
export const mutexWords = 4;
const offsets = { state: 0, bell: 1, depth: 2, aside: 3 } as const;

const holderMask = 0xffffff;
const waiting = 1 << 28;
const hungry = 1 << 29;
const abandoned = 1 << 30;

/** A mutex in a region, as one thread sees it. Make it with `region.mutexAt(word)`. */
export class Mutex extends Contest {
  readonly #region: Region;
  readonly #ints: Int32Array;
  readonly #state: number;
  readonly #me: number;
  /** Whether the thread that holds it may take it again. */
  reentrant = false;

  constructor(region: Region, word: number) {
    super(region.ints, { park: word + offsets.state, bell: word + offsets.bell, aside: word + offsets.aside });
    this.#region = region;
    this.#ints = region.ints;
    this.#state = word + offsets.state;
    this.#me = region.holders.me + 1;
  }

  get locked(): boolean {
    return (Atomics.load(this.#ints, this.#state) & holderMask) !== 0;
  }

  /** Whether this thread holds it. */
  get mine(): boolean {
    return (Atomics.load(this.#ints, this.#state) & (holderMask | abandoned)) === this.#me;
  }

  /** The name of the thread that holds it, or that held it when it ended. */
  get holder(): string | undefined {
    const holder = (Atomics.load(this.#ints, this.#state) & holderMask) - 1;
    return holder < 0 ? undefined : this.#region.holders.nameOf(holder);
  }

  get isAbandoned(): boolean {
    return (Atomics.load(this.#ints, this.#state) & abandoned) !== 0;
  }

  /** How often the holder has acquired it beyond the first time; only for the holder to change. */
  get depth(): number {
    return Atomics.load(this.#ints, this.#state + offsets.depth);
  }

  set depth(depth: number) {
    Atomics.store(this.#ints, this.#state + offsets.depth, depth);
  }

  /** Takes it if that is one compare-and-swap. */
  override takeAtOnce(): boolean {
    return Atomics.compareExchange(this.#ints, this.#state, 0, this.#me) === 0 || (this.reentrant && this.#deepen());
  }

  #deepen(): boolean {
    if (!this.mine) return false;
    this.depth++;
    return true;
  }

  /** Takes it if it is free. Throws LockAbandonedError. */
  override tryTake(): boolean {
    if (this.takeAtOnce()) return true;
    for (;;) {
      const state = Atomics.load(this.#ints, this.#state);
      if ((state & holderMask) === 0) {
        if (this.#swap(state, state | this.#me)) return true;
      } else if (!this.#looksAbandoned(state)) return false;
      else this.#throwAbandoned(state);
    }
  }

  /**
   * Takes it for a critical section of some microseconds, in both forms of an operation. Blocks, and where that is not
   * allowed (a page's own thread), spins; false if the deadline passed. Throws LockAbandonedError. Never `await` before
   * `unlock`. A thread that has sent the mutex to others needs a deadline: it learns that the holder has ended only when its
   * event loop turns.
   */
  enter(deadline: Deadline): boolean {
    if (this.takeAtOnce()) return true;
    if (canBlock) return this.takeSync(deadline, "the async form");
    while (!this.tryTake()) if (performance.now() >= deadline) return false;
    return true;
  }

  /** Gives it back, whoever holds it. Throws InvalidStateError if nobody does, LockAbandonedError if it is abandoned. */
  unlock(): void {
    if (Atomics.compareExchange(this.#ints, this.#state, this.#me, 0) === this.#me) return;
    for (;;) {
      const state = Atomics.load(this.#ints, this.#state);
      if ((state & abandoned) !== 0) this.#throwAbandoned(state);
      if ((state & holderMask) === 0)
        throw new InvalidStateError(`${this.#region.label} is not held: it cannot be released.`);
      if (!this.#swap(state, state & hungry)) continue;
      if ((state & waiting) !== 0) this.#wakeNext();
      return;
    }
  }

  /** Rule 6. Whether it was abandoned. */
  reset(): boolean {
    const state = Atomics.load(this.#ints, this.#state);
    if ((state & abandoned) === 0) return false;
    this.depth = 0;
    if (!this.#swap(state, 0)) return false;
    this.#wakeEverybody();
    return true;
  }

  /** Rule 5: a thread has ended. */
  holderEnded(holder: number): void {
    const state = Atomics.load(this.#ints, this.#state);
    if ((state & holderMask) === holder + 1) this.#abandon(state);
    else if ((state & holderMask) === 0) this.#wakeNext();
    else if (!this.#swap(state, (state | waiting) & ~hungry)) this.holderEnded(holder);
  }

  /** Rules 1, 3, 4 and 5, once. */
  protected override step(attempt: Attempt): number {
    for (;;) {
      const state = Atomics.load(this.#ints, this.#state);
      if ((state & holderMask) === 0) {
        const first = (state & hungry) !== 0 && !attempt.hasParked && !attempt.hasStoodBack;
        attempt.hasStoodBack ||= first;
        if (first) return standBack;
        const flags = (attempt.isHungry ? 0 : state & hungry) | (attempt.hasParked ? waiting : 0);
        if (this.#swap(state, this.#me | flags)) return taken;
      } else if (this.reentrant && this.#deepen()) return taken;
      else {
        if (this.#looksAbandoned(state)) this.#throwAbandoned(state);
        const marked = state | waiting | (attempt.isHungryNow() ? hungry : 0);
        if (marked === state || this.#swap(state, marked)) return marked;
      }
    }
  }

  protected override giveUp(attempt: Attempt): void {
    // Those whom this also unmarks mark themselves again when they lose next.
    if (attempt.isHungry) Atomics.and(this.#ints, this.#state, ~hungry);
  }

  /** Whether the holder is gone. If so the state says it. */
  #looksAbandoned(state: number): boolean {
    if ((state & abandoned) !== 0) return true;
    const holder = (state & holderMask) - 1;
    if (holder + 1 === this.#me || !this.#region.holders.hasEnded(holder)) return false;
    this.#abandon(state);
    return true;
  }

  #abandon(state: number): void {
    const holder = state & holderMask;
    for (let seen = state; (seen & (holderMask | abandoned)) === holder; seen = Atomics.load(this.#ints, this.#state)) {
      if (this.#swap(seen, holder | abandoned)) return this.#wakeEverybody();
    }
  }

  #throwAbandoned(state: number): never {
    const holder = (state & holderMask) - 1;
    const { holders, label } = this.#region;
    throw new LockAbandonedError(label, holders.nameOf(holder), holders.endOf(holder));
  }

  /** Rule 2. */
  #wakeNext(): void {
    wake(this.#ints, this.#state, 1);
    ring(this.#ints, this.#state + offsets.bell);
  }

  #wakeEverybody(): void {
    wakeAll(this.#ints, this.#state);
    ring(this.#ints, this.#state + offsets.bell);
  }

  #swap(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#ints, this.#state, from, to) === from;
  }
}

const canBlock = mayBlock();

/** Whether this thread may block: a look at what happens with a word that does not have the expected value. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

if (holderLimit > holderMask) throw new Error("Numbers of holders do not fit into the mutex's word.");
