// Lock and RLock. The protocol is in mutex.ts; here are the two classes as Python's threading has them.

import { InvalidStateError } from "@everycore/core";
import { Guard } from "./guard.js";
import { type Mutex, mutexWords } from "./mutex.js";
import { deadlineAfter } from "./park.js";
import {
  type AsyncWaitOptions,
  checkWait,
  noOptions,
  Primitive,
  Received,
  registerPrimitive,
  type SyncWaitOptions,
  timeoutError,
} from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";

/** What Lock and RLock share. */
abstract class MutexLock extends Primitive {
  /** @internal */
  readonly mutex: Mutex;

  constructor(region: Region) {
    super(region);
    this.mutex = region.mutexAt(firstWord);
    Object.defineProperty(this, "mutex", { enumerable: false });
  }

  /**
   * Acquires the lock; resolves to a guard that releases it. A free lock is acquired without waiting for the event loop.
   *
   * Rejects with `TimeoutError` that says who holds it, with the signal's reason, or with `LockAbandonedError` if the thread that
   * holds it ends.
   */
  async acquire(options: AsyncWaitOptions = noOptions): Promise<Guard> {
    if (options !== noOptions) checkWait(options);
    const { timeoutMs, signal } = options;
    if (!(await this.mutex.takeAsync(deadlineAfter(timeoutMs), signal))) this.#throwTimeout(timeoutMs);
    return this.guard();
  }

  /** Acquires the lock and blocks the thread meanwhile. On a page's own thread, which must not block: InvalidStateError, unless it is free. */
  acquireSync(options: SyncWaitOptions = noOptions): Guard {
    if (options !== noOptions) checkWait(options, true);
    const { timeoutMs } = options;
    if (!this.mutex.takeSync(deadlineAfter(timeoutMs), "acquire()")) this.#throwTimeout(timeoutMs);
    return this.guard();
  }

  /** Acquires the lock if that is possible at once. */
  tryAcquire(): Guard | undefined {
    return this.mutex.tryTake() ? this.guard() : undefined;
  }

  /** Releases the lock. @throws InvalidStateError if it is not held */
  abstract release(): void;

  /** Makes an abandoned lock free again. Does nothing to a lock that is not abandoned. */
  reset(): void {
    this.mutex.reset();
  }

  /** Whether somebody holds it. */
  get locked(): boolean {
    return this.mutex.locked;
  }

  /** The name of the thread that holds it. */
  get holder(): string | undefined {
    return this.mutex.holder;
  }

  /** @internal Gives it up altogether, for a condition's wait; returns the depth, to be restored. */
  giveUp(): number {
    const { depth } = this.mutex;
    this.mutex.depth = 0;
    this.mutex.unlock();
    return depth;
  }

  private guard(): Guard {
    // A condition's wait may have lost the lock to a thread that has ended.
    return new Guard(() => {
      if (!this.mutex.isAbandoned) this.release();
    });
  }

  protected override describe(): string {
    const { holder, isAbandoned } = this.mutex;
    if (holder === undefined) return "free";
    return isAbandoned ? `abandoned by ${holder}` : `held by ${holder}`;
  }

  #throwTimeout(timeoutMs: number | undefined): never {
    const { holder } = this;
    const because = holder === undefined ? "it was released only now." : `${holder} holds it.`;
    throw timeoutError(`${this.region.label} was not acquired`, timeoutMs, because);
  }
}

/**
 * Mutual exclusion between threads, as Python's `threading.Lock`. Not re-entrant: a thread that acquires it twice waits for itself.
 * Any thread may release it. A thread that waits is not overtaken for ever, but waiters are not served in order.
 *
 * @example
 * ```ts
 * const lock = new Lock({ name: "accounts" });
 * using guard = await lock.acquire({ timeoutMs: 1000 });
 * ```
 */
export class Lock extends MutexLock {
  constructor(options: PrimitiveOptions | Received | Region = {}) {
    super(regionOf("Lock", options));
  }

  /** Releases the lock, whoever holds it. @throws InvalidStateError if nobody does */
  release(): void {
    this.mutex.unlock();
  }

  protected override get kind(): string {
    return "Lock";
  }
}

/**
 * A lock that the thread which holds it may acquire again, as Python's `threading.RLock`. It is free after as many releases.
 * Holding is by thread: async functions of one thread do not exclude each other.
 */
export class RLock extends MutexLock {
  constructor(options: PrimitiveOptions | Received | Region = {}) {
    super(regionOf("RLock", options));
    this.mutex.reentrant = true;
  }

  /** Releases the lock once. @throws InvalidStateError if this thread does not hold it */
  release(): void {
    const { mutex } = this;
    if (!mutex.mine) throw this.#notMine();
    if (mutex.depth > 0) mutex.depth--;
    else mutex.unlock();
  }

  protected override get kind(): string {
    return "RLock";
  }

  #notMine(): InvalidStateError {
    const { holder } = this;
    const why = holder === undefined ? "is not held" : `is held by ${holder}`;
    return new InvalidStateError(`${this.region.label} ${why}: only the thread that holds it can release it.`);
  }
}

/** The region to use: one that is there, one that was sent, or a new one. */
function regionOf(kind: string, options: PrimitiveOptions | Received | Region): Region {
  if (options instanceof Region) return options;
  if (options instanceof Received) return Region.adopt(options.data.region);
  checkPrimitiveOptions(options);
  return Region.create(kind, options, mutexWords);
}

registerPrimitive("Lock", (data) => new Lock(new Received(data)));
registerPrimitive("RLock", (data) => new RLock(new Received(data)));
