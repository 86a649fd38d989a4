// Semaphores as Python's threading has them: a number of permits, acquired and released by anyone.
//
// Words      permits   how many are free
//            bell      changes whenever async functions should look again
//            hungry    1: a waiter has waited for long and lost; newcomers stand back once
//            aside     nobody wakes it: newcomers that stand back sleep on it
//
// Taking is a compare-and-swap of `permits` to one less. Who finds 0 parks: blocked threads on `permits`, async functions on `bell`. A
// release adds, wakes as many blocked threads, and all async ones. A permit has no holder: one that a thread had when it ended is
// lost. That thread may also have used up a wake-up: its end wakes everybody.

import { checkCount, rangeError } from "@everycore/core";
import { type Attempt, Contest, standBack, taken } from "./contest.js";
import { Guard } from "./guard.js";
import { deadlineAfter, ring, wake } from "./park.js";
import {
  type AsyncWaitOptions,
  checkWait,
  type FormData,
  noOptions,
  Primitive,
  Received,
  registerPrimitive,
  type SyncWaitOptions,
  timeoutError,
} from "./primitive.js";
import { checkPrimitiveOptions, firstWord, type PrimitiveOptions, Region } from "./region.js";

const offsets = { permits: 0, bell: 1, hungry: 2, aside: 3 } as const;
const semaphoreWords = 4;
const mostPermits = 2 ** 31 - 1;

class Permits extends Contest {
  readonly #ints: Int32Array;
  readonly #word: number;

  constructor(ints: Int32Array, word: number) {
    super(ints, { park: word + offsets.permits, bell: word + offsets.bell, aside: word + offsets.aside });
    this.#ints = ints;
    this.#word = word;
  }

  get free(): number {
    return Atomics.load(this.#ints, this.#word + offsets.permits);
  }

  override takeAtOnce(): boolean {
    return Atomics.load(this.#ints, this.#word + offsets.hungry) === 0 && this.tryTake();
  }

  override tryTake(): boolean {
    for (let free = this.free; free > 0; free = this.free) if (this.#swap(free, free - 1)) return true;
    return false;
  }

  /** Adds permits. False if there would be more than `most`. */
  add(count: number, most: number): boolean {
    for (;;) {
      const { free } = this;
      if (free + count > most) return false;
      if (!this.#swap(free, free + count)) continue;
      this.wakeUp(count);
      return true;
    }
  }

  wakeUp(count: number): void {
    wake(this.#ints, this.#word + offsets.permits, count);
    ring(this.#ints, this.#word + offsets.bell);
  }

  protected override step(attempt: Attempt): number {
    const isHungry = Atomics.load(this.#ints, this.#word + offsets.hungry) === 1;
    if (isHungry && this.free > 0 && !attempt.hasParked && !attempt.hasStoodBack) {
      attempt.hasStoodBack = true;
      return standBack;
    }
    if (this.tryTake()) {
      this.giveUp(attempt);
      return taken;
    }
    if (attempt.isHungryNow()) Atomics.store(this.#ints, this.#word + offsets.hungry, 1);
    return 0;
  }

  protected override giveUp(attempt: Attempt): void {
    if (attempt.isHungry) Atomics.store(this.#ints, this.#word + offsets.hungry, 0);
  }

  #swap(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#ints, this.#word + offsets.permits, from, to) === from;
  }
}

/**
 * A number of permits, as Python's `threading.Semaphore`. Nobody who waits is overtaken for ever, but waiters are not served in order.
 *
 * @example
 * ```ts
 * const connections = new Semaphore(4);
 * using permit = await connections.acquire();
 * ```
 */
export class Semaphore extends Primitive {
  readonly #permits: Permits;

  constructor(value: number | Received = 1, options: PrimitiveOptions = {}, kind = "Semaphore") {
    if (value instanceof Received) super(Region.adopt(value.data.region));
    else {
      checkPermits("value", value, 0);
      checkPrimitiveOptions(options);
      super(Region.create(kind, options, semaphoreWords));
      Atomics.store(this.region.ints, firstWord + offsets.permits, value);
    }
    const permits = new Permits(this.region.ints, firstWord);
    this.region.onHolderEnded(() => permits.wakeUp(permits.free));
    this.#permits = permits;
  }

  /** Acquires a permit; resolves to a guard that releases it. Rejects with TimeoutError, or the signal's reason. */
  async acquire(options: AsyncWaitOptions = noOptions): Promise<Guard> {
    if (options !== noOptions) checkWait(options);
    const { timeoutMs, signal } = options;
    if (!(await this.#permits.takeAsync(deadlineAfter(timeoutMs), signal))) this.#throwTimeout(timeoutMs);
    return this.#guard();
  }

  /** Acquires a permit and blocks the thread meanwhile. */
  acquireSync(options: SyncWaitOptions = noOptions): Guard {
    if (options !== noOptions) checkWait(options, true);
    const { timeoutMs } = options;
    if (!this.#permits.takeSync(deadlineAfter(timeoutMs), "acquire()")) this.#throwTimeout(timeoutMs);
    return this.#guard();
  }

  /** Acquires a permit if one is free. */
  tryAcquire(): Guard | undefined {
    return this.#permits.tryTake() ? this.#guard() : undefined;
  }

  /** Adds `n` permits. */
  release(n = 1): void {
    checkPermits("n", n, 1);
    if (!this.#permits.add(n, this.limit))
      throw rangeError(`What ${this.region.label} has`, this.limitText, this.value + n);
  }

  /** How many permits are free. */
  get value(): number {
    return this.#permits.free;
  }

  /** @internal The most permits that there may be. */
  protected get limit(): number {
    return mostPermits;
  }

  /** @internal */
  protected get limitText(): string {
    return `at most ${mostPermits} permits`;
  }

  protected override get kind(): string {
    return "Semaphore";
  }

  protected override describe(): string {
    return `${this.value} free`;
  }

  #guard(): Guard {
    return new Guard(() => this.release());
  }

  #throwTimeout(timeoutMs: number | undefined): never {
    throw timeoutError(`${this.region.label} had no permit`, timeoutMs, "all are in use.");
  }
}

type BoundedParts = { readonly bound: number };

/** A semaphore that never has more permits than at first: one release too many is a RangeError, as Python's ValueError. */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  constructor(value: number | Received<BoundedParts> = 1, options: PrimitiveOptions = {}) {
    super(value, options, "BoundedSemaphore");
    this.#bound = value instanceof Received ? value.data.bound : value;
  }

  /** @internal */
  protected override get limit(): number {
    return this.#bound;
  }

  /** @internal */
  protected override get limitText(): string {
    return `at most the ${this.#bound} permits that it was made with: it was released too often, and would have`;
  }

  protected override get kind(): string {
    return "BoundedSemaphore";
  }

  protected override parts(): Record<string, unknown> {
    return { bound: this.#bound };
  }

  protected override describe(): string {
    return `${this.value} of ${this.#bound} free`;
  }
}

function checkPermits(name: string, value: number, least: number): void {
  checkCount(name, value, least);
  if (value > mostPermits) throw rangeError(name, `at most ${mostPermits}`, value);
}

registerPrimitive("Semaphore", (data) => new Semaphore(new Received(data)));
registerPrimitive("BoundedSemaphore", (data: FormData<BoundedParts>) => new BoundedSemaphore(new Received(data)));
