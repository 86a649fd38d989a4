// Waiting for a state that a lock protects, as Python's threading.Condition.
//
// Waiting:   1. with the lock held, take a slot of the wait list;  2. release the lock altogether;  3. park on the slot;
//            4. leave the slot, which tells whether it was notified;  5. take the lock again, without a deadline.
// Notifying: with the lock held, mark n waiting slots as notified, the oldest first, and wake exactly those.
//
// No notification is lost: whoever changes the state and notifies holds the lock, so it comes after 2, when the slot is in the
// list. A deadline or signal ends a wait by a compare-and-swap on its slot (wait-list.ts, rule 3), so a notification goes either to
// this wait, which then succeeds, or to the next. Spurious wake-ups stay in the list: `wait` returns true only if it was notified.
// When the lock is abandoned, all are notified, and 5 fails with a LockAbandonedError.
// Between 4 and 5 others may hold the lock and change the state again: look at the state in a loop, or use `waitFor`.

import { checkFunction, InvalidStateError, rangeError, typeError } from "@everycore/core";
import type { Guard } from "./guard.js";
import { memoryId } from "./holders.js";
import { Lock, RLock } from "./lock.js";
import { type Deadline, deadlineAfter } from "./park.js";
import {
  type AsyncWaitOptions,
  checkWait,
  noOptions,
  Primitive,
  Received,
  registerPrimitive,
  type SyncWaitOptions,
} from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";
import { WaitList, waitListWords } from "./wait-list.js";

type Parts = { readonly lock: Lock | RLock };

/**
 * Lets threads wait until others notify them, with a lock that protects what they wait for: the given one, or a new `RLock`, as in
 * Python. All async functions of a thread are one owner of an RLock: give those a `Lock`. At most 1024 waits at a time.
 *
 * @example
 * ```ts
 * const guard = await condition.acquire();
 * await condition.waitFor(() => items.value > 0);
 * guard.release();
 * ```
 */
export class Condition extends Primitive {
  /** The lock that is held by whoever calls `wait` and `notify`. Several conditions may share one. */
  readonly lock: Lock | RLock;
  readonly #list: WaitList;

  constructor(lock?: Lock | RLock, options?: PrimitiveOptions);
  /** @internal */
  constructor(received: Received<Parts>);
  constructor(lock?: Lock | RLock | Received<Parts>, options: PrimitiveOptions = {}) {
    checkPrimitiveOptions(options);
    super(
      lock instanceof Received ? Region.adopt(lock.data.region) : Region.create("Condition", options, waitListWords()),
    );
    this.lock = lock instanceof Received ? lock.data.lock : (lock ?? new RLock(options));
    if (!(this.lock instanceof Lock || this.lock instanceof RLock)) throw typeError("lock", "a Lock or an RLock", lock);
    const list = new WaitList(this.region, firstWord);
    const { mutex, region } = this.lock;
    // They find the lock abandoned then.
    region.onHolderEnded(() => void (mutex.isAbandoned && list.notifyAll()), memoryId(this.region.ints));
    this.#list = list;
  }

  /** Acquires the lock. */
  acquire(options?: AsyncWaitOptions): Promise<Guard> {
    return this.lock.acquire(options);
  }

  /** Acquires the lock and blocks the thread meanwhile. */
  acquireSync(options?: SyncWaitOptions): Guard {
    return this.lock.acquireSync(options);
  }

  /** Acquires the lock if that is possible at once. */
  tryAcquire(): Guard | undefined {
    return this.lock.tryAcquire();
  }

  /** Releases the lock. */
  release(): void {
    this.lock.release();
  }

  /**
   * Releases the lock, waits for a notification, and acquires the lock again. False if `timeoutMs` passed before. Rejects with the
   * signal's reason; also then the lock is held. With a guard, `using` therefore always has something to release.
   *
   * @throws InvalidStateError if this thread does not hold the lock, LockAbandonedError if the thread that holds it ends
   */
  async wait(options: AsyncWaitOptions = noOptions): Promise<boolean> {
    checkWait(options);
    options.signal?.throwIfAborted();
    return await this.#wait(deadlineAfter(options.timeoutMs), options.signal);
  }

  /** The same, and blocks the thread meanwhile. */
  waitSync(options: SyncWaitOptions = noOptions): boolean {
    checkWait(options, true);
    return this.#waitSync(deadlineAfter(options.timeoutMs));
  }

  /** Waits until `predicate` is true, which is called with the lock held. False if it is still false when `timeoutMs` has passed. */
  async waitFor(predicate: () => boolean, options: AsyncWaitOptions = noOptions): Promise<boolean> {
    checkFunction("predicate", predicate);
    checkWait(options);
    const deadline = deadlineAfter(options.timeoutMs);
    this.#checkHeld("wait");
    while (!isTrue(predicate)) {
      options.signal?.throwIfAborted();
      if (!(await this.#wait(deadline, options.signal))) return isTrue(predicate);
    }
    return true;
  }

  /** The same, and blocks the thread meanwhile. */
  waitForSync(predicate: () => boolean, options: SyncWaitOptions = noOptions): boolean {
    checkFunction("predicate", predicate);
    checkWait(options, true);
    const deadline = deadlineAfter(options.timeoutMs);
    this.#checkHeld("wait");
    while (!isTrue(predicate)) if (!this.#waitSync(deadline)) return isTrue(predicate);
    return true;
  }

  /** Wakes `n` of those that wait, the oldest first; fewer if fewer wait. They go on when they get the lock. */
  notify(n = 1): void {
    if (typeof n !== "number") throw typeError("n", "a number", n);
    if (!(n >= 0)) throw rangeError("n", "at least 0", n);
    this.#checkHeld("notify");
    this.#list.notify(n);
  }

  /** Wakes all that wait. */
  notifyAll(): void {
    this.notify(Number.POSITIVE_INFINITY);
  }

  async #wait(deadline: Deadline, signal: AbortSignal | undefined): Promise<boolean> {
    this.#checkHeld("wait");
    const slot = this.#list.join();
    const depth = this.lock.giveUp();
    try {
      return await this.#list.parkAsync(slot, deadline, signal);
    } finally {
      await this.lock.mutex.takeAsync(Number.POSITIVE_INFINITY);
      this.#restore(depth);
    }
  }

  #waitSync(deadline: Deadline): boolean {
    this.#checkHeld("wait");
    const slot = this.#list.join();
    const depth = this.lock.giveUp();
    try {
      return this.#list.parkSync(slot, deadline, "wait()");
    } finally {
      this.lock.mutex.takeSync(Number.POSITIVE_INFINITY, "wait()");
      this.#restore(depth);
    }
  }

  /** In one thread others may hold a re-entrant lock already: then their depth counts too. */
  #restore(depth: number): void {
    this.lock.mutex.depth += depth;
  }

  #checkHeld(what: string): void {
    if (this.lock.mutex.mine) return;
    const { holder } = this.lock;
    const who = holder === undefined ? "nobody does" : `${holder} does`;
    throw new InvalidStateError(`${this.region.label} cannot ${what}: this thread must hold its lock, but ${who}.`);
  }

  protected override get kind(): string {
    return "Condition";
  }

  protected override parts(): Record<string, unknown> {
    return { lock: this.lock };
  }

  protected override describe(): string {
    return `${this.#list.size} waiting, lock ${this.lock.locked ? `held by ${this.lock.holder}` : "free"}`;
  }
}

/** A promise would count as true. */
function isTrue(predicate: () => boolean): boolean {
  const answer: unknown = predicate();
  if (typeof (answer as { then?: unknown } | null | undefined)?.then !== "function") return Boolean(answer);
  throw typeError("The predicate's answer", "true or false, and no promise: it must not await", answer);
}

registerPrimitive<Parts>("Condition", (data) => new Condition(new Received(data)));
