// The contest for something that few can have: a mutex, a semaphore's permits. What a try does is the subclass's `step`;
// here is how a thread that blocks and an async function that waits try again until they have it. Rules 3, 4 and 7 of mutex.ts.

import { type Deadline, parkAsync, parkSync } from "./park.js";
import { WaitingLine } from "./waiting-line.js";

/** What {@link Contest.step} answers; any other number is the value of the word to park on. */
export const taken: number = -1;
export const standBack: number = -2;

const patienceMs = 2;
const standBackMs = 1;

/** One contender's way. */
export class Attempt {
  readonly #since: number = performance.now();
  hasParked = false;
  hasStoodBack = false;
  /** Whether it has told newcomers to stand back. */
  isHungry = false;

  /** Whether newcomers are to stand back, now that it has lost. */
  isHungryNow(): boolean {
    if (this.hasParked && performance.now() - this.#since > patienceMs) this.isHungry = true;
    return this.isHungry;
  }
}

/** The words that contenders sleep on. */
export interface ContestWords {
  /** Blocked threads, woken one by one. */
  readonly park: number;
  /** Async functions, woken all at once. */
  readonly bell: number;
  /** Those that stand back; nobody wakes them. */
  readonly aside: number;
}

/** Something that is contended for. */
export abstract class Contest {
  readonly #shared: Int32Array;
  readonly #words: ContestWords;
  readonly #line = new WaitingLine();

  constructor(shared: Int32Array, words: ContestWords) {
    this.#shared = shared;
    this.#words = words;
  }

  /** The uncontended case: nobody has it, and nobody is to be let past. */
  abstract takeAtOnce(): boolean;
  /** Takes it if that is possible at all. */
  abstract tryTake(): boolean;
  /** One try. If it fails, those who release know afterwards that somebody is parked. */
  protected abstract step(attempt: Attempt): number;
  /** The contender goes without it. */
  protected abstract giveUp(attempt: Attempt): void;

  /** Takes it, blocking if need be; false if the deadline passed. Throws InvalidStateError where blocking is not allowed. */
  takeSync(deadline: Deadline, asyncForm: string): boolean {
    if (this.takeAtOnce()) return true;
    const attempt = new Attempt();
    for (;;) {
      const next = this.step(attempt);
      if (next === taken) return true;
      if (performance.now() >= deadline) return this.#end(attempt);
      if (next === standBack) {
        const until = Math.min(deadline, performance.now() + standBackMs);
        parkSync(this.#shared, this.#words.aside, 0, until, asyncForm);
      } else {
        parkSync(this.#shared, this.#words.park, next, deadline, asyncForm);
        attempt.hasParked = true;
      }
    }
  }

  /** Takes it, waiting if need be; false if the deadline passed. Rejects with the signal's reason. */
  async takeAsync(deadline: Deadline, signal?: AbortSignal | undefined): Promise<boolean> {
    signal?.throwIfAborted();
    if (this.#line.isEmpty && this.takeAtOnce()) return true;
    if (!(await this.#line.enter(deadline, signal))) return this.tryTake();
    const attempt = new Attempt();
    try {
      return await this.#takeAsHead(attempt, deadline, signal);
    } catch (error) {
      this.giveUp(attempt);
      throw error;
    } finally {
      this.#line.leave();
    }
  }

  async #takeAsHead(attempt: Attempt, deadline: Deadline, signal: AbortSignal | undefined): Promise<boolean> {
    for (;;) {
      // Before the try, so that what is released after it rings.
      const bell = Atomics.load(this.#shared, this.#words.bell);
      const next = this.step(attempt);
      if (next === taken) return true;
      if (performance.now() >= deadline) return this.#end(attempt);
      if (next === standBack) {
        const until = Math.min(deadline, performance.now() + standBackMs);
        await parkAsync(this.#shared, this.#words.aside, 0, until, signal);
      } else {
        await parkAsync(this.#shared, this.#words.bell, bell, deadline, signal);
        attempt.hasParked = true;
      }
    }
  }

  /** The deadline has passed: what is free just now is taken all the same. */
  #end(attempt: Attempt): boolean {
    this.giveUp(attempt);
    return this.tryTake();
  }
}
